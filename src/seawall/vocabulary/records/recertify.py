"""Records of campaigns that ask whether what was given is still needed. Each decision is a record of its own kind."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class RecertificationBegun(Record, frozen=True, kw_only=True):
    """Owners were asked which grants are still needed. What none of them confirms by the deadline is withdrawn."""

    kind: ClassVar[str] = "recertification.begun"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    campaign: str
    deadline: str
    items: int
    orphaned: int
    by: str


class RecertificationReminded(Record, frozen=True, kw_only=True):
    """Somebody was reminded of what they have not decided; `administrators` where no owner is left."""

    kind: ClassVar[str] = "recertification.reminded"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"owner"})
    campaign: str
    owner: str
    items: int


class RecertificationClosed(Record, frozen=True, kw_only=True):
    """A campaign ended. `kept` are grants that nobody confirmed and without which nobody could administer."""

    kind: ClassVar[str] = "recertification.closed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    campaign: str
    confirmed: int
    withdrawn: int
    kept: int
    gone: int
