"""Legal requests as they come in over HTTP, and as they are shown: what they say only to whoever looks."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request
from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field

from seawall.cases.legal import Asked, Bar, Bureau, Channel, Data, FoundAt, Kind, LegalRequest, Outcome, Tier
from seawall.cases.legal.model import Papers, Scope, Sender
from seawall.cases.legal.verifying import Call
from seawall.web.signed import house_of

_LINE = 400
_TEXT = 20_000
# Which human is behind an account is nobody's business here.
_OURS = ("reviewer_human", "approver_human")


class ScopeGiven(BaseModel):
    """Which accounts, which categories of data, from when up to, not including, when."""

    accounts: list[str] = Field(max_length=200)
    categories: list[Data] = Field(max_length=20)
    since: AwareDatetime
    until: AwareDatetime

    def scope(self) -> Scope:
        """Return it as the room takes it."""
        return msgspec.convert(self.model_dump(), Scope)


class RequestGiven(BaseModel):
    """A request as it came in, with its document."""

    kind: Kind
    tier: Tier
    country: str = Field(max_length=_LINE)
    channel: Channel
    received_at: AwareDatetime
    due_at: AwareDatetime | None = None
    agency: str = Field(max_length=_LINE)
    sender: str = Field(max_length=_LINE)
    title: str = Field(default="", max_length=_LINE)
    email: str = Field(default="", max_length=_LINE)
    phone: str = Field(default="", max_length=_LINE)
    legal_basis: str = Field(max_length=_LINE)
    case_ref: str = Field(default="", max_length=_LINE)
    danger: str = Field(default="", max_length=_TEXT)
    scope: ScopeGiven
    nondisclosure: bool = False
    nondisclosure_until: AwareDatetime | None = None
    document: Base64Bytes

    def asked(self) -> Asked:
        """Return it as the room takes it."""
        sender = Sender(name=self.sender, title=self.title, email=self.email, phone=self.phone)
        papers = Papers(
            agency=self.agency,
            sender=sender,
            legal_basis=self.legal_basis,
            case_ref=self.case_ref,
            danger=self.danger,
        )
        return Asked(
            kind=self.kind,
            tier=self.tier,
            country=self.country,
            channel=self.channel,
            received_at=self.received_at,
            due_at=self.due_at,
            papers=papers,
            scope=self.scope.scope(),
            document=self.document,
            nondisclosure=self.nondisclosure,
            nondisclosure_until=self.nondisclosure_until,
        )


class CallGiven(BaseModel):
    """A call to whoever sent it, at a number that was found elsewhere."""

    found_at: FoundAt
    number: str = Field(max_length=60)
    spoke_to: str = Field(max_length=_LINE)
    confirmed: bool

    def call(self) -> Call:
        """Return it as the room takes it."""
        return Call(**self.model_dump())


class ReviewGiven(BaseModel):
    """What holds, and why; all that was asked where no scope is given."""

    scope: ScopeGiven | None = None
    reason: str = Field(max_length=_TEXT)


class WordsGiven(BaseModel):
    """A code, and words that are kept in the vault."""

    reason_code: str = Field(max_length=40)
    words: str = Field(max_length=_TEXT)


class BarGiven(BaseModel):
    """What bars a notice, until when."""

    reason: Bar
    until: AwareDatetime | None = None


class PreparedGiven(BaseModel):
    """Who gets it, and the public key of age that it is encrypted to, or why it goes in clear."""

    to: str = Field(max_length=_LINE)
    recipient: str | None = Field(default=None, max_length=4000)
    in_clear_because: str | None = Field(default=None, max_length=1000)


class ProducedGiven(BaseModel):
    """The digest of the manifest, and the request under which others agreed."""

    manifest_sha256: str = Field(max_length=64)
    approval: str | None = Field(default=None, max_length=60)


class DeliveredGiven(BaseModel):
    """Since when they have it."""

    at: AwareDatetime


class ClosedGiven(BaseModel):
    """What came of it."""

    outcome: Outcome
    reason_code: str = Field(max_length=40)


class PeriodGiven(BaseModel):
    """From its first moment up to, not including, its end."""

    since: AwareDatetime
    until: AwareDatetime


class RequestsPage(BaseModel):
    """A page of requests; `next` is the `after` of the page that follows."""

    requests: list[dict[str, Any]]
    next: str


def bureau_of(request: Request) -> Bureau:
    """Return what legal requests are worked with."""
    bureau = house_of(request).bureau
    if bureau is None:
        raise RuntimeError("no legal requests are wired in")
    return bureau


def shown(found: LegalRequest, now: datetime) -> dict[str, Any]:
    """Return a request as lists show it."""
    told: dict[str, Any] = msgspec.to_builtins(found)
    return {name: value for name, value in told.items() if name not in _OURS} | {"overdue": found.overdue(now)}
