"""What the documents of the register hold, key by key. Unknown keys are refused; `reading` names their places."""

from enum import StrEnum
from typing import Annotated

import msgspec

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=600)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
_Owner = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
_Url = Annotated[str, msgspec.Meta(pattern=r"^https?://\S+$", max_length=400)]
_Days = Annotated[int, msgspec.Meta(ge=1, le=3660)]


class Certainty(StrEnum):
    """How far what is said here of an item was compared with a source."""

    CHECKED = "checked"
    PARTLY = "partly"
    UNCHECKED = "unchecked"


class Software(StrEnum):
    """What software does for a practice."""

    RUNS = "runs"
    ASSISTS = "assists"
    RECORDS = "records"


class Standing(StrEnum):
    """What the organisation whose account this comes from says of the practice: done, being put in place, watched."""

    PRACTISED = "practised"
    IN_PROGRESS = "in_progress"
    EXPLORING = "exploring"


class Cadence(StrEnum):
    """How often a practice is due; `always`, `on_change` and `once` have no day of their own."""

    ALWAYS = "always"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    ON_CHANGE = "on_change"
    ONCE = "once"

    @property
    def days(self) -> int:
        """Return for how many days what was done counts, where nothing else says so."""
        return _DAYS.get(self, 366)


_DAYS = {
    Cadence.WEEKLY: 8,
    Cadence.MONTHLY: 31,
    Cadence.QUARTERLY: 92,
    Cadence.HALF_YEARLY: 184,
}


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a document."""


class Source(Given, frozen=True, kw_only=True):
    """What an item rests on: something that was read, or (`read` is false) memory alone."""

    id: Id
    address: _Url | None = None
    read: bool = True


class Group(Given, frozen=True, kw_only=True):
    """A part of a framework."""

    id: Id
    title: _Name


class Item(Given, frozen=True, kw_only=True):
    """One commitment of a framework. `official` tells whether the framework itself gives it this number."""

    id: Id
    number: _Name
    official: bool
    title: _Name
    says: _Text
    certainty: Certainty
    group: str = ""
    sections: tuple[Id, ...] = ()
    sources: tuple[Id, ...] = ()
    not_applicable: str = ""

    @property
    def shown_number(self) -> str:
        """Return the number by which the framework itself calls it; empty where that is none of its own."""
        return self.number if self.official else ""


class Framework(Given, frozen=True, kw_only=True):
    """A framework with its commitments. `listed` is its place in the list that this register began from."""

    id: Id
    name: _Name
    short_name: _Name
    issuer: _Name
    date: _Day
    kind: Id
    status: _Text
    url: _Url
    signatories: _Text
    numbering: _Text
    certain: _Text
    uncertain: _Text
    items: Annotated[tuple[Item, ...], msgspec.Meta(min_length=1, max_length=500)]
    listed: int | None = None
    effective: _Day | None = None
    version: str = ""
    url_checked: bool = True
    other_urls: tuple[_Url, ...] = ()
    called: Annotated[str, msgspec.Meta(pattern=r"^(commitment|control|risk|section|category|duty)$")] = "commitment"
    groups: tuple[Group, ...] = ()
    sources: tuple[Source, ...] = ()


class Section(Given, frozen=True, kw_only=True):
    """A section of the account, and the frameworks that it names as related, exactly as it names them."""

    id: Id
    title: _Name
    theme: Id
    related: tuple[Id, ...] = ()


class Theme(Given, frozen=True, kw_only=True):
    """What sections stand under."""

    id: Id
    title: _Name


class Capability(Given, frozen=True, kw_only=True):
    """A group of practices by what they take."""

    id: Id
    name: _Name


class Outline(Given, frozen=True, kw_only=True):
    """Themes, sections and capabilities."""

    themes: tuple[Theme, ...]
    sections: tuple[Section, ...]
    capabilities: tuple[Capability, ...]


Value = str | int | bool


class Pick(Given, frozen=True, kw_only=True):
    """Which records: of a kind, and each field one of these values (a field that is a list holds one of them)."""

    kind: str
    where: dict[str, Value | tuple[Value, ...]] = {}


class Count(Given, frozen=True, kw_only=True):
    """So many such records, no older than so many days; without `within_days` they hold for good."""

    of: Annotated[tuple[Pick, ...], msgspec.Meta(min_length=1, max_length=20)]
    at_least: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    within_days: _Days | None = None


class Every(Given, frozen=True, kw_only=True):
    """For every such record another one with the same value in a field, so many days after it at the latest."""

    of: Pick
    has: Annotated[tuple[Pick, ...], msgspec.Meta(min_length=1, max_length=20)]
    same: str
    within_days: _Days


class Rule(Given, frozen=True, kw_only=True):
    """What shows that a practice is carried out: a count, or that every one thing has another."""

    id: Id
    says: _Text
    count: Count | None = None
    every: Every | None = None


class Practice(Given, frozen=True, kw_only=True):
    """A practice. `hedged` tells that the account says only that it may be used; `owner` is a role or a person."""

    id: Id
    capability: Id
    section: Id
    name: _Name
    does: _Text
    owner: _Owner
    cadence: Cadence
    software: Software
    standing: Standing = Standing.PRACTISED
    hedged: bool = False
    commitments: tuple[Id, ...] = ()
    renew: Annotated[str, msgspec.Meta(pattern=r"^(/console[A-Za-z0-9/_-]*)?$")] = ""
    rules: tuple[Rule, ...] = ()


class Adopted(Given, frozen=True, kw_only=True):
    """Since when an organisation stands by a framework, and until when where it left."""

    since: _Day
    until: _Day | None = None


class Off(Given, frozen=True, kw_only=True):
    """What does not apply here, by id, each with its reason."""

    practices: dict[Id, _Text] = {}
    commitments: dict[Id, _Text] = {}


class Overlay(Given, frozen=True, kw_only=True):
    """The operator's own document: what is adopted, what is switched off."""

    adopts: dict[Id, Adopted] = {}
    off: Off = Off()
