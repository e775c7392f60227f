"""Count records by the definitions: bodies in, tallies out. Pure, the same from a database and from exported files."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from seawall.metrics.definitions import Definitions, Metric, Stated, Value, Where
from seawall.metrics.period import Period

Body = Mapping[str, Any]
NOWHERE = "none"


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of one metric, nothing left out. `total` is None where what states it leaves something out."""

    metric: str
    recorded: bool
    total: int | None
    cells: dict[str, int] = {}
    median: int | None = None
    medians: dict[str, int] = {}


def belongs(definitions: Definitions, body: Body, period: Period) -> bool:
    """Tell whether a record is among those that numbers of a period are made of."""
    if body["kind"] in definitions.stating:
        return _moment(body["since"]) >= period.since and _moment(body["until"]) <= period.until
    return body["kind"] in definitions.kinds and period.holds(_moment(body["at"]))


def count(definitions: Definitions, bodies: Iterable[Body]) -> tuple[Tally, ...]:
    """Return the tally of every metric, of records that all belong to the period, in the order of the ledger."""
    by_kind: defaultdict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        by_kind[body["kind"]].append(body)
    return tuple(_tally(metric, [body for kind in metric.kinds for body in by_kind[kind]])
                 for metric in definitions.metrics)  # fmt: skip


def _tally(metric: Metric, bodies: list[Body]) -> Tally:
    if metric.stated is not None:
        return _stated(metric.id, metric.stated, bodies)
    counted = list(_chosen(metric, bodies))
    return Tally(
        metric=metric.id,
        recorded=True,
        total=len(counted),
        cells=_cells(metric, counted),
        median=_median(metric, counted),
        medians=_medians(metric, counted),
    )


def _chosen(metric: Metric, bodies: Iterable[Body]) -> Iterator[Body]:
    source = metric.of
    if source is None:
        return
    fits = [each for each in bodies if _fits(source.where, each) and not _any(source.unless, each)]
    if not source.latest_by:
        yield from fits
        return
    yield from {each[source.latest_by]: each for each in fits}.values()


def _cells(metric: Metric, counted: list[Body]) -> dict[str, int]:
    if metric.by:
        made = Counter(_part(metric, each) for each in counted)
        return dict(sorted(made.items()))
    return {name: sum(_fits(where, each) for each in counted) for name, where in metric.cells.items()}


def _median(metric: Metric, counted: list[Body]) -> int | None:
    if metric.median is None or not counted:
        return None
    since, until = metric.median.since, metric.median.until
    took = sorted(int((_moment(each[until]) - _moment(each[since])).total_seconds()) for each in counted)
    middle = len(took) // 2
    return took[middle] if len(took) % 2 else (took[middle - 1] + took[middle]) // 2


def _medians(metric: Metric, counted: list[Body]) -> dict[str, int]:
    if metric.median is None or not metric.median.of_parts:
        return {}
    parts: defaultdict[str, list[Body]] = defaultdict(list)
    for each in counted:
        parts[_part(metric, each)].append(each)
    made = {name: _median(metric, mine) for name, mine in sorted(parts.items())}
    return {name: value for name, value in made.items() if value is not None}


def _part(metric: Metric, body: Body) -> str:
    return "/".join(str(body.get(name) or NOWHERE) for name in metric.dimensions)


def _stated(metric: str, stated: Stated, bodies: list[Body]) -> Tally:
    items = [item for body in bodies for item in body[stated.list] if not _any(stated.unless, item)]
    said = [item[stated.field] for item in items]
    total = None if None in said else sum(said)
    return Tally(metric=metric, recorded=bool(bodies), total=total if bodies else None)


def _fits(where: Where, body: Body) -> bool:
    return all(_value(body.get(name)) in wanted for name, wanted in where.items())


def _any(where: Where, body: Body) -> bool:
    return any(_value(body.get(name)) in wanted for name, wanted in where.items())


def _value(found: Any) -> Value:
    # So that 1 is not taken for true.
    return found if isinstance(found, bool | str) or found is None else str(found)


def _moment(given: str) -> datetime:
    return datetime.fromisoformat(given)
