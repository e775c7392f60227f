"""What exchanges come to over time, rolled up by five minutes, so that nobody counts a million rows to see it.

    closed exchanges -> roll (a job, every minute) -> tallies -> counted, series

A job makes the last quarter of an hour anew each time, so that running it twice changes nothing. A closing that waited
longer than that for the database is not counted. What is older than five weeks goes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import func, select, text

from seawall.gateway.tables import tallies
from seawall.store import Database, Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.clock import Clock

STEP = timedelta(minutes=5)
KEPT = timedelta(days=35)
_ANEW = timedelta(minutes=15)
_BEGINS, _CHUNK = timedelta(days=7), timedelta(hours=1)
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('gateway.tallies'))"
# Upper bounds of the seconds that an exchange took, the model included.
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
OVER = "over"

_ROLL = text("""
WITH closed AS MATERIALIZED (
    SELECT id, outcome, measure, date_bin('5 minutes', closed_at, TIMESTAMPTZ 'epoch') AS at,
        extract(epoch FROM closed_at - opened_at) AS seconds,
        coalesce(nullif(input_findings, 'null'), '[]') || coalesce(nullif(output_findings, 'null'), '[]') AS findings
    FROM gateway_exchanges WHERE closed_at >= :since AND closed_at < :until
), found AS MATERIALIZED (
    SELECT closed.id, closed.at, closed.measure, each ->> 'detector' AS detector, each ->> 'category' AS category,
        coalesce((each ->> 'failed')::boolean, false) AS failed
    FROM closed, jsonb_array_elements(closed.findings) AS each
)
INSERT INTO gateway_tallies (at, what, name, number)
SELECT at, 'outcome', coalesce(outcome, 'open'), count(*) FROM closed GROUP BY 1, 3
UNION ALL SELECT at, 'measure', coalesce(measure, 'allow'), count(*) FROM closed GROUP BY 1, 3
UNION ALL SELECT at, 'seconds', width_bucket(greatest(seconds, 0), CAST(:bounds AS numeric[]))::text, count(*)
    FROM closed GROUP BY 1, 3
UNION ALL SELECT at, 'category', category, count(DISTINCT id) FROM found
    WHERE NOT failed AND measure <> 'allow' GROUP BY 1, 3
UNION ALL SELECT at, CASE WHEN failed THEN 'failed' ELSE 'found' END, detector, count(*) FROM found GROUP BY 1, 2, 3
""")


class Tallied(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a period, by what is counted and by name; the last step of them begins at `until`."""

    counts: Mapping[str, Mapping[str, int]]
    until: datetime | None

    def of(self, what: str) -> Mapping[str, int]:
        """Return the counts of one kind, most first."""
        found = self.counts.get(what, {})
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    @property
    def exchanges(self) -> int:
        """Return how many exchanges ended."""
        return sum(self.counts.get("outcome", {}).values())

    def within(self, share: float) -> str:
        """Return the bound of seconds within which a share of exchanges ended; empty where there were none."""
        counts = self.counts.get("seconds", {})
        total, passed = sum(counts.values()), 0
        for number, bound in enumerate(BOUNDS):
            passed += counts.get(str(number), 0)
            if total and passed >= share * total:
                return f"{bound:g}"
        return OVER if total else ""


def counted(tx: Transaction, since: datetime) -> Tallied:
    """Return what was counted since a moment."""
    mine = tallies.c.at >= since
    found = select(tallies.c.what, tallies.c.name, func.sum(tallies.c.number).label("number"))
    counts: dict[str, dict[str, int]] = {}
    for row in tx.execute(found.where(mine).group_by(tallies.c.what, tallies.c.name)):
        counts.setdefault(row.what, {})[row.name] = int(row.number)
    return Tallied(counts=counts, until=tx.scalar(select(func.max(tallies.c.at))))


def series(tx: Transaction, since: datetime, steps: int, step: timedelta) -> Sequence[int]:
    """Return how many exchanges ended in each of so many steps from a moment on."""
    number = func.floor(func.extract("epoch", tallies.c.at - since) / step.total_seconds())
    found = select(number.label("step"), func.sum(tallies.c.number).label("ended"))
    found = found.where(tallies.c.what == "outcome", tallies.c.at >= since, tallies.c.at < since + steps * step)
    counts = {int(row.step): int(row.ended) for row in tx.execute(found.group_by("step"))}
    return [counts.get(each, 0) for each in range(steps)]


def roll(database: Database, clock: Clock) -> None:
    """Bring the tallies up to date."""
    now = clock()
    with database.begin() as tx:
        tx.execute(tallies.delete().where(tallies.c.at < now - KEPT))
        last = tx.scalar(select(func.max(tallies.c.at)))
    since = _floor(now - _BEGINS if last is None else max(last + STEP - _ANEW, now - _BEGINS))
    while since <= now:
        until = since + _CHUNK
        with database.begin() as tx:
            tx.execute(text(_LOCK))
            tx.execute(tallies.delete().where(tallies.c.at >= since, tallies.c.at < until))
            tx.execute(_ROLL, {"since": since, "until": until, "bounds": list(BOUNDS)})
        since = until


def roll_job(database: Database, clock: Clock) -> Job:
    """Return the job that workers run."""
    return Job("gateway.tally", lambda: roll(database, clock), every="* * * * *")


def _floor(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % STEP.total_seconds())
