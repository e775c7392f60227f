"""Which tier is asked about which texts, as a value: the policy compiles it, screening carries it out.

the fast tier scores everything -> in a step's band, on its surfaces, that step's tier is asked -> its answer stands
"""

import math
from collections.abc import Iterable, Mapping

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface, Tier

FLOOR = 0.5
"""Scores below it are not reported unless a rule asks for less."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One further tier for one category. A judge is named; `after` asks it once the exchange is over."""

    category: Category
    tier: Tier
    surfaces: frozenset[Surface]
    low: float = 0.0
    high: float = 1.0
    judge: str = ""
    after: bool = False
    fail_open: bool = False

    def reached(self, score: float) -> bool:
        """Tell whether a score of the tier before lies in the band: from `low` up to, not including, `high`."""
        return self.low <= score and (score < self.high or self.high >= 1.0)


class Prohibition(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy says of one category, in the words that a judge is given."""

    category: Category
    title: str
    prohibited: str
    allowed: str = ""


class Cascade(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a policy in their order; make one with `cascade`.

    `floors` holds the lowest score per category that any rule acts on, `lows` the lowest at which a tier is asked,
    `floor` the lowest that the fast tier must report for the bands to be seen, `always` the surfaces on which a tier is
    asked whatever the fast tier says.
    """

    steps: tuple[Step, ...] = ()
    floors: dict[Category, float] = {}
    lows: dict[Category, float] = {}
    texts: tuple[Prohibition, ...] = ()
    floor: float = FLOOR
    always: frozenset[Surface] = frozenset()

    def reports(self, category: Category, score: float) -> bool:
        """Tell whether a score is high enough to be a finding."""
        return score >= self.floors.get(category, FLOOR)

    def asks(self, found: Iterable[Finding]) -> bool:
        """Tell whether any further tier may have to be asked: mostly none has, which this tells at little cost."""
        if self.always:
            return True
        return any(each.score >= self.lows.get(each.category, math.inf) for each in found if each.tier is Tier.FAST)


def cascade(steps: Iterable[Step], floors: Mapping[Category, float], texts: Iterable[Prohibition]) -> Cascade:
    """Return the cascade of these steps."""
    steps = tuple(steps)
    lows: dict[Category, float] = {}
    for step in steps:
        lows[step.category] = min(step.low, lows.get(step.category, step.low))
    return Cascade(
        steps=steps,
        floors=dict(floors),
        lows=lows,
        texts=tuple(texts),
        floor=min((FLOOR, *floors.values(), *(step.low for step in steps if step.low > 0))),
        always=frozenset(surface for step in steps if step.low <= 0 for surface in step.surfaces),
    )
