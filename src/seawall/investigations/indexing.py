"""Index what is retained, behind the live path: what was found, tools that were called, the network, a vector.

A worker follows the exchanges in the order in which they began, each minute those of the last minutes again, each night
those of a day: one that closed late, or that a judge spoke of later, is met then. Running twice changes nothing. What
is erased takes its rows along; what a hold alone keeps is taken out of the index.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.investigations import vectors, words
from seawall.investigations.desk import Desk
from seawall.investigations.tables import exchanges, indexed, traits
from seawall.investigations.vectors import Floats, Sketcher
from seawall.store import Database, Transaction
from seawall.store.jobs import Job
from seawall.vault.tables import items
from seawall.vocabulary.findings import Finding, Tier
from seawall.vocabulary.ids import base32hex
from seawall.vocabulary.retained import Retained

_STEP = 200
_AGAIN, _AGAIN_AT_NIGHT = timedelta(minutes=10), timedelta(days=1)
TOOL = "investigations.tool"
# Of an id: 48 bits of milliseconds and two of what follows fill ten digits of five bits.
_TIME_DIGITS = 10


class Trait(msgspec.Struct, frozen=True):
    """One thing that an exchange is found by."""

    what: str
    value: str
    score: float = 1.0


class Indexer:
    """Indexes exchanges. `sketcher` is made with the first vector: it costs some megabytes."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database, self._desk = database, desk
        self._sketcher: Sketcher | None = None

    def follow(self, again: timedelta = _AGAIN) -> int:
        """Index what is new, and what began within `again` before the last that was met; return how many there were."""
        with self._database.begin() as tx:
            reached = tx.scalar(select(indexed.c.reached).where(indexed.c.name == "exchanges")) or ""
        after, count = earlier(reached, again), 0
        while True:
            with self._database.begin() as tx:
                found, following = self._desk.exchanges.retained(tx, after, _STEP)
                count += self._add(tx, found)
                if following > reached:
                    reached = following
                    _note(tx, reached)
            if not following:
                return count
            after = following

    def nightly(self) -> None:
        """Meet the last day again, and take out what a hold alone keeps."""
        self.follow(_AGAIN_AT_NIGHT)
        with self._database.begin() as tx:
            over = select(items.c.id).where(items.c.due_at <= self._desk.edges.clock())
            for column in (exchanges.c.input_item, exchanges.c.output_item):
                tx.execute(delete(exchanges).where(column.in_(over)))

    def _add(self, tx: Transaction, found: list[Retained]) -> int:
        kept = _kept(tx, self._desk, found)
        known = {
            row.exchange: row.sealed
            for row in tx.execute(select(exchanges.c.exchange, exchanges.c.sealed).where(_among(kept)))
        }
        fresh = [each for each in kept if each.exchange not in known]
        if fresh:
            tx.execute(insert(exchanges).values([_row(each) for each in fresh]).on_conflict_do_nothing())
        for each in kept:
            if each.sealed and known.get(each.exchange) is False:
                tx.execute(update(exchanges).where(exchanges.c.exchange == each.exchange).values(sealed=True))
        self._describe(tx, kept, {each.exchange for each in fresh})
        return len(fresh)

    def _describe(self, tx: Transaction, kept: list[Retained], fresh: set[str]) -> None:
        rows, made = list[dict[str, Any]](), list[tuple[str, Floats]]()
        compares = bool(fresh) and not vectors.why_not(tx)
        # Of one that is known, nothing is news but what a judge said since.
        for each in (one for one in kept if one.exchange in fresh or _judged(one)):
            told = [*found_traits(each.findings)]
            if each.exchange in fresh:
                told += self._of_content(tx, each, made, compares=compares)
            rows += [{**msgspec.structs.asdict(trait), "exchange": each.exchange} for trait in told]
        if rows:
            put = insert(traits).values(rows)
            names = ["what", "value", "exchange"]
            tx.execute(put.on_conflict_do_update(index_elements=names, set_={"score": put.excluded.score}))
        vectors.keep(tx, made)

    def _of_content(
        self, tx: Transaction, each: Retained, made: list[tuple[str, Floats]], *, compares: bool
    ) -> Iterator[Trait]:
        if each.network is not None:
            yield Trait("network", each.network.hex())
        asked, answered = (words.content(tx, self._desk, item) for item in (each.input_item, each.output_item))
        for name in self._desk.exchanges.tools(each.api, asked, answered):
            yield Trait("tool", tool_digest(self._desk, name))
        if compares:
            vector = self._sketch().vector(self._desk.exchanges.person_said(each.api, asked))
            if vector is not None:
                made.append((each.exchange, vector))

    def _sketch(self) -> Sketcher:
        if self._sketcher is None:
            self._sketcher = Sketcher(self._desk.edges)
        return self._sketcher


