"""Records of sign-in through others, of programs that a person lets in, and of tokens of service accounts."""

from typing import ClassVar

from seawall.vocabulary.ids import PersonId, TokenId
from seawall.vocabulary.records.record import Audience, Record


class _OfPerson(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person", "by"})
    person: PersonId
    by: str


class IdentityTied(_OfPerson, frozen=True, kw_only=True):
    """A person's account at an identity provider was tied to them: whoever signs in there is that person here."""

    kind: ClassVar[str] = "identity.tied"
    identity: str
    provider: str


class ProviderSignInRefused(Record, frozen=True, kw_only=True):
    """Somebody came from an identity provider, and its word was not believed or led to nobody."""

    kind: ClassVar[str] = "provider.refused"
    audience: ClassVar[Audience] = Audience.AUDITOR
    provider: str
    reason_code: str


class DeviceDecided(_OfPerson, frozen=True, kw_only=True):
    """A person let a program of theirs in, or refused it."""

    kind: ClassVar[str] = "device.decided"
    device: str
    approved: bool


class TokenCreated(_OfPerson, frozen=True, kw_only=True):
    """A service account was given a token. `owner` answers for it."""

    kind: ClassVar[str] = "token.created"
    private: ClassVar[frozenset[str]] = frozenset({"person", "by", "owner"})
    token: TokenId
    owner: PersonId
    ends_at: str


class TokenEnded(_OfPerson, frozen=True, kw_only=True):
    """A token of a service account was ended before its time."""

    kind: ClassVar[str] = "token.ended"
    token: TokenId
    reason_code: str
