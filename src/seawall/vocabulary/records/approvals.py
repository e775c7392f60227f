"""Records of two-party control. The parameters of a request are in none of them, only their digest."""

from typing import ClassVar

from seawall.vocabulary.ids import PersonId, RequestId
from seawall.vocabulary.records.record import Audience, Record


class RequestAsked(Record, frozen=True, kw_only=True):
    """Somebody asked others to agree to one exact action, under the rules of that digest."""

    kind: ClassVar[str] = "request.asked"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person", "resource"})
    request: RequestId
    action: str
    resource: str
    digest: str
    rights: str
    ends_at: str
    person: PersonId


class RequestVoted(Record, frozen=True, kw_only=True):
    """Somebody approved or denied a request."""

    kind: ClassVar[str] = "request.voted"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    request: RequestId
    person: PersonId
    approves: bool
    digest: str


class RequestEnded(Record, frozen=True, kw_only=True):
    """A request was denied, taken back, or ran out because nobody answered."""

    kind: ClassVar[str] = "request.ended"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    request: RequestId
    state: str
    by: str


class RequestExecuted(Record, frozen=True, kw_only=True):
    """What was asked for was done, and the request is used up."""

    kind: ClassVar[str] = "request.executed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    request: RequestId
    action: str
    digest: str
    person: PersonId


class GlassBroken(Record, frozen=True, kw_only=True):
    """Somebody took it upon themselves to act alone, in an emergency."""

    kind: ClassVar[str] = "glass.broken"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    request: RequestId
    action: str
    ends_at: str
    review_by: str
    person: PersonId


class GlassReviewed(Record, frozen=True, kw_only=True):
    """Somebody else said whether acting alone was justified."""

    kind: ClassVar[str] = "glass.reviewed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    request: RequestId
    justified: bool
    person: PersonId


class GlassAlarmed(Record, frozen=True, kw_only=True):
    """Everybody who may review was told: somebody acts alone (`broken`), or reviews of it are missing (`overdue`)."""

    kind: ClassVar[str] = "glass.alarmed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    request: RequestId
    what: str
    told: int


class HostActed(Record, frozen=True, kw_only=True):
    """Somebody on the host changed something. Nobody was signed in, so no right was asked for and nobody agreed.

    `by` is the host's user, `stated` whom they said to be: neither is proven.
    """

    kind: ClassVar[str] = "host.acted"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by", "stated"})
    action: str
    command: str
    way: str = "recovery"
    authenticated: bool = False
    by: str
    stated: str
