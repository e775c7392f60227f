"""Count closed numbers again, as whoever has the bodies of records can: files of JSON lines in, differences out. Pure.

Every line is what `seawall audit export` writes, or a release of public bodies. Limits: that the files hold every
record of the range is for `seawall audit check`; here it shows by the root over what was counted.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from seawall.ledger.commitment import NotCanonical, canonical, entry
from seawall.ledger.tree import leaf_hash, root
from seawall.metrics.checking import Closed, Wrong, closed
from seawall.metrics.counting import Tally, belongs, count
from seawall.metrics.definitions import TOTAL, by_digest
from seawall.metrics.period import period
from seawall.metrics.telling import figures
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.records.metrics import MetricTold


class BodiesUnreadable(InvalidInput):
    """Files of bodies cannot be used."""

    code = "metrics.bodies_unreadable"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a file: a body, its place, and what opens its entry. Of a sealed record there is no body."""

    index: int
    generation: int = 1
    salt: str = ""
    body: dict[str, Any] | None = None


def held_in(folder: Path) -> list[Held]:
    """Return the lines of every `*.jsonl` of a folder, each once, in the order of the log. Raises BodiesUnreadable."""
    found: dict[tuple[int, int], Held] = {}
    files = sorted(folder.rglob("*.jsonl")) if folder.is_dir() else []
    if not files:
        raise BodiesUnreadable(f"{folder} holds no file of JSON lines.", hint="seawall audit export --out FILE.jsonl")
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            try:
                each = msgspec.json.decode(line, type=Held)
            except msgspec.DecodeError:
                raise BodiesUnreadable(f"{file} line {number} cannot be read.") from None
            if each.body is not None:
                found[each.generation, each.index] = each
    return [found[key] for key in sorted(found)]


def recount(body: Mapping[str, Any], lines: Iterable[Held]) -> list[Wrong]:
    """Return every number of a record that comes out otherwise when it is counted again."""
    told = closed(body)
    definitions, whole = by_digest(told.definitions), period(told.period)
    mine = [
        each
        for each in lines
        if each.body is not None
        and each.generation == told.generation
        and told.first is not None
        and told.last is not None
        and told.first <= each.index <= told.last
        and belongs(definitions, each.body, whole)
    ]
    wrong = _committed(told, mine)
    tallies = {each.metric: each for each in count(definitions, [each.body for each in mine if each.body is not None])}
    for number in told.numbers:
        wrong += _differs(told, number, tallies[number.metric])
    return wrong


def commitment(entries: Iterable[bytes]) -> str:
    """Return the root over the entries of what was counted, in the order of the log."""
    return root([leaf_hash(each) for each in entries]).hex()


def _committed(told: Closed, mine: list[Held]) -> list[Wrong]:
    if len(mine) != told.records:
        return [Wrong(period=told.period, what=f"{told.records} records were counted, these files hold {len(mine)}")]
    try:
        entries = [entry(canonical(each.body, "body"), bytes.fromhex(each.salt)) for each in mine]
    except (NotCanonical, ValueError):
        return [Wrong(period=told.period, what="a body or its salt cannot be read")]
    if commitment(entries) != told.counted:
        return [Wrong(period=told.period, what="the records of these files are not those that were counted")]
    return []


def _differs(told: Closed, number: MetricTold, again: Tally) -> list[Wrong]:
    metric = by_digest(told.definitions).get(number.metric)
    figure, low, high = figures(metric, number.total, number.cells)
    found = {TOTAL: again.total, **again.cells, "figure": again.median if metric.median else figure}
    said = {TOTAL: number.total, **number.cells, "figure": number.figure, "low": number.low, "high": number.high}
    found |= {"low": low, "high": high}
    found |= {_median_of(part): median for part, median in again.medians.items()}
    said |= {_median_of(part): median for part, median in number.figures.items()}
    wrong = [
        Wrong(period=told.period, what=f"{number.metric}.{name}: told {value}, counted {found.get(name, 0)}")
        for name, value in said.items()
        if value is not None and value != found.get(name, 0)
    ]
    missing = sorted(set(again.cells) - set(number.cells))
    return wrong + [Wrong(period=told.period, what=f"{number.metric}.{each}: counted, not told") for each in missing]


def _median_of(part: str) -> str:
    return f"median of {part}"
