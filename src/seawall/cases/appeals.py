"""Appeals: the person concerned asks for a decision to be looked at again, by somebody else, within a time.

    file -> a case of its own -> decide(about_right) -> stands, or taken back within the same second

A decision is appealed once, until the last second of its time. Decisions of machines can be appealed as well: whoever
asks names the exchange. Who had a say in a decision has none in its appeal, by whichever of their accounts.
"""

from datetime import datetime

import msgspec
from sqlalchemy import insert, select

from seawall.cases import filers, words
from seawall.cases.clocks import in_time, last_second
from seawall.cases.decided import Decided, reversed_by
from seawall.cases.decided import find as find_decision
from seawall.cases.errors import (
    AppealedAlready,
    AppealTooLate,
    NoSuchCase,
    NotAppealable,
    NothingToAppeal,
)
from seawall.cases.flags import From
from seawall.cases.model import Case, Origin, State
from seawall.cases.office import Office
from seawall.cases.opening import Opening, of_exchange, open_case
from seawall.cases.render import Notice, notice
from seawall.cases.rows import find, trail
from seawall.cases.tables import appeals
from seawall.enforce import sanctions
from seawall.store import Transaction
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import DecisionId
from seawall.vocabulary.records.cases import AppealFiled

LONGEST = 10_000


class Appealed(msgspec.Struct, frozen=True, kw_only=True):
    """Where an appeal is, for the person who filed it."""

    appeal: str
    decision: str
    filed_at: datetime
    due_at: datetime
    answered_at: datetime | None
    stands: bool | None
    answer: Notice | None


def file(
    tx: Transaction,
    office: Office,
    decision: str,
    said: str,
    *,
    through: From,
    exchange: str | None = None,
    by: str | None = None,
) -> Case:
    """File an appeal. `by` is who files it for the person; left out, the key that it comes with.

    Raises NothingToAppeal, NotAppealable, AppealTooLate, FilingSuspended, AppealedAlready, BadWords.
    """
    who, now = by or through.key, office.edges.clock()
    spoken = words.checked("appeal", said, LONGEST)
    opening, until = _appealable(tx, office, decision, exchange, through)
    if not in_time(until, now):
        raise AppealTooLate(decision, until)
    filers.require_heard(tx, office, opening.account, filers.Files.APPEALS)
    case, new = open_case(tx, office, msgspec.structs.replace(opening, words=spoken), by=who)
    if not new:
        raise AppealedAlready(decision, case.id)
    filers.filed(tx, office, case, case.account)
    tx.execute(insert(appeals).values(case=case.id, decision=decision, filed_at=now, until=until))
    body = AppealFiled(
        case=case.id, decision=DecisionId(decision), account=case.account, in_time_until=until.isoformat(), by=who
    )
    trail(tx, office.edges, case, "appeal_filed", who, body, told={"decision": decision})
    return case


def status(tx: Transaction, office: Office, case: str, *, through: From) -> Appealed:
    """Tell the person where their appeal is. Raises NoSuchCase."""
    found = find(tx, case)
    if found.origin is not Origin.APPEAL or found.project != through.project:
        raise NoSuchCase(case)
    row = tx.execute(select(appeals).where(appeals.c.case == found.id)).one()
    settled = found.state is State.DECIDED and found.decision is not None
    answer = find_decision(tx, found.decision) if settled and found.decision is not None else None
    return Appealed(
        appeal=found.id,
        decision=row.decision,
        filed_at=row.filed_at,
        due_at=found.due_at,
        answered_at=answer.at if answer is not None else None,
        stands=answer.about_right if answer is not None else None,
        answer=None if answer is None else notice(answer, words.read(tx, office, answer.reason) or ""),
    )


def _appealable(
    tx: Transaction, office: Office, decision: str, exchange: str | None, through: From
) -> tuple[Opening, datetime]:
    """Return what opens the appeal, and until which second it may be filed. Raises NothingToAppeal, NotAppealable."""
    try:
        decided = find_decision(tx, decision)
    except NothingToAppeal:
        acted = sanctions.of_decision(tx, decision)
        if acted is not None and acted.cause == sanctions.PERSON:
            return _against_staff(office, acted, through)
        return _against_a_machine(tx, office, decision, exchange, through)
    if decided.project != through.project:
        raise NothingToAppeal(decision)
    if decided.appeal_until is None or reversed_by(tx, decision) is not None:
        raise NotAppealable(decision)
    return _against(tx, decided), decided.appeal_until


def _against(tx: Transaction, decided: Decided) -> Opening:
    case = find(tx, decided.case)
    return Opening(
        origin=Origin.APPEAL,
        source=f"appeal:{decided.id}",
        project=decided.project,
        key=case.key,
        account=decided.account,
        has_end_user=case.has_end_user,
        exchange=decided.exchange,
        about=decided.id,
        rule=decided.rule,
        category=decided.category,
        sealed=decided.sealed,
        detected_automatically=decided.detected_automatically,
    )


def _against_staff(office: Office, acted: sanctions.Sanction, through: From) -> tuple[Opening, datetime]:
    """Return what opens an appeal against what somebody did to an account without a case."""
    decision = acted.decision
    if decision is None or acted.project != through.project:
        raise NothingToAppeal(decision or "")
    if acted.taken_back_at is not None:
        raise NotAppealable(decision)
    opening = Opening(
        origin=Origin.APPEAL,
        source=f"appeal:{decision}",
        project=acted.project,
        key=acted.key,
        account=acted.account,
        has_end_user=acted.has_end_user,
        about=decision,
    )
    return opening, last_second(acted.at, office.rules.appeal_for)


def _against_a_machine(
    tx: Transaction, office: Office, decision: str, exchange: str | None, through: From
) -> tuple[Opening, datetime]:
    found: Concerned | None = office.exchanges(tx, exchange) if exchange is not None else None
    if found is None or found.project != through.project or decision not in found.decisions:
        raise NothingToAppeal(decision)
    about = next(each for each in found.decisions if each == decision)
    opening = of_exchange(found, Origin.APPEAL, f"appeal:{decision}", about=about, detected_automatically=True)
    return opening, last_second(found.at, office.rules.appeal_for)


def against(tx: Transaction, case: Case) -> Decided | None:
    """Return the decision of a person that a case is about; None where a machine made it, or there is none."""
    if case.about is None:
        return None
    try:
        return find_decision(tx, case.about)
    except NothingToAppeal:
        return None
