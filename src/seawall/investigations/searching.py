"""Look for exchanges in an investigation. Each search is a step of its trail, and a record; its pages are one search.

What somebody types lies in the vault; the row has a keyed digest where one is compared. A search through what was said
is done by a worker (`scanning`), everything else at once.
"""

from datetime import datetime

from sqlalchemy import insert, select, update

from seawall.investigations import finding, scanning, vectors, words
from seawall.investigations.desk import Desk
from seawall.investigations.errors import BadSearch, NotRetained
from seawall.investigations.finding import Key, key_of, visible
from seawall.investigations.indexing import tool_digest
from seawall.investigations.model import LIKE, MOST, PATTERNS, TYPED, How, Investigation, Search, State, Wanted
from seawall.investigations.permits import Step, permit, sees_sealed
from seawall.investigations.rows import as_search, search_of, trail, working
from seawall.investigations.rows import find as find_investigation
from seawall.investigations.tables import searches
from seawall.investigations.vectors import Sketcher
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.vocabulary.ids import ItemId, new_id
from seawall.vocabulary.networks import PURPOSE, network_of
from seawall.vocabulary.records.investigations import InvestigationSearched

_LONGEST = 200


def search(tx: Transaction, desk: Desk, investigation: str, wanted: Wanted, *, by: str) -> Search:
    """Look for exchanges, or have a worker look.

    Raises NoSuchInvestigation, NotPermitted, InvestigationClosed, BadSearch, BadPattern, NotRetained, NoSimilarity.
    """
    found = working(tx, desk, investigation, by)
    _check(tx, desk, wanted, by=by)
    item = words.keep(tx, desk, wanted.typed, owner=found.id) if wanted.typed else None
    made = _entered(tx, desk, found, wanted, item, by=by)
    if made.how in PATTERNS:
        enqueue(tx, scanning.JOB, search=made.id)
    else:
        number, whole = finding.counted(tx, desk, made, key(tx, desk, made), by=by)
        changed = update(searches).where(searches.c.id == made.id).values(hits=number, whole=whole)
        made = as_search(tx.execute(changed.returning(searches)).mappings().one())
    _told(tx, desk, found, made, wanted, by=by)
    return made


def results(
    tx: Transaction, desk: Desk, investigation: str, search: str, *, by: str, after: str = "", limit: int = 50
) -> tuple[Search, finding.Page]:
    """Return a search and a page of what it finds now. Raises NoSuchInvestigation, NoSuchSearch, NoSimilarity."""
    found = find_investigation(tx, investigation)
    permit(tx, desk, found, Step.READ, by)
    made = search_of(tx, found.id, search)
    try:
        compared = key(tx, desk, made)
    except NotRetained:
        # What it was to be like is gone, and what was found by it with it.
        return made, finding.Page(hits=[], next="")
    return made, finding.page(tx, desk, made, compared, by=by, after=after, limit=limit)


def searches_of(tx: Transaction, investigation: str, *, after: str = "", limit: int = 50) -> list[Search]:
    """Return the searches of an investigation, newest first, those behind `after`."""
    chosen = select(searches).where(searches.c.investigation == investigation)
    if after:
        chosen = chosen.where(searches.c.id < after)
    chosen = chosen.order_by(searches.c.id.desc()).limit(max(1, min(limit, MOST)))
    return [as_search(row) for row in tx.execute(chosen).mappings()]


def key(tx: Transaction, desk: Desk, made: Search) -> Key:
    """Return what a search compares with. Raises NotRetained, NoSimilarity."""
    if made.item is not None and made.how is How.SIMILAR:
        typed = words.read(tx, desk, made.item)
        vector = Sketcher(desk.edges).vector(typed or "")
        if vector is None:
            raise NotRetained(made.id)
        return Key(vector=vectors.written(vector))
    return key_of(tx, desk, made)


def _check(tx: Transaction, desk: Desk, wanted: Wanted, *, by: str) -> None:
    how = wanted.how
    if how is How.SIMILAR:
        vectors.require(tx)
    if wanted.like and how not in LIKE:
        raise BadSearch(f"A search by {how.value} takes no exchange.", hint="Those by network or likeness do.")
    if wanted.like and not visible(tx, desk, [wanted.like], by=by):
        raise NotRetained(wanted.like)
    given = bool(wanted.typed.strip()) if how in TYPED else bool(wanted.value)
    if not given and not wanted.like:
        raise BadSearch(f"A search by {how.value} needs something to look for.", hint="Write it, or name an exchange.")
    if len(wanted.value) > _LONGEST or not 0.0 <= wanted.least <= 1.0:
        raise BadSearch("What is looked for is too long, or the score is not in 0 to 1.")
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise BadSearch("`since` must be before `until`.")
    if wanted.typed:
        words.checked("text", wanted.typed, words.LONGEST_NOTE)
    if how in PATTERNS:
        scanning.compiled(how, wanted.typed)
    if how is How.NETWORK and wanted.typed and network_of(wanted.typed) is None:
        raise BadSearch("That is no address of a network.", hint="Such as 203.0.113.7 or 2001:db8::1.")


def _value(desk: Desk, wanted: Wanted) -> str:
    if wanted.typed and wanted.how is How.TOOL:
        return tool_digest(desk, wanted.typed.strip())
    if wanted.typed and wanted.how is How.NETWORK:
        return desk.edges.lasting(PURPOSE, network_of(wanted.typed) or "").hex()
    return "" if wanted.how in TYPED else wanted.value


def _entered(
    tx: Transaction, desk: Desk, found: Investigation, wanted: Wanted, item: ItemId | None, *, by: str
) -> Search:
    patterns = wanted.how in PATTERNS
    row = {
        "id": new_id("srch"),
        "investigation": found.id,
        "how": wanted.how.value,
        "value": _value(desk, wanted),
        "like": wanted.like,
        "item": item,
        "since": wanted.since,
        "until": wanted.until,
        "project": wanted.project,
        "least": wanted.least,
        "sealed": sees_sealed(tx, desk, by),
        "by": by,
        "at": desk.edges.clock(),
        "state": (State.QUEUED if patterns else State.FINISHED).value,
        "reached": "",
        "read": 0,
        "hits": 0,
        "whole": not patterns,
    }
    return as_search(tx.execute(insert(searches).values(row).returning(searches)).mappings().one())


def _told(tx: Transaction, desk: Desk, found: Investigation, made: Search, wanted: Wanted, *, by: str) -> None:
    hits = None if made.how in PATTERNS else made.hits
    body = InvestigationSearched(
        investigation=found.id,
        search=made.id,
        how=made.how.value,
        value=made.value,
        like=made.like,
        digest=words.digest(wanted.typed) if wanted.typed else "",
        since=_stated(made.since),
        until=_stated(made.until),
        project=made.project,
        hits=hits,
        by=by,
    )
    told = {"search": made.id, "how": made.how.value, "hits": hits}
    trail(tx, desk, found, "searched", by, body, told=told)


def _stated(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
