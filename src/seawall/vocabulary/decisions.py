"""What the policy makes of findings and standing: a value that the gateway carries out and the ledger commits to."""

from typing import Literal

import msgspec

from seawall.vocabulary.findings import Span, Surface
from seawall.vocabulary.ids import RuleId
from seawall.vocabulary.measures import Measure


class Banner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text that accompanies an answer, with the authoritative source that it points to."""

    rule: RuleId
    text: str
    source: str = ""
    country: str = ""


class Rewrite(msgspec.Struct, frozen=True, kw_only=True):
    """A range of one piece that is stripped or masked before the text goes on. `mask` is what stands in its place."""

    rule: RuleId
    surface: Surface
    piece: int
    span: Span
    mask: str


class StrikeDue(msgspec.Struct, frozen=True, kw_only=True):
    """A counted violation that this decision brings on the account."""

    rule: RuleId
    category: str
    weight: float
    expires_after_s: int


class WouldHave(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule in monitor mode would have done."""

    rule: RuleId
    measure: Measure


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome of `policy.decide`: the gravest measure, the rules behind it, and everything there is to carry out.

    `steer` are instructions added for the model; `warnings` are told to the person; `reason` is the plain-words
    reason for a refusal (empty when nothing was refused). Pure data: no text of the exchange is in it.
    """

    measure: Measure = Measure.ALLOW
    because: tuple[RuleId, ...] = ()
    would_have: tuple[WouldHave, ...] = ()
    banners: tuple[Banner, ...] = ()
    steer: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    warnings: tuple[str, ...] = ()
    strikes: tuple[StrikeDue, ...] = ()
    reason: str = ""
    unscreened: bool = False


class Buffering(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a stream is held back for a surface under a policy."""

    mode: Literal["full", "window"] = "window"
    max_wait_s: float = 2.0
    fail_open: bool = False


ALLOWED = Verdict()
