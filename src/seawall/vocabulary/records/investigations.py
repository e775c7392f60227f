"""Records of investigations: who looked for what across accounts, what they kept of it, and screenings of the past.

What people looked for is content: it lies in the vault, and here is its digest. Exchanges and accounts that somebody
saved into an investigation are private fields.
"""

from typing import ClassVar

from seawall.vocabulary.ids import ItemId, ProjectId
from seawall.vocabulary.records.record import Audience, Record


class _OfInvestigation(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    investigation: str
    by: str


class InvestigationOpened(_OfInvestigation, frozen=True, kw_only=True):
    """Somebody began to look into something. What it is called lies in the vault."""

    kind: ClassVar[str] = "investigation.opened"
    name_item: ItemId


class InvestigationSearched(_OfInvestigation, frozen=True, kw_only=True):
    """Somebody looked for exchanges across accounts: how, and how many there are, up to a bound.

    `digest` is of what they typed, which lies in the vault; `value` is a closed word or an id. A search through what
    was said goes on in the background: it has no number of hits yet, and `investigation.search_finished` tells it.
    """

    kind: ClassVar[str] = "investigation.searched"
    private: ClassVar[frozenset[str]] = frozenset({"by", "digest", "value", "like"})
    search: str
    how: str
    value: str
    like: str
    digest: str
    since: str | None
    until: str | None
    project: ProjectId | None
    hits: int | None


class InvestigationSearchFinished(_OfInvestigation, frozen=True, kw_only=True):
    """A search through what was said came to its end: how many exchanges were read, and how many have it."""

    kind: ClassVar[str] = "investigation.search_finished"
    search: str
    read: int
    hits: int
    whole: bool


class InvestigationViewed(_OfInvestigation, frozen=True, kw_only=True):
    """Somebody looked at what a person or a model wrote, in an investigation."""

    kind: ClassVar[str] = "investigation.viewed"
    private: ClassVar[frozenset[str]] = frozenset({"by", "exchange"})
    exchange: str
    items: tuple[ItemId, ...]


class InvestigationViewedSealed(InvestigationViewed, frozen=True, kw_only=True):
    """About child safety: somebody looked at what a person or a model wrote, in an investigation."""

    kind: ClassVar[str] = "investigation.viewed_sealed"
    audience: ClassVar[Audience] = Audience.SEALED


class InvestigationPinned(_OfInvestigation, frozen=True, kw_only=True):
    """Somebody saved an exchange or an account into an investigation."""

    kind: ClassVar[str] = "investigation.pinned"
    private: ClassVar[frozenset[str]] = frozenset({"by", "thing"})
    what: str
    thing: str


class InvestigationUnpinned(_OfInvestigation, frozen=True, kw_only=True):
    """Somebody took an exchange or an account out of an investigation again."""

    kind: ClassVar[str] = "investigation.unpinned"
    private: ClassVar[frozenset[str]] = frozenset({"by", "thing"})
    what: str
    thing: str


class InvestigationNoted(_OfInvestigation, frozen=True, kw_only=True):
    """Somebody wrote a note in an investigation. It lies in the vault; here is its digest."""

    kind: ClassVar[str] = "investigation.noted"
    private: ClassVar[frozenset[str]] = frozenset({"by", "digest"})
    item: ItemId
    digest: str


class InvestigationReadersChanged(_OfInvestigation, frozen=True, kw_only=True):
    """Who alone may see an investigation was said; none leaves it to the roles."""

    kind: ClassVar[str] = "investigation.readers_changed"
    private: ClassVar[frozenset[str]] = frozenset({"by", "readers"})
    readers: tuple[str, ...] | None


class InvestigationClosed(_OfInvestigation, frozen=True, kw_only=True):
    """An investigation is over: nothing is looked for in it any more. Its trail stays."""

    kind: ClassVar[str] = "investigation.closed"
    reason_code: str


class InvestigationReopened(_OfInvestigation, frozen=True, kw_only=True):
    """An investigation that was closed goes on."""

    kind: ClassVar[str] = "investigation.reopened"
    reason_code: str


class _OfRescreening(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    rescreening: str
    by: str


class RescreeningStarted(_OfRescreening, frozen=True, kw_only=True):
    """Retained exchanges are screened again, by the detectors and the policy of now. Nothing follows by itself."""

    kind: ClassVar[str] = "rescreening.started"
    policy_digest: str
    releases: tuple[str, ...]
    since: str
    until: str
    project: ProjectId | None


class RescreeningFinished(_OfRescreening, frozen=True, kw_only=True):
    """A screening of the past came to its end, or was stopped: what it would have changed, in numbers."""

    kind: ClassVar[str] = "rescreening.finished"
    state: str
    screened: int
    unreadable: int
    changed: int
    appeared: int
    gone: int


class RescreeningFollowed(_OfRescreening, frozen=True, kw_only=True):
    """Somebody chose, from what a screening of the past shows, exchanges that people must look at as cases."""

    kind: ClassVar[str] = "rescreening.followed"
    cases: int


ALL: tuple[type[Record], ...] = (
    InvestigationOpened,
    InvestigationSearched,
    InvestigationSearchFinished,
    InvestigationViewed,
    InvestigationViewedSealed,
    InvestigationPinned,
    InvestigationUnpinned,
    InvestigationNoted,
    InvestigationReadersChanged,
    InvestigationClosed,
    InvestigationReopened,
    RescreeningStarted,
    RescreeningFinished,
    RescreeningFollowed,
)
