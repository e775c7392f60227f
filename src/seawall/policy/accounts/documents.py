"""The file of rules about accounts, as it is written. A key that is not here is an error."""

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Expression = Annotated[str, Meta(min_length=1, max_length=1000)]
Says = Annotated[str, Meta(min_length=1, max_length=300)]
Model = Annotated[str, Meta(min_length=1, max_length=80)]
Rate = Annotated[int, Meta(ge=1, le=1_000_000)]


class _Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of the file is."""


class LabelDoc(_Document, frozen=True, kw_only=True):
    """A label that the account gets, and for how long."""

    name: Name
    for_: timedelta | None = field(default=None, name="for")


class WarnDoc(_Document, frozen=True, kw_only=True):
    """The account is warned, for how long."""

    for_: timedelta = field(default=timedelta(days=30), name="for")


class RestrictDoc(_Document, frozen=True, kw_only=True):
    """What the account may do less of, for how long: a rate, no tools, no media, not these models."""

    for_: timedelta = field(name="for")
    per_minute: Rate | None = None
    tools: bool = True
    media: bool = True
    without_models: Annotated[tuple[Model, ...], Meta(max_length=50)] = ()


class SuspendDoc(_Document, frozen=True, kw_only=True):
    """The account is refused, and until when: a rule suspends nobody without an end."""

    for_: timedelta = field(name="for")


class ThenDoc(_Document, frozen=True, kw_only=True):
    """What follows. Of warn, restrict, suspend and ban at most one; labels and a case beside it."""

    labels: Annotated[tuple[LabelDoc, ...], Meta(max_length=10)] = ()
    warn: WarnDoc | None = None
    restrict: RestrictDoc | None = None
    suspend: SuspendDoc | None = None
    ban: bool = False
    case: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the names of the measures."""
        named = (("warn", self.warn), ("restrict", self.restrict), ("suspend", self.suspend), ("ban", self.ban))
        return tuple(name for name, given in named if given)


class RuleDoc(_Document, frozen=True, kw_only=True):
    """One rule. `against` is the account or its whole key; `again_after` how long it rests once it acted on one."""

    name: Name
    says: Says
    when: Expression
    then: ThenDoc
    mode: Literal["monitor", "enforce"] = "monitor"
    against: Literal["account", "key"] = "account"
    again_after: timedelta = timedelta(days=1)

    def same(self, other: "RuleDoc") -> bool:
        """Tell whether another rule does the same, whatever their modes."""
        return (self.when, self.then, self.against, self.again_after) == (
            other.when,
            other.then,
            other.against,
            other.again_after,
        )


class FileDoc(_Document, frozen=True, kw_only=True):
    """The whole file. `bans` says who bans: people, for whom a ban becomes a case, or the rule itself."""

    rules: Annotated[tuple[RuleDoc, ...], Meta(max_length=100)] = ()
    bans: Literal["people", "rules"] = "people"
