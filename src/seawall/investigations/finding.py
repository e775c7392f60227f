"""What a search finds: exchanges of the index, newest first or nearest first, a page at a time, never a word of them.

Each way of looking rests on an index of its own. What is about child safety is left out for whoever may not see it:
by what was found in it, at the time of looking, and by what people decided.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select, text

from seawall.enforce.references import linked
from seawall.investigations import vectors
from seawall.investigations.desk import Desk
from seawall.investigations.errors import NotRetained
from seawall.investigations.indexing import at_least
from seawall.investigations.model import COUNTED, MOST, NEAREST, PATTERNS, How, Search
from seawall.investigations.permits import sees_sealed
from seawall.investigations.tables import exchanges, hits, traits
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.retained import Shown

_OF_TRAIT = {How.CATEGORY, How.DETECTOR, How.RELEASE, How.TOOL, How.NETWORK}


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange that was found; `near` is how like it is, from 0 to 1, where that was asked."""

    shown: Shown
    near: float | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what was found, and behind which exchange the next one begins; empty where this is the last."""

    hits: list[Hit]
    next: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What a search comes to once it was read: a value of a trait, accounts, or a vector."""

    value: str = ""
    accounts: tuple[str, ...] = ()
    vector: str = ""


def key_of(tx: Transaction, desk: Desk, search: Search) -> Key:
    """Return what a search compares with. Raises NotRetained, NoSimilarity."""
    if search.how is How.LINKED:
        found = linked(tx, AccountId(search.value), now=desk.edges.clock())
        return Key(accounts=tuple(each.account for each in found))
    if search.how is How.SIMILAR and search.like:
        vectors.require(tx)
        vector = vectors.of_exchange(tx, search.like)
        if vector is None:
            raise NotRetained(search.like)
        return Key(vector=vector)
    if search.how is How.NETWORK and search.like:
        chosen = select(traits.c.value).where(traits.c.exchange == search.like, traits.c.what == "network")
        return Key(value=tx.scalar(chosen) or "")
    return Key(value=search.value)


def page(tx: Transaction, desk: Desk, search: Search, key: Key, *, by: str, after: str = "", limit: int = 50) -> Page:
    """Return a page of what a search finds."""
    limit = max(1, min(limit, MOST))
    if search.how is How.SIMILAR:
        near = nearest(tx, desk, search, key.vector, by=by)
        told = _told(tx, desk, [each for each, _ in near], by=by)
        return Page(hits=[Hit(shown=told[each], near=score) for each, score in near if each in told], next="")
    sealed = sees_sealed(tx, desk, by)
    found = list(tx.scalars(chosen(search, key, sealed=sealed, after=after).limit(limit)))
    told = _told(tx, desk, found, by=by)
    return Page(
        hits=[Hit(shown=told[each]) for each in found if each in told], next=found[-1] if len(found) == limit else ""
    )


def counted(tx: Transaction, desk: Desk, search: Search, key: Key, *, by: str) -> tuple[int, bool]:
    """Return how many exchanges a search finds, and whether those are all; it stops at `COUNTED`."""
    if search.how is How.SIMILAR:
        return len(nearest(tx, desk, search, key.vector, by=by)), True
    some = chosen(search, key, sealed=sees_sealed(tx, desk, by)).limit(COUNTED + 1).subquery()
    number = tx.scalar(select(func.count()).select_from(some)) or 0
    return min(number, COUNTED), number <= COUNTED


def chosen(search: Search, key: Key, *, sealed: bool, after: str = "") -> Select[Any]:
    """Return the statement that finds the exchanges of a search, newest first."""
    name = _column(search)
    found = select(name).where(*_within(search, name))
    if search.how in _OF_TRAIT:
        found = found.where(traits.c.what == search.how.value, traits.c.value == key.value)
        found = found.where(traits.c.score >= search.least) if search.least else found
        found = found.join(exchanges, exchanges.c.exchange == name) if search.project or not sealed else found
    elif search.how in PATTERNS:
        found = found.where(hits.c.search == search.id)
        found = found.join(exchanges, exchanges.c.exchange == name) if not sealed else found
    elif search.how is How.LINKED:
        found = found.where(exchanges.c.account.in_(key.accounts))
    else:
        column = exchanges.c.account if search.how is How.ACCOUNT else exchanges.c.key
        found = found.where(column == key.value)
    if search.project and search.how not in PATTERNS:
        found = found.where(exchanges.c.project == search.project)
    if not sealed:
        found = found.where(exchanges.c.sealed.is_(False))
    if after:
        found = found.where(name < after)
    return found.order_by(name.desc())


def nearest(tx: Transaction, desk: Desk, search: Search, vector: str, *, by: str) -> list[tuple[str, float]]:
    """Return the exchanges that are most like a vector, nearest first, each with how like it is."""
    vectors.require(tx)
    # What a filter takes away is looked for further on, up to a bound: more is not asked of the index.
    tx.execute(text("SET LOCAL hnsw.iterative_scan = strict_order"))
    statement = text("""
        SELECT v.exchange, 1 - (v.vector <=> CAST(:vector AS halfvec(256))) AS near
        FROM investigations_vectors AS v JOIN investigations_exchanges AS e ON e.exchange = v.exchange
        WHERE (CAST(:project AS text) IS NULL OR e.project = :project) AND (:sealed OR NOT e.sealed)
          AND v.exchange >= :since AND v.exchange < :until AND v.exchange <> :like
        ORDER BY v.vector <=> CAST(:vector AS halfvec(256)) LIMIT :most
    """)
    bound = {
        "vector": vector,
        "project": search.project,
        "sealed": sees_sealed(tx, desk, by),
        "since": at_least(search.since) if search.since else "",
        "until": at_least(search.until) if search.until else "~",
        "like": search.like,
        "most": NEAREST,
    }
    found = [(row.exchange, float(row.near)) for row in tx.execute(statement, bound)]
    return [(each, near) for each, near in found if near >= search.least]


def visible(tx: Transaction, desk: Desk, ids: Sequence[str], *, by: str) -> dict[str, Shown]:
    """Return those of some exchanges that are in the index and that somebody may see."""
    known = list(tx.scalars(select(exchanges.c.exchange).where(exchanges.c.exchange.in_(ids))))
    return _told(tx, desk, known, by=by)


def _told(tx: Transaction, desk: Desk, ids: Sequence[str], *, by: str) -> dict[str, Shown]:
    if not ids:
        return {}
    told = desk.exchanges.shown(tx, ids)
    if sees_sealed(tx, desk, by):
        return told
    barred = desk.sealed_by_case(tx, ids)
    return {name: each for name, each in told.items() if not each.sealed and name not in barred}


def _column(search: Search) -> Any:
    if search.how in _OF_TRAIT:
        return traits.c.exchange
    return hits.c.exchange if search.how in PATTERNS else exchanges.c.exchange


def _within(search: Search, name: Any) -> list[ColumnElement[bool]]:
    """Return the bounds of a period: ids sort by the time at which exchanges began."""
    bounds = list[ColumnElement[bool]]()
    if search.since is not None:
        bounds.append(name >= at_least(search.since))
    if search.until is not None:
        bounds.append(name < at_least(search.until))
    return bounds
