"""What screening says of one piece of content. Findings carry places and scores, never the text itself."""

from enum import StrEnum

import msgspec

from seawall.vocabulary.categories import Category


class Surface(StrEnum):
    """Where in an exchange a piece of content stands."""

    INPUT = "input"
    OUTPUT = "output"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    DOCUMENT = "document"


class Tier(StrEnum):
    """What decided: a pattern, the classifier that is always on, the slower one behind it, or a model that is asked."""

    RULES = "rules"
    FAST = "fast"
    ACCURATE = "accurate"
    JUDGE = "judge"


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A half-open range of characters in the original text of one piece."""

    start: int
    end: int


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that one detector says of one piece.

    `score` is in 0..1. `precision` is the measured share of true hits among such findings, or None when nobody
    measured it. `piece` numbers the piece within the exchange. `newest` is false for context that was judged in an
    earlier exchange already. A detector that failed or was late gives a finding with `failed`, which is never a pass;
    `fail_open` says that the policy chose to go on without that answer. `tier` is which tier of the cascade it is from.
    """

    category: Category
    detector: str
    release: str
    surface: Surface
    score: float = 1.0
    span: Span | None = None
    piece: int = 0
    newest: bool = True
    deterministic: bool = False
    precision: float | None = None
    failed: bool = False
    fail_open: bool = False
    tier: Tier = Tier.RULES

    @property
    def counts_strikes(self) -> bool:
        """Tell whether the finding is sure enough to be held against a person: see docs/policy.md."""
        sure = self.deterministic or (self.precision is not None and self.precision >= 0.95)
        return sure and self.newest and not self.failed
