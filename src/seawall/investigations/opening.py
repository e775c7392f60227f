"""Open an investigation, save and note what was found, say who may read it, close and reopen it: steps of its trail."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import any_, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.access.people import people
from seawall.access.people.model import NoSuchPerson
from seawall.enforce.staff import checked_code
from seawall.investigations import words
from seawall.investigations.desk import Desk
from seawall.investigations.errors import BadReaders, NotRetained
from seawall.investigations.finding import visible
from seawall.investigations.model import MOST, UNFINISHED, Investigation, State
from seawall.investigations.rows import as_investigation, over, trail, working
from seawall.investigations.tables import exchanges, investigations, pins, searches
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound
from seawall.vocabulary.ids import new_id
from seawall.vocabulary.records.investigations import (
    InvestigationClosed,
    InvestigationNoted,
    InvestigationOpened,
    InvestigationPinned,
    InvestigationReadersChanged,
    InvestigationReopened,
    InvestigationUnpinned,
)

_MOST_READERS = 50


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange or an account that somebody saved into an investigation."""

    what: str
    thing: str
    by: str


class NoSuchAccount(NotFound):
    """An account has nothing that is kept."""

    code = "investigation.no_such_account"

    def __init__(self, account: str) -> None:
        super().__init__(f"Of account {account!r} nothing is kept.", hint="`seawall accounts show` knows more.")


def begin(tx: Transaction, desk: Desk, name: str, *, by: str) -> Investigation:
    """Open an investigation that whoever opens it alone reads, for now. Raises BadWords."""
    said, named = words.checked("name", name, words.LONGEST_NAME), new_id("inv")
    item = words.keep(tx, desk, said, owner=named)
    row = {"id": named, "name_item": item, "readers": [by], "opened_by": by, "opened_at": desk.edges.clock()}
    made = as_investigation(tx.execute(insert(investigations).values(row).returning(investigations)).mappings().one())
    trail(tx, desk, made, "opened", by, InvestigationOpened(investigation=made.id, name_item=item, by=by))
    return made


def every(
    tx: Transaction, *, reader: str, only_open: bool = False, after: str = "", limit: int = 100
) -> list[Investigation]:
    """Return the investigations that somebody may see, newest first, those behind `after`."""
    mine = or_(investigations.c.readers.is_(None), bindparam("reader", reader) == any_(investigations.c.readers))
    chosen = select(investigations).where(mine)
    if only_open:
        chosen = chosen.where(investigations.c.closed_at.is_(None))
    if after:
        chosen = chosen.where(investigations.c.id < after)
    chosen = chosen.order_by(investigations.c.id.desc()).limit(max(1, min(limit, MOST)))
    return [as_investigation(row) for row in tx.execute(chosen).mappings()]


def pins_of(tx: Transaction, investigation: str) -> list[Pin]:
    """Return what was saved into an investigation, oldest first."""
    chosen = select(pins).where(pins.c.investigation == investigation).order_by(pins.c.at, pins.c.thing)
    return [Pin(what=row.what, thing=row.thing, by=row.by) for row in tx.execute(chosen.limit(MOST))]


def pin(tx: Transaction, desk: Desk, investigation: str, what: str, thing: str, *, by: str) -> Investigation:
    """Save an exchange or an account; once is enough.

    Raises NoSuchInvestigation, NotPermitted, InvestigationClosed, NotRetained, NoSuchAccount.
    """
    found = working(tx, desk, investigation, by)
    if what == "exchange" and not visible(tx, desk, [thing], by=by):
        raise NotRetained(thing)
    if what == "account" and not _has_anything(tx, thing):
        raise NoSuchAccount(thing)
    row = {"investigation": found.id, "what": what, "thing": thing, "by": by, "at": desk.edges.clock()}
    entered = upsert(pins).values(row).on_conflict_do_nothing().returning(pins.c.thing)
    if tx.scalar(entered) is not None:
        body = InvestigationPinned(investigation=found.id, what=what, thing=thing, by=by)
        trail(tx, desk, found, "pinned", by, body, told={what: thing})
    return found


