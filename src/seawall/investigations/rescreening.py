"""Screen retained exchanges again, by the detectors and the policy of now. Nothing follows from it by itself.

A worker reads some exchanges, screens them outside of any transaction, and keeps what came of them together with how
far it came: one that dies takes nothing along, and of two that work at once one finds its step done. What judges said
stays as they said it. Exchanges that no policy decided on, such as those of a suspended account, are left out.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.investigations import words
from seawall.investigations.desk import Desk, Screener, Screening
from seawall.investigations.errors import BadPeriod, NoSuchRescreening, RescreeningOver
from seawall.investigations.indexing import at_least
from seawall.investigations.model import MOST, UNFINISHED, State
from seawall.investigations.tables import exchanges, rescreened, rescreenings
from seawall.policy import load_version
from seawall.policy.decide import decide
from seawall.policy.replay import StoredDecision
from seawall.policy.rules import Edition
from seawall.store import Database, Transaction
from seawall.store.jobs import Job, enqueue
from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding, Tier
from seawall.vocabulary.ids import ProjectId, new_id
from seawall.vocabulary.measures import gravest
from seawall.vocabulary.records.investigations import RescreeningFinished, RescreeningStarted

JOB = "investigations.rescreen"
_STEP = 50
_SEALING = Category.CHILD_SEXUAL_EXPLOITATION


class Rescreening(msgspec.Struct, frozen=True, kw_only=True):
    """A screening of the past: by which policy and releases, of what, and how far it is."""

    id: str
    state: State
    policy: str
    version: int
    releases: tuple[str, ...]
    since: datetime
    until: datetime
    project: ProjectId | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    reached: str
    screened: int
    unreadable: int


class _Read(msgspec.Struct, frozen=True):
    """An exchange as it is screened: its place in the index, its contents, and what was decided on it."""

    row: RowMapping
    asked: bytes | None
    answered: bytes | None
    before: tuple[StoredDecision, ...]


def start(
    tx: Transaction, desk: Desk, *, since: datetime, until: datetime, project: ProjectId | None, by: str
) -> Rescreening:
    """Have retained exchanges of a period screened again, by the policy in force. Raises BadPeriod, NoPolicy."""
    if since >= until:
        raise BadPeriod
    edition = load_version(tx)
    row = {
        "id": new_id("rsc"),
        "state": State.QUEUED.value,
        "policy": edition.digest,
        "version": edition.version,
        "releases": list(desk.releases()),
        "since": since,
        "until": until,
        "project": project,
        "started_by": by,
        "started_at": desk.edges.clock(),
        "reached": "",
        "screened": 0,
        "unreadable": 0,
    }
    made = as_rescreening(tx.execute(insert(rescreenings).values(row).returning(rescreenings)).mappings().one())
    body = RescreeningStarted(
        rescreening=made.id,
        policy_digest=made.policy,
        releases=made.releases,
        since=since.isoformat(),
        until=until.isoformat(),
        project=project,
        by=by,
    )
    desk.edges.record(tx, body)
    enqueue(tx, JOB, rescreening=made.id)
    return made


def stop(tx: Transaction, desk: Desk, rescreening: str, *, by: str) -> Rescreening:
    """Stop one; what it showed so far stays. Raises NoSuchRescreening, RescreeningOver."""
    found = lock(tx, rescreening)
    if found.state not in UNFINISHED:
        raise RescreeningOver(found.id)
    return _finish(tx, desk, found, State.STOPPED, by=by)


def find(tx: Transaction, rescreening: str) -> Rescreening:
    """Return one. Raises NoSuchRescreening."""
    return _one(tx, rescreening, locked=False)


def lock(tx: Transaction, rescreening: str) -> Rescreening:
    """Return one, its row locked. Raises NoSuchRescreening."""
    return _one(tx, rescreening, locked=True)


def every(tx: Transaction, *, after: str = "", limit: int = 50) -> list[Rescreening]:
    """Return them, newest first, those behind `after`."""
    chosen = select(rescreenings).order_by(rescreenings.c.id.desc()).limit(max(1, min(limit, MOST)))
    if after:
        chosen = chosen.where(rescreenings.c.id < after)
    return [as_rescreening(row) for row in tx.execute(chosen).mappings()]


def waiting(tx: Transaction, found: Rescreening) -> int:
    """Return how many exchanges it has still to read; none once it is over."""
    if found.state not in UNFINISHED:
        return 0
    return tx.scalar(select(func.count()).select_from(_next(found, exchanges.c.exchange).subquery())) or 0


def rescreen(database: Database, desk: Desk, screening: Screening, rescreening: str) -> None:
    """Carry one out, from wherever it is."""
    asyncio.run(_run(database, desk, screening, rescreening))


def rescreen_job(database: Database, desk: Desk, screening: Screening) -> Job:
    """Return the job that workers run."""

    def run(*, rescreening: str) -> None:
        rescreen(database, desk, screening, rescreening)

    return Job(JOB, run)


async def _run(database: Database, desk: Desk, screening: Screening, rescreening: str) -> None:
    async with screening() as screener:
        editions = _Editions(database)
        while await _step(database, desk, screener, editions, rescreening):
            pass


async def _step(database: Database, desk: Desk, screener: Screener, editions: "_Editions", rescreening: str) -> bool:
    """Screen the next exchanges; tell whether there is more to do."""
    with database.begin() as tx:
        found = find(tx, rescreening)
        if found.state not in UNFINISHED:
            return False
        read = _read(tx, desk, list(tx.execute(_next(found).limit(_STEP)).mappings()))
    made = [await _screened(screener, editions, found, each) for each in read]
    with database.begin() as tx:
        now = lock(tx, rescreening)
        if now.reached != found.reached or now.state not in UNFINISHED:
            # Somebody else has done this step, or stopped it.
            return now.state in UNFINISHED
        _keep(tx, now, [each for each in made if each])
        readable = sum(each is not None for each in made)
        changed = {
            "state": State.RUNNING.value,
            "reached": read[-1].row["exchange"] if read else now.reached,
            "screened": now.screened + readable,
            "unreadable": now.unreadable + len(made) - readable,
        }
        again = update(rescreenings).where(rescreenings.c.id == now.id).values(changed).returning(rescreenings)
        grown = as_rescreening(tx.execute(again).mappings().one())
        if len(read) < _STEP:
            _finish(tx, desk, grown, State.FINISHED, by=grown.started_by)
        return len(read) == _STEP


class _Editions:
    """Policies as they were, by digest, read once."""

    def __init__(self, database: Database) -> None:
        self._database, self._known = database, dict[str, Edition]()

    def of(self, digest: str) -> Edition:
        """Return one."""
        if digest not in self._known:
            with self._database.begin() as tx:
                self._known[digest] = load_version(tx, digest)
        return self._known[digest]


def _read(tx: Transaction, desk: Desk, rows: Sequence[RowMapping]) -> list[_Read]:
    decided = defaultdict[str, list[StoredDecision]](list)
    for each in desk.exchanges.stored(tx, [row["exchange"] for row in rows]):
        decided[each.exchange].append(each)
    return [
        _Read(
            row,
            words.content(tx, desk, row["input_item"]),
            words.content(tx, desk, row["output_item"]),
            tuple(decided[row["exchange"]]),
        )
        for row in rows
    ]


async def _screened(screener: Screener, editions: _Editions, found: Rescreening, each: _Read) -> dict[str, Any] | None:
    """Return what came of an exchange; None where it cannot be read, or no policy decided on it."""
    on_input = next((one for one in each.before if one.situation.stage == "input"), None)
    if on_input is None or each.asked is None:
        return None
    policy = editions.of(found.policy).of(on_input.situation.project)
    fresh = await screener.findings(policy, each.row["api"], each.asked, each.answered)
    if fresh is None:
        return None
    now = {one: (*fresh[at], *_judged(each.before, one)) for at, one in enumerate(("input", "output"))}
    seen = frozenset(one.category for one in now["input"] if not one.failed)
    after = dict[str, Verdict]()
    for stage in now if each.answered is not None else ("input",):
        categories = seen if stage == "output" else frozenset[Category]()
        situation = msgspec.structs.replace(on_input.situation, stage=stage, input_categories=categories)
        after[stage] = decide(policy, now[stage], on_input.standing, situation)
    was = {category for one in each.before for category in _over(editions.of(one.policy), one, one.verdict)}
    then = {category for verdict in after.values() for category in _over(editions.of(found.policy), on_input, verdict)}
    return {
        "exchange": each.row["exchange"],
        "account": each.row["account"],
        "sealed": each.row["sealed"] or _SEALING in seen or _SEALING in then,
        "before": gravest(*(one.verdict.measure for one in each.before)).value,
        "after": gravest(*(one.measure for one in after.values())).value,
        "appeared": sorted(then - was),
        "gone": sorted(was - then),
        "findings": {stage: msgspec.to_builtins(one) for stage, one in now.items() if one},
    }


def _judged(before: Iterable[StoredDecision], stage: str) -> list[Finding]:
    return [each for one in before if one.situation.stage == stage for each in one.findings if each.tier is Tier.JUDGE]


def _over(edition: Edition, stored: StoredDecision, verdict: Verdict) -> set[Category]:
    """Return the categories of the rules that were met, those that are only watched among them."""
    met = {*verdict.because, *(each.rule for each in verdict.would_have)}
    return {rule.category for rule in edition.of(stored.situation.project).rules if rule.id in met}


def _keep(tx: Transaction, found: Rescreening, made: Sequence[Mapping[str, Any]]) -> None:
    """Keep what says anything. What was erased meanwhile is in the index no more, and nothing of it is kept."""
    telling = [each for each in made if each["findings"] or each["gone"] or each["before"] != each["after"]]
    wanted = select(exchanges.c.exchange).where(exchanges.c.exchange.in_([each["exchange"] for each in telling]))
    there = set(tx.scalars(wanted.with_for_update(key_share=True)))
    rows = [{**each, "rescreening": found.id} for each in telling if each["exchange"] in there]
    if rows:
        tx.execute(upsert(rescreened).values(rows).on_conflict_do_nothing())


def _finish(tx: Transaction, desk: Desk, found: Rescreening, state: State, *, by: str) -> Rescreening:
    values = {"state": state.value, "finished_at": desk.edges.clock()}
    changed = update(rescreenings).where(rescreenings.c.id == found.id).values(values).returning(rescreenings)
    mine = rescreened.c.rescreening == found.id
    counted = tx.execute(
        select(
            func.count().filter(rescreened.c.before != rescreened.c.after).label("changed"),
            func.count().filter(func.cardinality(rescreened.c.appeared) > 0).label("appeared"),
            func.count().filter(func.cardinality(rescreened.c.gone) > 0).label("gone"),
        ).where(mine)
    ).one()
    body = RescreeningFinished(
        rescreening=found.id,
        state=state.value,
        screened=found.screened,
        unreadable=found.unreadable,
        changed=counted.changed,
        appeared=counted.appeared,
        gone=counted.gone,
        by=by,
    )
    desk.edges.record(tx, body)
    return as_rescreening(tx.execute(changed).mappings().one())


def _next(found: Rescreening, *columns: Any) -> Any:
    """Return the statement for the exchanges that are still to be read, oldest first."""
    low, high = at_least(found.since), at_least(found.until)
    chosen = select(*columns) if columns else select(exchanges)
    chosen = chosen.where(exchanges.c.exchange >= low, exchanges.c.exchange < high)
    if found.reached:
        chosen = chosen.where(exchanges.c.exchange > found.reached)
    if found.project is not None:
        chosen = chosen.where(exchanges.c.project == found.project)
    return chosen.order_by(exchanges.c.exchange)


def _one(tx: Transaction, rescreening: str, *, locked: bool) -> Rescreening:
    chosen = select(rescreenings).where(rescreenings.c.id == rescreening)
    row = tx.execute(chosen.with_for_update() if locked else chosen).mappings().first()
    if row is None:
        raise NoSuchRescreening(rescreening)
    return as_rescreening(row)


def as_rescreening(row: RowMapping) -> Rescreening:
    """Return a row as one."""
    return msgspec.convert({name: row[name] for name in Rescreening.__struct_fields__}, Rescreening, strict=False)
