"""Whoever keeps filing what is manifestly unfounded: warned first, then not heard for a while (DSA, article 23).

    filed -> settled, with a reviewer's mark -> share of a window -> warned -> more of it -> suspended -> over | lifted

Counted are flags and reports together, appeals apart, by account or, without one, by a keyed digest of the address that
was left. Nobody is counted who left neither. A mark that is taken back ends what rested on it. Each step is a record,
and the person is told.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import RowMapping, func, insert, or_, select, update

from seawall.cases.errors import FilerNotWarned, FilingSuspended, NoSuchFiler, NoSuchFilerAct
from seawall.cases.model import Case, Origin
from seawall.cases.office import Office
from seawall.cases.tables import cases, filer_acts, filings
from seawall.enforce.staff import checked_code
from seawall.store import Transaction
from seawall.vocabulary.ids import new_id
from seawall.vocabulary.records.portal import FilerRestored, FilerSuspended, FilerWarned

_CONTACT = "contact:"


class Files(StrEnum):
    """What somebody files: flags and reports, or appeals."""

    NOTICES = "notices"
    APPEALS = "appeals"


class What(StrEnum):
    """What was done."""

    WARNED = "warned"
    SUSPENDED = "suspended"


class Marks(NamedTuple):
    """How much of somebody was settled, and how much of that was manifestly unfounded."""

    settled: int
    unfounded: int


class FilerAct(msgspec.Struct, frozen=True, kw_only=True):
    """A warning or a suspension, on how many of how many; `lifted_at` where it was taken back."""

    id: str
    filer: str
    kind: Files
    what: What
    at: datetime
    until: datetime | None
    settled: int
    unfounded: int
    lifted_at: datetime | None
    lifted_by: str | None

    @property
    def account(self) -> str | None:
        """Return the account that files; None where an address does."""
        return None if self.filer.startswith(_CONTACT) else self.filer


def of_contact(office: Office, address: str) -> str:
    """Return by what somebody is known who left an address."""
    return _CONTACT + office.edges.lasting("filer", address.strip().casefold()).hex()


def require_heard(tx: Transaction, office: Office, filer: str, files: Files) -> None:
    """Refuse whoever is not heard at the moment. Raises FilingSuspended."""
    running = _running(tx, filer, files, office.edges.clock())
    if running is not None and running.until is not None:
        raise FilingSuspended(running.until)


def filed(tx: Transaction, office: Office, case: Case, filer: str) -> None:
    """Note who filed a case."""
    row = {"case": case.id, "filer": filer, "kind": _files(case), "at": office.edges.clock()}
    tx.execute(insert(filings).values(row))


def settled(tx: Transaction, office: Office, case: Case, *, unfounded: bool) -> list[FilerAct]:
    """Note the reviewer's mark on a case and what was joined to it; return what was done because of it."""
    joined = or_(
        filings.c.case == case.id, filings.c.case.in_(select(cases.c.id).where(cases.c.merged_into == case.id))
    )
    marked = {"settled_at": office.edges.clock(), "unfounded": unfounded}
    changed = update(filings).where(joined).values(marked).returning(filings.c.filer, filings.c.kind, filings.c.at)
    done = [_follow(tx, office, row.filer, Files(row.kind), row.at, unfounded) for row in tx.execute(changed).all()]
    return [each for each in done if each is not None]


def every(tx: Transaction, *, limit: int = 100) -> list[FilerAct]:
    """Return what was done, newest first."""
    found = select(filer_acts).order_by(filer_acts.c.id.desc()).limit(limit)
    return [_act(row) for row in tx.execute(found).mappings()]


def find(tx: Transaction, act: str) -> FilerAct:
    """Return one act. Raises NoSuchFilerAct."""
    row = tx.execute(select(filer_acts).where(filer_acts.c.id == act)).mappings().first()
    if row is None:
        raise NoSuchFilerAct(act)
    return _act(row)


def lift(tx: Transaction, office: Office, act: str, *, reason_code: str, by: str) -> FilerAct:
    """Take a warning or a suspension back. Raises NoSuchFilerAct, BadReasonCode."""
    checked_code(reason_code)
    stands = (filer_acts.c.id == act) & filer_acts.c.lifted_at.is_(None)
    values = {"lifted_at": office.edges.clock(), "lifted_by": by}
    row = tx.execute(update(filer_acts).where(stands).values(values).returning(filer_acts)).mappings().first()
    if row is None:
        raise NoSuchFilerAct(act)
    office.edges.record(tx, FilerRestored(act=act, filer=row["filer"], reason_code=reason_code, by=by))
    return _act(row)


