"""Tell of what happened in cases: events for other systems, notices, letters. In the transaction in which it happens.

Nothing of a project, key or exchange without retention leaves by webhook. Of cases about child safety no event leaves;
that a notice waits does, and the notice names neither case nor exchange.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from seawall import outbox
from seawall.access.keys import keeps_none
from seawall.cases.decided import Decided
from seawall.cases.filers import FilerAct
from seawall.cases.model import Case, Origin
from seawall.cases.office import Office
from seawall.cases.tables import contacts, notices, reports
from seawall.enforce.sanctions import Sanction
from seawall.outbox.deliver import CHANNEL
from seawall.outbox.kinds import FILER_TOLD, REPORT_ANSWERED
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.ids import ItemId, KeyId, LegalRequestId, NoticeId, ProjectId, new_id


def opened(tx: Transaction, office: Office, case: Case) -> None:
    """Tell that a case was opened."""
    body = {"case": case.id, "origin": case.origin.value, "account": case.account, "exchange": case.exchange}
    _about_case(tx, office, case, "case.opened", case.id, body)
    if case.origin is Origin.APPEAL:
        told = {"appeal": case.id, "decision": case.about, "account": case.account, "due_at": case.due_at.isoformat()}
        _about_case(tx, office, case, "appeal.filed", case.id, told)


def decided(tx: Transaction, office: Office, case: Case, made: Decided) -> None:
    """Tell that a case was settled, and whoever reported it of the answer."""
    body = {
        "case": case.id, "decision": made.id, "account": made.account, "exchange": made.exchange,
        "outcome": made.outcome.value, "until": made.until.isoformat() if made.until else None,
        "reverses": list(made.reverses),
    }  # fmt: skip
    _about_case(tx, office, case, "case.decided", case.id, body)
    if case.origin is Origin.APPEAL:
        told = {"appeal": case.id, "decision": made.id, "account": made.account, "stands": made.about_right}
        _about_case(tx, office, case, "appeal.answered", case.id, told)
    letter = of_report(tx, case.id) if case.origin is Origin.REPORT else None
    if letter is not None:
        _letter(tx, office, REPORT_ANSWERED, case.project, case.id, letter)


def lay(tx: Transaction, office: Office, case: Case, made: Decided) -> None:
    """Lay the notice of a decision ready, and tell the operator's product and the person that it is there."""
    row = {"decision": made.id, "project": made.project, "account": made.account, "at": made.at}
    _lay(tx, row, {"decision": made.id}, hooks=_may_leave(tx, office, case.key, made.exchange))


def lay_act(tx: Transaction, office: Office, case: Case, act: FilerAct) -> None:
    """Tell whoever files that they were warned, or are not heard for a while."""
    if act.account is None:
        letter = of_report(tx, case.id)
        if letter is not None:
            _letter(tx, office, FILER_TOLD, case.project, act.id, letter)
        return
    row = {"act": act.id, "project": case.project, "account": act.account, "at": act.at}
    _lay(tx, row, {"act": act.id}, hooks=_may_leave(tx, office, case.key, None))


def lay_sanction(tx: Transaction, office: Office, made: Sanction, *, back: bool) -> None:
    """Tell of what was done to an account without a case, or that it was taken back."""
    at = made.taken_back_at if back and made.taken_back_at else made.at
    row = {"taken_back" if back else "sanction": made.act, "project": made.project, "account": made.account, "at": at}
    told = {"decision": made.decision, "taken_back": back}
    _lay(tx, row, told, hooks=_may_leave(tx, office, made.key, made.exchange))


def lay_legal(
    tx: Transaction, request: LegalRequestId, account: str, project: ProjectId, key: KeyId, at: datetime
) -> NoticeId | None:
    """Tell somebody of a request of an authority, which nothing bars any more; return the notice, once."""
    row = {"legal_request": request, "project": project, "account": account, "at": at}
    return _lay(tx, row, {"legal_request": request}, hooks=not keeps_none(tx, key))


def given(
    tx: Transaction, office: Office, notice: NoticeId, project: str, account: str, *, key: str, exchange: str | None
) -> None:
    """Tell that a notice was taken over."""
    body = {"notice": notice, "account": account}
    hooks = _may_leave(tx, office, key, exchange)
    outbox.publish(
        tx, kind="notice.given", project=project, about=notice, body=body, at=office.edges.clock(), webhooks=hooks
    )
    notify(tx, CHANNEL, account)


def of_account(tx: Transaction, account: str) -> outbox.Letter | None:
    """Return where an account is reached by e-mail; None where nobody said."""
    row = tx.execute(select(contacts).where(contacts.c.account == account)).first()
    return None if row is None else outbox.Letter(address=ItemId(row.address), language=row.language)


def of_report(tx: Transaction, case: str) -> outbox.Letter | None:
    """Return where whoever reported something is reached; None where they left no address."""
    row = tx.execute(select(reports).where(reports.c.case == case)).first()
    return None if row is None or row.contact is None else outbox.Letter(address=row.contact, language=row.language)


def _lay(tx: Transaction, row: dict[str, Any], told: dict[str, Any], *, hooks: bool) -> NoticeId | None:
    """Lay a notice ready, once for what it tells of, and tell that it is there; None where it was before."""
    added = insert(notices).values({"id": new_id("no"), **row}).on_conflict_do_nothing().returning(notices.c.id)
    notice = tx.scalar(added)
    if notice is None:
        return None
    letter = of_account(tx, row["account"])
    outbox.publish(
        tx,
        kind="notice.laid",
        project=row["project"],
        about=notice,
        body={"notice": notice, "account": row["account"], **told},
        at=row["at"],
        webhooks=hooks,
        letters=() if letter is None else (letter,),
    )
    notify(tx, CHANNEL, row["account"])
    return NoticeId(notice)


def _letter(tx: Transaction, office: Office, kind: str, project: str, about: str, letter: outbox.Letter) -> None:
    outbox.publish(
        tx, kind=kind, project=project, about=about, body={}, at=office.edges.clock(), webhooks=False, letters=(letter,)
    )


def _about_case(tx: Transaction, office: Office, case: Case, kind: str, about: str, body: dict[str, Any]) -> None:
    if not case.sealed and case.project and _may_leave(tx, office, case.key, case.exchange):
        outbox.publish(tx, kind=kind, project=case.project, about=about, body=body, at=office.edges.clock())


def _may_leave(tx: Transaction, office: Office, key: str, exchange: str | None) -> bool:
    if keeps_none(tx, key):
        return False
    found = office.exchanges(tx, exchange) if exchange is not None else None
    return found is None or not found.zero_retention
