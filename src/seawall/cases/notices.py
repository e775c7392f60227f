"""Notices that wait for the operator's product, which alone knows the person, and the word that it took one over.

A notice is laid ready in the transaction that decided. It waits until it is taken over; taken over twice, it is once.
Its words are rendered from the decision, or the act, when somebody asks, and are nowhere kept beside it. One that tells
of a request of an authority is rendered from that request. What webhook and e-mail made of it stands with it: an e-mail
that was handed over is no word of the person.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, func, select, update

from seawall.cases import filers, sanctions, telling, words
from seawall.cases.decided import find
from seawall.cases.errors import NoSuchNotice
from seawall.cases.flags import From
from seawall.cases.legal.rows import trail as legal_trail
from seawall.cases.legal.told import LegalNotice, legal_notice
from seawall.cases.model import Case
from seawall.cases.office import Office
from seawall.cases.render import Notice, notice, notice_of_act
from seawall.cases.rows import find as find_case
from seawall.cases.rows import trail
from seawall.cases.speaking import Say
from seawall.cases.tables import notices
from seawall.enforce.sanctions import decision_of
from seawall.outbox.replay import Receipt
from seawall.outbox.replay import about as receipts
from seawall.store import Transaction
from seawall.vocabulary.ids import NoticeId
from seawall.vocabulary.records.cases import NoticeGiven
from seawall.vocabulary.records.enforce import StandingNoticeGiven
from seawall.vocabulary.records.legal import LegalNoticeGiven


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A notice and where it is."""

    id: NoticeId
    account: str
    at: datetime
    given_at: datetime | None
    notice: Notice | LegalNotice


class Underway(msgspec.Struct, frozen=True, kw_only=True):
    """A notice for staff: where it is on each channel, without its words."""

    id: NoticeId
    project: str
    account: str
    at: datetime
    given_at: datetime | None
    decision: str | None
    act: str | None
    legal_request: str | None
    sanction: int | None
    taken_back: int | None
    receipts: tuple[Receipt, ...]


def waiting(tx: Transaction, office: Office, *, through: From, after: str = "", limit: int = 100) -> list[Waiting]:
    """Return the notices of a project that nobody took over yet, oldest first."""
    mine = (notices.c.project == through.project) & notices.c.given_at.is_(None) & (notices.c.id > after)
    found = select(notices).where(mine).order_by(notices.c.id).limit(limit)
    return [_waiting(tx, office, row) for row in tx.execute(found).mappings().all()]


def of_account(tx: Transaction, office: Office, account: str, *, through: From, limit: int = 100) -> list[Waiting]:
    """Return the notices of an account, newest first."""
    mine = (notices.c.account == account) & (notices.c.project == through.project)
    found = select(notices).where(mine).order_by(notices.c.id.desc()).limit(limit)
    return [_waiting(tx, office, row) for row in tx.execute(found).mappings().all()]


def one(tx: Transaction, office: Office, name: str, *, through: From, say: Say = str) -> Waiting:
    """Return a notice, in the words of a language. Raises NoSuchNotice."""
    return _waiting(tx, office, _row(tx, name, through.project), say)


def underway(tx: Transaction, *, undelivered: bool = False, after: str = "", limit: int = 100) -> Sequence[Underway]:
    """Return notices for staff, newest first; those that nobody took over, where that is asked for."""
    found = select(notices).where(notices.c.id < after) if after else select(notices)
    if undelivered:
        found = found.where(notices.c.given_at.is_(None))
    rows = tx.execute(found.order_by(notices.c.id.desc()).limit(limit)).mappings().all()
    sent = receipts(tx, [row["id"] for row in rows], "notice.laid")
    fields = [name for name in Underway.__struct_fields__ if name != "receipts"]
    return [Underway(receipts=tuple(sent.get(row["id"], ())), **{name: row[name] for name in fields}) for row in rows]


def undelivered(tx: Transaction) -> int:
    """Return how many notices nobody took over."""
    waits = select(func.count()).select_from(notices).where(notices.c.given_at.is_(None))
    return tx.scalar(waits) or 0


def given(tx: Transaction, office: Office, name: str, *, through: From) -> Waiting:
    """Note that a notice was taken over; saying so again changes nothing. Raises NoSuchNotice."""
    row = _row(tx, name, through.project, lock=True)
    if row["given_at"] is not None:
        return _waiting(tx, office, row)
    done = update(notices).where(notices.c.id == name).values(given_at=office.edges.clock()).returning(notices)
    case = _write_down(tx, office, row, through.key)
    taken = tx.execute(done).mappings().one()
    key, exchange = (through.key, None) if case is None else (case.key, case.exchange)
    telling.given(tx, office, row["id"], row["project"], row["account"], key=key, exchange=exchange)
    return _waiting(tx, office, taken)


def _row(tx: Transaction, name: str, project: str, *, lock: bool = False) -> RowMapping:
    chosen = select(notices).where((notices.c.id == name) & (notices.c.project == project))
    row = tx.execute(chosen.with_for_update() if lock else chosen).mappings().first()
    if row is None:
        raise NoSuchNotice(name)
    return row


def _write_down(tx: Transaction, office: Office, row: RowMapping, by: str) -> Case | None:
    """Put on record that it was taken over; return the case that it comes from, where it comes from one."""
    told = {"notice": row["id"]}
    if row["legal_request"] is not None:
        given_ = LegalNoticeGiven(request=row["legal_request"], notice=row["id"], by=by)
        legal_trail(tx, office.edges, row["legal_request"], "notice_given", by, given_, told=told)
    act = row["sanction"] or row["taken_back"]
    if act is not None:
        taken_over = StandingNoticeGiven(
            notice=row["id"], account=row["account"], project=row["project"], decision=decision_of(tx, act),
            taken_back=row["taken_back"] is not None, by=by,
        )  # fmt: skip
        office.edges.record(tx, taken_over)
    if row["decision"] is None:
        return None
    case = find_case(tx, find(tx, row["decision"]).case)
    body = NoticeGiven(case=case.id, notice=row["id"], decision=row["decision"], by=by)
    trail(tx, office.edges, case, "notice_given", by, body, told=told)
    return case


def _waiting(tx: Transaction, office: Office, row: RowMapping, say: Say = str) -> Waiting:
    return Waiting(
        id=row["id"],
        account=row["account"],
        at=row["at"],
        given_at=row["given_at"],
        notice=_rendered(tx, office, row, say),
    )


def _rendered(tx: Transaction, office: Office, row: RowMapping, say: Say) -> Notice | LegalNotice:
    if row["legal_request"] is not None:
        until = row["at"] + office.notice_for
        return legal_notice(tx, row["legal_request"], row["account"], at=row["at"], waits_until=until, say=say)
    if row["act"] is not None:
        return notice_of_act(filers.find(tx, row["act"]), say)
    if row["decision"] is None:
        back = row["taken_back"] is not None
        return sanctions.notice_of(tx, office, row["taken_back"] if back else row["sanction"], back=back, say=say)
    decided = find(tx, row["decision"])
    return notice(decided, words.read(tx, office, decided.reason) or "", say)