def jobs(database: Database, desk: Desk) -> tuple[Job, ...]:
    """Return the jobs that workers run."""
    indexer = Indexer(database, desk)
    return (
        Job("investigations.index", indexer.follow, every="* * * * *"),
        Job("investigations.index_again", indexer.nightly, every="41 2 * * *"),
    )


def found_traits(findings: Iterable[Finding]) -> list[Trait]:
    """Return what an exchange is found by of its findings: each with the highest score of its kind."""
    best: dict[tuple[str, str], float] = {}
    for each in findings:
        if each.failed:
            continue
        named = (("category", each.category.value), ("detector", each.detector), ("release", release(each)))
        for key in named:
            best[key] = max(best.get(key, 0.0), each.score)
    return [Trait(what, value, score) for (what, value), score in best.items()]


def release(finding: Finding) -> str:
    """Return the detector, its release and what it found, as one word."""
    return f"{finding.detector}@{finding.release}/{finding.category.value}"


def tool_digest(desk: Desk, name: str) -> str:
    """Return the digest by which exchanges with a tool are found."""
    return desk.edges.lasting(TOOL, name).hex()


def earlier(reached: str, by: timedelta) -> str:
    """Return the id that was made so much before another one; empty where there is none."""
    prefix, _, digits = reached.partition("_")
    if len(digits) < _TIME_DIGITS:
        return ""
    made = max(0, int(digits[:_TIME_DIGITS], 32) - int(by.total_seconds() * 1000 * 4))
    return f"{prefix}_{base32hex(made, _TIME_DIGITS)}"


def at_least(at: datetime) -> str:
    """Return what the ids of exchanges that began at a moment or later are not below."""
    return f"ex_{base32hex(int(at.timestamp() * 1000) * 4, _TIME_DIGITS)}"


def _kept(tx: Transaction, desk: Desk, found: list[Retained]) -> list[Retained]:
    """Return those whose content is still there, their items locked against whoever erases."""
    wanted = [item for each in found for item in (each.input_item, each.output_item) if item]
    there = select(items.c.id).where(items.c.id.in_(wanted), _not_over(desk)).with_for_update(key_share=True)
    left = set(tx.scalars(there))
    return [each for each in found if all(item in left for item in (each.input_item, each.output_item) if item)]


def _not_over(desk: Desk) -> Any:
    return items.c.due_at.is_(None) | (items.c.due_at > desk.edges.clock())


def _among(kept: list[Retained]) -> Any:
    return exchanges.c.exchange.in_([each.exchange for each in kept])


def _row(each: Retained) -> dict[str, Any]:
    names = ("exchange", "account", "key", "project", "at", "api", "sealed", "input_item", "output_item")
    return {name: getattr(each, name) for name in names}


def _judged(each: Retained) -> bool:
    return any(finding.tier is Tier.JUDGE for finding in each.findings)


def _note(tx: Transaction, reached: str) -> None:
    put = insert(indexed).values(name="exchanges", reached=reached)
    tx.execute(put.on_conflict_do_update(index_elements=["name"], set_={"reached": reached}))
