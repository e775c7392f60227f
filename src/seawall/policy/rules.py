"""A compiled policy: the frozen values that `decide` works on. Imports the vocabulary only.

An `Edition` is one usage policy with its overlays; `Edition.of(project)` is the `Policy` for one project. Both carry
the digest of the documents that they were compiled from, so edition and project name give the same policy again.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import Banner, Buffering
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.ids import AccountId, KeyId, RuleId
from seawall.vocabulary.ladder import Ladder
from seawall.vocabulary.measures import Measure

Arm = Literal["none", "steer", "control"]
Stage = Literal["input", "output"]


class Situation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything beside findings and standing that a decision depends on.

    `project` is the project's name. `arm` says which side of a comparison of steering this exchange is on: `control`
    goes without. `input_categories` are those that the input was found in, for rules that judge the output by them.
    """

    project: str
    key: KeyId
    account: AccountId
    now: datetime
    stage: Stage
    country: str = ""
    zero_retention: bool = False
    arm: Arm = "none"
    input_categories: frozenset[Category] = frozenset()


class BannerTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A banner and when it is on: in its country, from its first day to its last, both included, in UTC."""

    text: str
    source: str = ""
    country: str = ""
    first: date | None = None
    last: date | None = None

    def on(self, today: date, country: str) -> bool:
        """Tell whether the banner is shown on a day in a country."""
        return (
            (not self.country or self.country == country)
            and (self.first is None or self.first <= today)
            and (self.last is None or today <= self.last)
        )


class Strike(msgspec.Struct, frozen=True, kw_only=True):
    """What a violation of a rule weighs, and for how long."""

    weight: float
    expires_after_s: int


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One compiled rule. `order` is its place in the documents; empty conditions hold always."""

    id: RuleId
    order: int
    category: Category
    surfaces: frozenset[Surface]
    measure: Measure
    enforced: bool = True
    threshold: float = 0.5
    detectors: tuple[str, ...] = ()
    except_detectors: tuple[str, ...] = ()
    full_buffer: bool = False
    fail_open: bool = False
    message: str = ""
    steer: str = ""
    mask: str = ""
    banners: tuple[BannerTerm, ...] = ()
    strike: Strike | None = None
    newest_only: bool = False
    projects: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    when_input: frozenset[Category] = frozenset()

    def sees(self, detector: str) -> bool:
        """Tell whether the rule listens to a detector. A name that ends in ``.*`` stands for a whole family."""
        if any(_names(each, detector) for each in self.except_detectors):
            return False
        return not self.detectors or any(_names(each, detector) for each in self.detectors)

    def shown(self, situation: Situation) -> tuple[Banner, ...]:
        """Return the banners of the rule that are on."""
        today = situation.now.date()
        return tuple(
            Banner(rule=self.id, text=each.text, source=each.source, country=each.country)
            for each in self.banners
            if each.on(today, situation.country)
        )


def _names(pattern: str, detector: str) -> bool:
    return detector.startswith(pattern[:-1]) if pattern.endswith(".*") else detector == pattern


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that do not hold for a project, a key or an account, until a moment. All that are named must match."""

    rules: frozenset[RuleId]
    expires: datetime
    project: str = ""
    key: str = ""
    account: str = ""

    def holds(self, situation: Situation) -> bool:
        """Tell whether the exemption covers a situation."""
        return (
            situation.now < self.expires
            and self.project in ("", situation.project)
            and self.key in ("", situation.key)
            and self.account in ("", situation.account)
        )


class Literals(msgspec.Struct, frozen=True, kw_only=True):
    """Words that the operator bans; the gateway makes a detector ``literals.<name>`` of them."""

    name: str
    category: Category
    words: tuple[str, ...]


class Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people are told where no rule has words of its own."""

    suspended: str = "This account is suspended. The operator of this service can tell you why and until when."
    banned: str = "This account is closed. The operator of this service can tell you why."
    unscreened: str = "This could not be checked just now, so it was not passed on. Please try again."
    withheld: str = "The usage policy does not allow this."


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The compiled policy of one project. `version` is 0 for a draft that was never published.

    No rule looks at scores below `floor`.
    """

    digest: str
    name: str
    language: str
    rules: tuple[Rule, ...]
    index: Mapping[tuple[Surface, Category], tuple[Rule, ...]]
    exemptions: tuple[Exemption, ...]
    ladder: Ladder
    buffers: Mapping[Surface, Buffering]
    deadline_s: float
    literals: tuple[Literals, ...]
    texts: Texts
    floor: float = 0.5
    version: int = 0
    project: str = ""

    def buffering(self, surface: Surface) -> Buffering:
        """Return how much of a stream on a surface is held back."""
        return self.buffers[surface]


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """One usage policy with its overlays."""

    base: Policy
    overlays: Mapping[str, Policy]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical documents."""
        return self.base.digest

    @property
    def version(self) -> int:
        """Return the number under which it was published, 0 for a draft."""
        return self.base.version

    def of(self, project: str) -> Policy:
        """Return the policy that holds for a project."""
        return self.overlays.get(project, self.base)
