"""A share with its bounds at 95 % (Wilson): they hold for few hits, and for none."""

from math import sqrt

from seawall.screen.measure.bootstrap import Interval

_Z = 1.96


def share(hits: int, of: int) -> Interval:
    """Return a share with its bounds; of nothing, nothing is known."""
    if of < 1:
        return Interval(0.0, 0.0, 1.0)
    found, square = hits / of, _Z * _Z
    middle, half = found + square / (2 * of), _Z * sqrt(found * (1 - found) / of + square / (4 * of * of))
    low, high = (middle - half) / (1 + square / of), (middle + half) / (1 + square / of)
    return Interval(found, max(0.0, low) if hits else 0.0, min(1.0, high) if hits < of else 1.0)