def unpin(tx: Transaction, desk: Desk, investigation: str, what: str, thing: str, *, by: str) -> Investigation:
    """Take something out again. Raises NoSuchInvestigation, NotPermitted, InvestigationClosed."""
    found = working(tx, desk, investigation, by)
    mine = (pins.c.investigation == found.id) & (pins.c.what == what) & (pins.c.thing == thing)
    if tx.scalar(delete(pins).where(mine).returning(pins.c.thing)) is not None:
        body = InvestigationUnpinned(investigation=found.id, what=what, thing=thing, by=by)
        trail(tx, desk, found, "unpinned", by, body, told={what: thing})
    return found


def note(tx: Transaction, desk: Desk, investigation: str, text: str, *, by: str) -> Investigation:
    """Write a note. Raises NoSuchInvestigation, NotPermitted, InvestigationClosed, BadWords."""
    said, found = words.checked("note", text, words.LONGEST_NOTE), working(tx, desk, investigation, by)
    item = words.keep(tx, desk, said, owner=found.id)
    body = InvestigationNoted(investigation=found.id, item=item, digest=words.digest(said), by=by)
    trail(tx, desk, found, "noted", by, body, item=item)
    return found


def change_readers(
    tx: Transaction, desk: Desk, investigation: str, readers: Sequence[str] | None, *, by: str
) -> Investigation:
    """Say who alone may see an investigation; None leaves it to the roles. Whoever says it stays among them.

    Raises NoSuchInvestigation, NotPermitted, InvestigationClosed, BadReaders.
    """
    found = working(tx, desk, investigation, by)
    named = None if readers is None else tuple(sorted({*readers, by}))
    if named is not None:
        _check_readers(tx, named)
    kept = None if named is None else list(named)
    tx.execute(update(investigations).where(investigations.c.id == found.id).values(readers=kept))
    body = InvestigationReadersChanged(investigation=found.id, readers=named, by=by)
    trail(tx, desk, found, "readers_changed", by, body, told={"readers": None if named is None else len(named)})
    return msgspec.structs.replace(found, readers=named)


def close(tx: Transaction, desk: Desk, investigation: str, *, reason_code: str, by: str) -> Investigation:
    """End an investigation, and the searches that still run in it.

    Raises NoSuchInvestigation, NotPermitted, InvestigationClosed, BadReasonCode.
    """
    checked_code(reason_code)
    found = working(tx, desk, investigation, by)
    now = desk.edges.clock()
    tx.execute(update(investigations).where(investigations.c.id == found.id).values(closed_by=by, closed_at=now))
    still = (searches.c.investigation == found.id) & searches.c.state.in_([each.value for each in UNFINISHED])
    tx.execute(update(searches).where(still).values(state=State.STOPPED.value, whole=False))
    body = InvestigationClosed(investigation=found.id, reason_code=reason_code, by=by)
    trail(tx, desk, found, "closed", by, body, told={"reason_code": reason_code})
    return msgspec.structs.replace(found, closed_by=by, closed_at=now)


def reopen(tx: Transaction, desk: Desk, investigation: str, *, reason_code: str, by: str) -> Investigation:
    """Go on with an investigation that was closed, for its readers as before; searches that were stopped stay so.

    Raises NoSuchInvestigation, NotPermitted, InvestigationOpen, BadReasonCode.
    """
    checked_code(reason_code)
    found = over(tx, desk, investigation, by)
    tx.execute(update(investigations).where(investigations.c.id == found.id).values(closed_by=None, closed_at=None))
    body = InvestigationReopened(investigation=found.id, reason_code=reason_code, by=by)
    trail(tx, desk, found, "reopened", by, body, told={"reason_code": reason_code})
    return msgspec.structs.replace(found, closed_by=None, closed_at=None)


def _has_anything(tx: Transaction, account: str) -> bool:
    return tx.scalar(select(exchanges.c.exchange).where(exchanges.c.account == account).limit(1)) is not None


def _check_readers(tx: Transaction, readers: Sequence[str]) -> None:
    if len(readers) > _MOST_READERS:
        raise BadReaders(f"{len(readers)} readers were named.", hint=f"At most {_MOST_READERS}, or none: the roles.")
    for each in readers:
        try:
            active = people.find(tx, each).active
        except NoSuchPerson:
            active = False
        if not active:
            raise BadReaders(f"{each!r} is nobody who could read it.", hint="`seawall people list` shows who is there.")