def by_hand(
    tx: Transaction, office: Office, filer: str, files: Files, what: What, *, reason_code: str, by: str
) -> FilerAct:
    """Warn somebody who files, or suspend whoever was warned, because a person says so.

    Raises NoSuchFiler, FilerNotWarned, FilingSuspended, BadReasonCode.
    """
    checked_code(reason_code)
    now, terms = office.edges.clock(), office.abuse
    one_at_a_time(tx, filer)
    require_heard(tx, office, filer, files)
    if newest_case(tx, filer, files) is None:
        raise NoSuchFiler(filer)
    if what is What.SUSPENDED and _last(tx, filer, files, What.WARNED, now - terms.window) is None:
        raise FilerNotWarned
    marks = measure(tx, filer, files, now - terms.window)
    return _done(tx, office, filer, files, what, marks, by=by, reason_code=reason_code)


def newest_case(tx: Transaction, filer: str, files: Files) -> str | None:
    """Return the case that somebody filed last; None where they filed nothing of the kind."""
    mine = (filings.c.filer == filer) & (filings.c.kind == files)
    found: str | None = tx.scalar(select(filings.c.case).where(mine).order_by(filings.c.at.desc()).limit(1))
    return found


def one_at_a_time(tx: Transaction, filer: str) -> None:
    """Wait for whoever does something to the same filer, so that two at once do not both warn."""
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"filer:{filer}", 0))))


def _files(case: Case) -> Files:
    return Files.APPEALS if case.origin is Origin.APPEAL else Files.NOTICES


def _follow(
    tx: Transaction, office: Office, filer: str, files: Files, at: datetime, unfounded: bool
) -> FilerAct | None:
    """Do what follows for whoever filed, once a mark was noted."""
    now, terms = office.edges.clock(), office.abuse
    one_at_a_time(tx, filer)
    marks = measure(tx, filer, files, now - terms.window)
    over = marks.settled >= terms.at_least and marks.unfounded >= terms.share * marks.settled
    if not over or not unfounded:
        if not over:
            _let_be(tx, office, filer, files, now)
        return None
    warned = _last(tx, filer, files, What.WARNED, now - terms.window)
    if warned is None:
        return _done(tx, office, filer, files, What.WARNED, marks)
    if at <= warned.at or _running(tx, filer, files, now) is not None:
        return None
    return _done(tx, office, filer, files, What.SUSPENDED, marks)


def measure(tx: Transaction, filer: str, files: Files, since: datetime) -> Marks:
    """Return how much of somebody was settled since a moment, and how much of it was manifestly unfounded."""
    mine = (filings.c.filer == filer) & (filings.c.kind == files) & (filings.c.settled_at > since)
    bad = func.count().filter(filings.c.unfounded)
    row = tx.execute(select(func.count(), bad).where(mine)).one()
    return Marks(int(row[0]), int(row[1]))


def _let_be(tx: Transaction, office: Office, filer: str, files: Files, now: datetime) -> None:
    """End a suspension that the marks do not carry any more."""
    running = _running(tx, filer, files, now)
    if running is not None:
        lift(tx, office, running.id, reason_code="marks_taken_back", by="seawall")


def _running(tx: Transaction, filer: str, files: Files, now: datetime) -> FilerAct | None:
    found = _last(tx, filer, files, What.SUSPENDED, now - timedelta(days=3660))
    return found if found is not None and found.until is not None and found.until > now else None


def _last(tx: Transaction, filer: str, files: Files, what: What, since: datetime) -> FilerAct | None:
    mine = (filer_acts.c.filer == filer) & (filer_acts.c.kind == files) & (filer_acts.c.what == what)
    stands = filer_acts.c.lifted_at.is_(None) & (filer_acts.c.at > since)
    found = select(filer_acts).where(mine, stands).order_by(filer_acts.c.id.desc()).limit(1)
    row = tx.execute(found).mappings().first()
    return None if row is None else _act(row)


def _done(
    tx: Transaction,
    office: Office,
    filer: str,
    files: Files,
    what: What,
    marks: Marks,
    *,
    by: str = "seawall",
    reason_code: str = "share_of_marks",
) -> FilerAct:
    now = office.edges.clock()
    until = now + office.abuse.suspend if what is What.SUSPENDED else None
    row = {
        "id": new_id("fa"), "filer": filer, "kind": files, "what": what, "at": now, "until": until, **marks._asdict(),
    }  # fmt: skip
    made = _act(tx.execute(insert(filer_acts).values(row).returning(filer_acts)).mappings().one())
    told: dict[str, Any] = {
        "act": made.id, "filer": filer, "files": files.value, **marks._asdict(), "reason_code": reason_code, "by": by,
    }  # fmt: skip
    office.edges.record(tx, FilerWarned(**told) if until is None else FilerSuspended(**told, until=until.isoformat()))
    return made


def _act(row: RowMapping) -> FilerAct:
    fields = {name: row[name] for name in FilerAct.__struct_fields__}
    return msgspec.convert(fields, FilerAct)
