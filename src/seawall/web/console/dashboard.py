"""How things go: exchanges, decisions by category, how long it took, detectors, cases and appeals.

Every number is read from what a job has rolled up, or counted along an index; nothing here counts exchanges.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.cases.finding import Waits, queues
from seawall.cases.numbers import Appeals, appeals, settled
from seawall.gateway.tallies import OVER, STEP, Tallied, counted, series
from seawall.store import Transaction
from seawall.web.console.cases import words
from seawall.web.console.nav import could
from seawall.web.console.page import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/dashboard", tags=["console"])


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """One period, and the bars that it is drawn in."""

    name: str
    label: str
    step: timedelta
    steps: int


PERIODS = (
    Period(name="hour", label="The last hour", step=STEP, steps=12),
    Period(name="day", label="The last day", step=timedelta(hours=1), steps=24),
    Period(name="week", label="The last week", step=timedelta(hours=6), steps=28),
)
_SHARES = ((0.5, "Half"), (0.95, "95 of 100"), (0.99, "99 of 100"))


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """How a detector does: how often it found something, how often it failed."""

    name: str
    found: int
    failed: int


class CaseNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """How cases go."""

    waits: tuple[Waits, ...]
    appeals: Appeals
    settled: dict[str, int]
    sealed: tuple[Waits, ...]


@routes.get("", needs=may("dashboard.read"))
def show(request: Request, signed: Caller, over: str = "day") -> Response:
    """Show how things went over a period."""
    house, period = house_of(request), next((each for each in PERIODS if each.name == over), PERIODS[1])
    now = house.edges.clock()
    since = _begin(now, period)
    with house.database.begin() as tx:
        tallied = counted(tx, since)
        bars = series(tx, since, period.steps, period.step)
        cases = _cases(tx, request, signed, now, since)
    return page(
        request,
        "dashboard.html",
        periods=PERIODS,
        period=period,
        since=since,
        tallied=tallied,
        bars=[(since + number * period.step, count) for number, count in enumerate(bars)],
        tallest=max([1, *bars]),
        within=[(label, _within(tallied, share)) for share, label in _SHARES],
        detectors=_detectors(tallied),
        cases=cases,
        words=words,
    )


def _begin(now: datetime, period: Period) -> datetime:
    """Return where a period begins: at a whole step, so that bars are of one size."""
    into = timedelta(seconds=now.timestamp() % period.step.total_seconds())
    return now - into - (period.steps - 1) * period.step


def _within(tallied: Tallied, share: float) -> str:
    bound = tallied.within(share)
    return "–" if not bound else "more than 5 minutes" if bound == OVER else f"{bound} s or less"


def _detectors(tallied: Tallied) -> tuple[Detector, ...]:
    found, failed = tallied.of("found"), tallied.of("failed")
    names = sorted({*found, *failed}, key=lambda each: (-failed.get(each, 0), -found.get(each, 0), each))
    return tuple(Detector(name=each, found=found.get(each, 0), failed=failed.get(each, 0)) for each in names)


def _cases(tx: Transaction, request: Request, signed: Signed, now: datetime, since: datetime) -> Any:
    rights = house_of(request).desk.rights
    if not could(rights, signed, "case.read"):
        return None
    me = signed.person.id
    sealed = queues(tx, reader=me, now=now, sealed=True) if could(rights, signed, "child_safety.read") else []
    return CaseNumbers(
        waits=tuple(queues(tx, reader=me, now=now)),
        appeals=appeals(tx, now),
        settled=settled(tx, since),
        sealed=tuple(sealed),
    )
