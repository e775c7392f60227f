"""A few numbers as bars, drawn in the page itself: one after the other, with what is not told as a gap. Pure."""

from collections.abc import Sequence

import msgspec

_WIDE, _HIGH, _GAP = 12, 36, 4


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar and its place. A value of None is one that is not told."""

    name: str
    value: int | None
    x: int
    y: int
    height: int
    last: bool


class Bars(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing, and the same in words."""

    width: int
    height: int
    bar: int
    bars: tuple[Bar, ...]
    says: str


def drawn(values: Sequence[tuple[str, int | None]], told: Sequence[str]) -> Bars | None:
    """Return bars for values by name, with each as people read it; None where there are not two to compare."""
    if len(values) < 2 or not any(value for _, value in values):
        return None
    most = max(value for _, value in values if value is not None)
    bars = tuple(_bar(at, name, value, most, len(values)) for at, (name, value) in enumerate(values))
    says = "; ".join(f"{name}: {said}" for (name, _), said in zip(values, told, strict=True))
    return Bars(width=len(values) * (_WIDE + _GAP) - _GAP, height=_HIGH, bar=_WIDE, bars=bars, says=says)


def _bar(at: int, name: str, value: int | None, most: int, count: int) -> Bar:
    # What is told is never invisible, or it would look as if it were left out.
    height = max(1, round((value or 0) / most * _HIGH))
    return Bar(name=name, value=value, x=at * (_WIDE + _GAP), y=_HIGH - height, height=height, last=at == count - 1)
