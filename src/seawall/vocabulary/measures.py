"""What a decision does, from mildest to gravest."""

from enum import StrEnum


class Measure(StrEnum):
    """One thing that a decision does to an exchange or to an account; `rank` orders them."""

    ALLOW = "allow"
    ANNOTATE = "annotate"
    STEER = "steer"
    REWRITE = "rewrite"
    WARN = "warn"
    WITHHOLD = "withhold"
    HOLD = "hold"
    RESTRICT = "restrict"
    SUSPEND = "suspend"
    BAN = "ban"

    @property
    def rank(self) -> int:
        """Return the place in the order from mildest (0) to gravest."""
        return _RANKS[self]

    @property
    def refuses(self) -> bool:
        """Tell whether the person does not get the answer."""
        return _RANKS[self] >= _REFUSING


_RANKS = {measure: rank for rank, measure in enumerate(Measure)}
_REFUSING = _RANKS[Measure.WITHHOLD]


def gravest(*measures: Measure) -> Measure:
    """Return the gravest of the measures; allow when there is none."""
    return max(measures, key=_RANKS.__getitem__, default=Measure.ALLOW)
