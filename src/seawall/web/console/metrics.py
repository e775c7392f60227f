"""The public numbers: each with its definition, its period and its source, and how it went in the periods before."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.metrics.period import Period, PeriodKind, at, before, period
from seawall.metrics.reading import closed, latest
from seawall.metrics.showing import CLOSED, Number, Shown, show, shown
from seawall.metrics.telling import interval, share
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput
from seawall.web.api import metrics as api
from seawall.web.console.bars import Bars, drawn
from seawall.web.console.page import page
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/metrics", tags=["console"])
_OFFERED = {PeriodKind.MONTH: 13, PeriodKind.HALF_YEAR: 5}
_BEFORE = 12
_BY_DETECTOR = "error_by_detector"
_GROUPS = (
    ("Measures against accounts", ("warnings", "restrictions", "suspensions", "bans", "by_rules", "automated_share",
                                   "reversals", "filers_suspended")),
    ("What came in", ("exchange_measures", "flags", "reports", "notices_received", "appeals_received", "legal_requests",
                      "government_requests")),
    ("What people decided", ("decisions", "decisions_by_category", "detected_automatically", "time_to_decide",
                             "appeals_answered", "time_to_answer")),
    ("What was said of commitments", ("feedback_received", "feedback_answered")),
    ("At whose initiative", ("own_initiative", "own_initiative_detected", "on_notice", "notice_time")),
    ("How often it was wrong", ("detector_error", _BY_DETECTOR, "review_error")),
)  # fmt: skip


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A number as the page shows it: in words, its parts, and its history."""

    number: Number
    value: str
    between: str
    of: str
    parts: tuple[tuple[str, str], ...]
    bars: Bars | None


@routes.get("", needs=may("metrics.read"))
def numbers(request: Request) -> Response:
    """Show the numbers of a period; of this month where none is chosen."""
    house = house_of(request)
    now = house.edges.clock()
    with house.database.begin() as tx:
        try:
            found, error = (
                show(tx, request.query_params.get("period") or _month(now).name, clock=house.edges.clock),
                None,
            )
        except InvalidInput as failed:
            found, error = show(tx, _month(now).name, clock=house.edges.clock), failed
        history = _history(tx, period(found.period))
        corrected = [each for each in closed(tx, found.period) if each.corrects]
        periods = _offered(now, [each.period for each in closed(tx)])
    by_id = {each.metric: _line(each, found, history) for each in found.numbers}
    return page(
        request,
        "metrics.html",
        found=found,
        groups=[(title, [by_id[each] for each in ids if each in by_id]) for title, ids in _GROUPS],
        periods=periods,
        corrected=corrected,
        closable=found.state != CLOSED and now >= found.closable_at,
        ask=urlencode({"period": found.period}),
        error=error,
    )


@routes.get("/export", needs=may("metrics.read"))
def take_out(request: Request, period: str, form: str = "csv") -> Response:
    """Give what the page shows as a file."""
    made: Response = api.take_out(period, request, "json" if form == "json" else "csv")
    return made


def _month(now: datetime) -> Period:
    return at(PeriodKind.MONTH, now)


def _offered(now: datetime, closed_ones: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the periods to choose from, by kind, newest first."""
    found = []
    for kind, count in _OFFERED.items():
        last = at(kind, now)
        names = {each for each in closed_ones if period(each).kind is kind}
        for _ in range(count):
            names.add(last.name)
            last = before(last)
        found.append((kind.value.capitalize(), sorted(names, reverse=True)))
    return found


def _history(tx: Transaction, whole: Period) -> list[Shown]:
    """Return what was closed of the periods before, oldest first."""
    found: list[Shown] = []
    for _ in range(_BEFORE - 1):
        whole = before(whole)
        last = latest(tx, whole.name)
        if last is not None:
            found.insert(0, shown(whole, last.definitions, last.numbers, last))
    return found


def _line(number: Number, found: Shown, history: Sequence[Shown]) -> Line:
    same = [(each.period, one) for each in history for one in each.numbers if one.metric == number.metric]
    series = [*same, (found.period, number)]
    values = [(name, one.figure if one.has_figure else one.total) for name, one in series if one.recorded]
    return Line(
        number=number,
        value=_value(number),
        between=_between(number),
        of=f"of {_count(number.total)}" if number.has_figure and number.recorded else "",
        parts=_rates(number) if number.metric == _BY_DETECTOR else _parts(number),
        bars=drawn(values, [_value(one) for _, one in series if one.recorded]),
    )


def _parts(number: Number) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", " ").replace("/", ", "), _count(value)) for name, value in number.cells.items())


def _rates(number: Number) -> tuple[tuple[str, str], ...]:
    """Return how often each detector was wrong, with its interval, as far as both counts are told."""
    names = dict.fromkeys(each.rpartition("/")[0] for each in number.cells)
    return tuple(
        (name, _rate(*(number.cells.get(f"{name}/{said}", 0) for said in ("wrong", "right")))) for name in names
    )


def _rate(wrong: int | None, right: int | None) -> str:
    if wrong is None or right is None:
        return "left out"
    low, high = interval(wrong, wrong + right)
    told = share(wrong, wrong + right)
    return f"{told / 10:.1f} % wrong of {wrong + right:,}, between {low / 10:.1f} and {high / 10:.1f} %"


def _value(number: Number) -> str:
    if not number.recorded:
        return "nothing recorded"
    if not number.has_figure:
        return _count(number.total)
    if number.figure is None:
        return "–" if number.total == 0 else "left out"
    return f"{number.figure / 10:.1f} %" if number.unit == "share" else _time(number.figure)


def _part(number: Number, name: str) -> str:
    took = number.figures.get(name)
    return _count(number.cells[name]) if took is None else f"{_count(number.cells[name])}, {_time(took)}"


def _between(number: Number) -> str:
    if number.low is None or number.high is None:
        return ""
    return f"between {number.low / 10:.1f} and {number.high / 10:.1f} %"


def _count(value: int | None) -> str:
    return "left out" if value is None else f"{value:,}"


def _time(seconds: int) -> str:
    days, hours = seconds / 86_400, seconds / 3600
    if days >= 2:
        return f"{days:.1f} days"
    return f"{hours:.1f} hours" if hours >= 1 else f"{seconds // 60} minutes"
