"""Records of people: who may sign in, how they prove who they are, sessions, roles. Names are in the vault."""

from typing import ClassVar

from seawall.vocabulary.ids import PersonId, SessionId
from seawall.vocabulary.records.record import Audience, Record


class _OfPerson(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person", "by"})
    person: PersonId
    by: str


class PersonAdded(_OfPerson, frozen=True, kw_only=True):
    """A person or a service account became known. `human` is who is behind it."""

    kind: ClassVar[str] = "person.added"
    private: ClassVar[frozenset[str]] = frozenset({"person", "by", "human", "vouched_by"})
    human: PersonId
    identity: str
    source: str
    vouched_by: PersonId | None


class PersonDeactivated(_OfPerson, frozen=True, kw_only=True):
    """A person may no longer do anything; their sessions ended with it."""

    kind: ClassVar[str] = "person.deactivated"
    sessions: int


class PersonActivated(_OfPerson, frozen=True, kw_only=True):
    """A person who was deactivated may sign in again."""

    kind: ClassVar[str] = "person.activated"


class PersonChanged(_OfPerson, frozen=True, kw_only=True):
    """What a person is called or reached by changed; `fields` names which, not to what."""

    kind: ClassVar[str] = "person.changed"
    fields: tuple[str, ...]


class RoleGranted(_OfPerson, frozen=True, kw_only=True):
    """A person was given a role. `owner` confirms it anew by `review_at`."""

    kind: ClassVar[str] = "role.granted"
    private: ClassVar[frozenset[str]] = frozenset({"person", "by", "owner"})
    role: str
    owner: str
    review_at: str


class RoleWithdrawn(_OfPerson, frozen=True, kw_only=True):
    """A person lost a role."""

    kind: ClassVar[str] = "role.withdrawn"
    role: str
    reason_code: str


class RoleConfirmed(_OfPerson, frozen=True, kw_only=True):
    """The owner of a grant confirmed that it is still needed."""

    kind: ClassVar[str] = "role.confirmed"
    role: str
    review_at: str


class RoleReviewAsked(_OfPerson, frozen=True, kw_only=True):
    """A role is to be confirmed at once, as whoever answered for it is no longer there."""

    kind: ClassVar[str] = "role.review_asked"
    role: str
    reason_code: str


class FactorEnrolled(_OfPerson, frozen=True, kw_only=True):
    """A password, a passkey, an authenticator app or a set of recovery codes was set up."""

    kind: ClassVar[str] = "factor.enrolled"
    factor: str
    way: str


class FactorRemoved(_OfPerson, frozen=True, kw_only=True):
    """Something that a person proved themselves with no longer counts."""

    kind: ClassVar[str] = "factor.removed"
    factor: str
    way: str
    reason_code: str


class SignInLinkIssued(_OfPerson, frozen=True, kw_only=True):
    """A one-time link was made with which a person may sign in."""

    kind: ClassVar[str] = "sign_in_link.issued"
    link: str
    loopback_only: bool
    ends_at: str


class SignInRefused(Record, frozen=True, kw_only=True):
    """A known person, or somebody who claimed to be, could not prove it."""

    kind: ClassVar[str] = "sign_in.refused"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    person: PersonId
    way: str
    locked_until: str | None


class SessionBegun(Record, frozen=True, kw_only=True):
    """A person signed in."""

    kind: ClassVar[str] = "session.begun"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    session: SessionId
    person: PersonId
    ways: tuple[str, ...]
    ends_at: str


class SessionProven(Record, frozen=True, kw_only=True):
    """A person proved anew who they are, for something that asks for it."""

    kind: ClassVar[str] = "session.proven"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    session: SessionId
    person: PersonId
    way: str


class SessionRevoked(_OfPerson, frozen=True, kw_only=True):
    """A session was ended before its time, everywhere."""

    kind: ClassVar[str] = "session.revoked"
    session: SessionId
    reason_code: str


class PersonReminded(Record, frozen=True, kw_only=True):
    """Something waits for a person, so much of each: votes, reviews, approvals to use, grants, privacy requests."""

    kind: ClassVar[str] = "person.reminded"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person"})
    person: PersonId
    to_vote: int
    alarms: int
    approved: int
    items: int
    grants: int
    privacy: int


class RightsChanged(Record, frozen=True, kw_only=True):
    """The rules of who may do what are others than before, by their digest. `approved` tells that two agreed."""

    kind: ClassVar[str] = "rights.changed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    digest: str
    previous: str | None
    roles: tuple[str, ...]
    approved: bool
    by: str
