"""The documents of a usage policy as they are written: their words, their bounds, their defaults.

Times may be written as ``14 days``, ``6 hours``, ``30 minutes`` or ``2 seconds``. A key that is not here is an error.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from seawall.policy.rules import Texts
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import State

Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Share = Annotated[float, Meta(ge=0, le=1)]
Weight = Annotated[float, Meta(gt=0, le=1000)]
Rate = Annotated[int, Meta(ge=1, le=1_000_000)]
Fail = Literal["open", "closed"]
Mode = Literal["enforce", "monitor"]
Buffer = Literal["full", "window"]


class _Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of the documents is."""


class BufferDoc(_Document, frozen=True, kw_only=True):
    """How a stream on one surface is held back when no rule asks for more, and what the time bound comes to."""

    mode: Buffer = "window"
    max_wait: timedelta = timedelta(seconds=2)
    fail: Fail = "closed"


class LiteralsDoc(_Document, frozen=True, kw_only=True):
    """A list of words that the operator bans."""

    name: Name
    words: Annotated[tuple[Annotated[str, Meta(min_length=2, max_length=200)], ...], Meta(min_length=1)]
    category: Category = Category.BANNED_TERM


class MainDoc(_Document, frozen=True, kw_only=True):
    """``policy.yaml``."""

    name: Name
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    fail: Fail = "closed"
    deadline: timedelta = timedelta(milliseconds=50)
    buffers: dict[Surface, BufferDoc] = {}
    literals: tuple[LiteralsDoc, ...] = ()
    texts: Texts = Texts()


class MappingDoc(_Document, frozen=True, kw_only=True):
    """What a category is called in other schemes, where that differs from what Seawall knows."""

    ailuminate: str = ""
    openai: tuple[str, ...] = ()
    dsa: str = ""
    other: tuple[str, ...] = ()


class CategoryDoc(_Document, frozen=True, kw_only=True):
    """What one category prohibits, in words for the people it concerns."""

    title: Words
    prohibited: Words
    allowed: str = ""
    severity: Literal["low", "medium", "high", "critical"]
    mappings: MappingDoc | None = None


class StrikeDoc(_Document, frozen=True, kw_only=True):
    """What a violation weighs, and how long it counts."""

    weight: Weight = 1.0
    expires: timedelta = timedelta(days=90)


class WhenDoc(_Document, frozen=True, kw_only=True):
    """When a rule holds; what is empty holds always. `input` names categories that the input was found in."""

    newest: bool = False
    projects: tuple[Name, ...] = ()
    countries: tuple[Country, ...] = ()
    input: tuple[Category, ...] = ()


class TierDoc(_Document, frozen=True, kw_only=True):
    """One further tier for a category: asked where the tier before gives a score in `band`, both ends included at 0 and
    1.

    `judge` names a judge of the settings. `when: after` asks it once the exchange is over.
    """

    tier: Literal["accurate", "judge"] = "accurate"
    band: tuple[Share, ...] = (0.3, 0.9)
    surfaces: Annotated[tuple[Surface, ...], Meta(min_length=1)] = (Surface.INPUT, Surface.OUTPUT)
    judge: str = ""
    when: Literal["inline", "after"] = "inline"
    fail: Fail = "closed"


class RuleDoc(_Document, frozen=True, kw_only=True):
    """One rule of ``rules.yaml``."""

    id: Name
    category: Category
    surfaces: Annotated[tuple[Surface, ...], Meta(min_length=1)]
    measure: Measure
    mode: Mode = "enforce"
    threshold: Share = 0.5
    detectors: tuple[str, ...] = ()
    except_detectors: tuple[str, ...] = ()
    buffer: Buffer = "window"
    fail: Fail | None = None
    message: str = ""
    steer: str = ""
    mask: str = ""
    banners: tuple[Name, ...] = ()
    strike: StrikeDoc | None = None
    when: WhenDoc = WhenDoc()
    asks: Literal["accurate"] | None = None


class ChangeDoc(_Document, frozen=True, kw_only=True, omit_defaults=True):
    """What an overlay changes of one rule. Its id and category stay."""

    surfaces: tuple[Surface, ...] | UnsetType = UNSET
    measure: Measure | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    threshold: Share | UnsetType = UNSET
    detectors: tuple[str, ...] | UnsetType = UNSET
    except_detectors: tuple[str, ...] | UnsetType = UNSET
    buffer: Buffer | UnsetType = UNSET
    fail: Fail | UnsetType | None = UNSET
    message: str | UnsetType = UNSET
    steer: str | UnsetType = UNSET
    mask: str | UnsetType = UNSET
    banners: tuple[Name, ...] | UnsetType = UNSET
    strike: StrikeDoc | UnsetType | None = UNSET
    when: WhenDoc | UnsetType = UNSET
    asks: Literal["accurate"] | UnsetType | None = UNSET


class RulesDoc(_Document, frozen=True, kw_only=True):
    """``rules.yaml``."""

    rules: tuple[RuleDoc, ...]


class StepDoc(_Document, frozen=True, kw_only=True):
    """What an account becomes once its strikes weigh so much."""

    at_weight: Weight
    state: State
    for_: timedelta | None = field(default=None, name="for")
    within: timedelta | None = None
    per_minute: Rate | None = None


class LadderDoc(_Document, frozen=True, kw_only=True):
    """``ladder.yaml``."""

    steps: tuple[StepDoc, ...] = ()
    restrict_per_minute: Rate = 6
    restrict_for: timedelta = timedelta(days=1)
    suspend_for: timedelta | None = timedelta(days=7)


class BannerDoc(_Document, frozen=True, kw_only=True):
    """A text beside an answer. `from` and `to` are days in UTC, both included."""

    name: Name
    text: Words
    source: Annotated[str, Meta(pattern=r"^(https://[^\s]+)?$")] = ""
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")] = ""
    from_: date | None = field(default=None, name="from")
    to: date | None = None


class BannersDoc(_Document, frozen=True, kw_only=True):
    """``banners.yaml``."""

    banners: tuple[BannerDoc, ...] = ()


class ExemptionDoc(_Document, frozen=True, kw_only=True):
    """Rules that do not hold for a project, key or account, who answers for that, why, and until when."""

    rules: Annotated[tuple[Name, ...], Meta(min_length=1)]
    owner: Words
    reason: Words
    expires: Annotated[datetime, Meta(tz=True)]
    project: str = ""
    key: str = ""
    account: str = ""


class ExemptionsDoc(_Document, frozen=True, kw_only=True):
    """``exemptions.yaml``."""

    exemptions: tuple[ExemptionDoc, ...] = ()


class OverlayDoc(_Document, frozen=True, kw_only=True):
    """``overlays/<project>.yaml``: changes by rule id."""

    rules: dict[Name, ChangeDoc]


class Documents(_Document, frozen=True, kw_only=True):
    """All documents of one usage policy. Their canonical JSON is what the digest is of."""

    policy: MainDoc
    categories: dict[Category, CategoryDoc]
    rules: tuple[RuleDoc, ...]
    ladder: LadderDoc
    banners: tuple[BannerDoc, ...]
    exemptions: tuple[ExemptionDoc, ...]
    overlays: dict[str, OverlayDoc]
    cascade: dict[Category, tuple[TierDoc, ...]] = {}
