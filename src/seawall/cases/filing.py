"""Whoever files, as staff see them: how much of theirs was settled and unfounded, whether they are heard; act by hand.

What is done by hand is told as what follows from marks is: by a notice, or a letter.
"""

from datetime import datetime

import msgspec
from sqlalchemy import func, select

from seawall.cases import filers, telling
from seawall.cases.filers import FilerAct, Files, What
from seawall.cases.office import Office
from seawall.cases.rows import find as find_case
from seawall.cases.tables import filer_acts, filings
from seawall.store import Transaction


class Filer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who files one kind of thing. `settled` and `unfounded` count within the window."""

    filer: str
    kind: Files
    settled: int
    unfounded: int
    last_at: datetime
    warned_at: datetime | None
    suspended_until: datetime | None

    def state(self, now: datetime) -> str:
        """Return whether they are heard."""
        if self.suspended_until is not None and self.suspended_until > now:
            return "suspended"
        return "warned" if self.warned_at is not None else "heard"


def every(tx: Transaction, office: Office, *, filer: str = "", limit: int = 100) -> list[Filer]:
    """Return whoever filed something unfounded, the most first; whoever is named, whatever they filed."""
    now = office.edges.clock()
    since = now - office.abuse.window
    of = filings.c
    within = of.settled_at > since
    settled, bad = func.count().filter(within), func.count().filter(within & of.unfounded)
    found = select(
        of.filer, of.kind, settled.label("settled"), bad.label("unfounded"), func.max(of.at).label("last_at")
    )
    marked = select(of.filer).where(of.unfounded).distinct().scalar_subquery()
    found = found.where(of.filer == filer if filer else of.filer.in_(marked))
    rows = tx.execute(found.group_by(of.filer, of.kind).order_by(bad.desc(), of.filer, of.kind).limit(limit)).all()
    acts = _standing(tx, [row.filer for row in rows], since, now)
    return [
        Filer(
            filer=row.filer, kind=Files(row.kind), settled=row.settled, unfounded=row.unfounded, last_at=row.last_at,
            warned_at=acts.get((row.filer, row.kind, What.WARNED)),
            suspended_until=acts.get((row.filer, row.kind, What.SUSPENDED)),
        )
        for row in rows
    ]  # fmt: skip


def act(
    tx: Transaction, office: Office, filer: str, files: Files, what: What, *, reason_code: str, by: str
) -> FilerAct:
    """Warn somebody, or suspend whoever was warned, and tell them.

    Raises NoSuchFiler, FilerNotWarned, FilingSuspended, BadReasonCode.
    """
    made = filers.by_hand(tx, office, filer, files, what, reason_code=reason_code, by=by)
    case = filers.newest_case(tx, filer, files)
    if case is not None:
        telling.lay_act(tx, office, find_case(tx, case), made)
    return made


def acts_on(tx: Transaction, filer: str) -> list[FilerAct]:
    """Return what was done to somebody who files, newest first."""
    mine = select(filer_acts.c.id).where(filer_acts.c.filer == filer).order_by(filer_acts.c.id.desc()).limit(100)
    return [filers.find(tx, each) for each in tx.scalars(mine).all()]


def _standing(
    tx: Transaction, names: list[str], since: datetime, now: datetime
) -> dict[tuple[str, str, str], datetime | None]:
    """Return the newest warning of each within the window, and until when each is suspended."""
    of = filer_acts.c
    stands = of.filer.in_(names) & of.lifted_at.is_(None)
    counts = ((of.what == What.WARNED) & (of.at > since)) | ((of.what == What.SUSPENDED) & (of.until > now))
    rows = tx.execute(select(filer_acts).where(stands, counts).order_by(of.id)).all()
    return {(row.filer, row.kind, row.what): row.until or row.at for row in rows}
