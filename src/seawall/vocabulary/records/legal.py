"""Records of requests of authorities and courts. Every body is sealed but the numbers, which anybody may read.

Who asked, with which words and about whom lies in the vault; here are ids, codes, times, counts and digests.
"""

from typing import ClassVar

import msgspec

from seawall.vocabulary.ids import ItemId, LegalRequestId, NoticeId, PreservationId
from seawall.vocabulary.records.record import Audience, Record


class _OfRequest(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.SEALED
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    request: LegalRequestId
    by: str


class LegalRequestTaken(_OfRequest, frozen=True, kw_only=True):
    """A request of an authority, a court or a party came in: what kind, from which country, what it reaches for."""

    kind: ClassVar[str] = "legal_request.taken"
    request_kind: str
    tier: str
    country: str
    channel: str
    accounts: int
    categories: tuple[str, ...]
    since: str
    until: str
    received_at: str
    due_at: str
    document_sha256: str


class LegalSenderCalled(_OfRequest, frozen=True, kw_only=True):
    """Somebody called the sender back at a number found elsewhere, and they were who they say, or not."""

    kind: ClassVar[str] = "legal_request.sender_called"
    found_at: str
    confirmed: bool


class LegalRequestReviewed(_OfRequest, frozen=True, kw_only=True):
    """A reviewer said what of a request holds: which accounts, which data, of when."""

    kind: ClassVar[str] = "legal_request.reviewed"
    accounts: int
    categories: tuple[str, ...]
    since: str
    until: str
    narrowed: bool


class LegalRequestMoved(_OfRequest, frozen=True, kw_only=True):
    """A request waits for a clarification, is objected to, or goes on."""

    kind: ClassVar[str] = "legal_request.moved"
    state: str
    reason_code: str


class LegalRequestApproved(_OfRequest, frozen=True, kw_only=True):
    """Another human than the reviewer agreed to the review."""

    kind: ClassVar[str] = "legal_request.approved"


class LegalDataPreserved(_OfRequest, frozen=True, kw_only=True):
    """What was stored of the accounts at this moment is kept from every deletion for a time."""

    kind: ClassVar[str] = "legal_request.preserved"
    preservation: PreservationId
    items: int
    expires_at: str
    manifest_sha256: str


class LegalPreservationRenewed(_OfRequest, frozen=True, kw_only=True):
    """A preservation was renewed, which can be done once."""

    kind: ClassVar[str] = "legal_request.preservation_renewed"
    preservation: PreservationId
    expires_at: str


class LegalPreservationReleased(_OfRequest, frozen=True, kw_only=True):
    """A preservation ended: what is due goes as it would have."""

    kind: ClassVar[str] = "legal_request.preservation_released"
    preservation: PreservationId
    items: int


class LegalProductionPrepared(_OfRequest, frozen=True, kw_only=True):
    """What would be handed over was listed: how much, how much was left out, and the digest that approvals bind."""

    kind: ClassVar[str] = "legal_request.production_prepared"
    items: int
    left_out: int
    manifest_sha256: str


class LegalDataProduced(_OfRequest, frozen=True, kw_only=True):
    """The file was made, exactly as it was approved, and given to whoever hands it over.

    It is encrypted to the public key of the `recipient`, and went in clear where there is none; `file_sha256` is of
    what is inside, `handed_sha256` of what was given.
    """

    kind: ClassVar[str] = "legal_request.produced"
    items: int
    time: int
    manifest_sha256: str
    file_sha256: str
    handed_sha256: str
    recipient: str | None
    to_item: ItemId
    approval: str


class LegalDataDelivered(_OfRequest, frozen=True, kw_only=True):
    """Whoever asked has the file."""

    kind: ClassVar[str] = "legal_request.delivered"
    delivered_at: str


class LegalNoticeBarred(_OfRequest, frozen=True, kw_only=True):
    """The person concerned may not be told yet: by an order, for a child's safety, or in an emergency."""

    kind: ClassVar[str] = "legal_request.notice_barred"
    reason: str
    until: str | None


class LegalNoticeLaid(_OfRequest, frozen=True, kw_only=True):
    """A notice to the person concerned was laid ready; `late` where something had barred it."""

    kind: ClassVar[str] = "legal_request.notice_laid"
    private: ClassVar[frozenset[str]] = frozenset({"by", "account"})
    notice: NoticeId
    account: str
    late: bool


class LegalNoticeGiven(_OfRequest, frozen=True, kw_only=True):
    """The operator's product took the notice over, to hand it to the person."""

    kind: ClassVar[str] = "legal_request.notice_given"
    notice: NoticeId


class LegalRequestViewed(_OfRequest, frozen=True, kw_only=True):
    """Somebody looked at what a request says, or at its document."""

    kind: ClassVar[str] = "legal_request.viewed"
    items: tuple[ItemId, ...]


class LegalRequestClosed(_OfRequest, frozen=True, kw_only=True):
    """A request is over, and what came of it."""

    kind: ClassVar[str] = "legal_request.closed"
    outcome: str
    reason_code: str


class LegalCell(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the numbers. None is a number that is too small to be told; `country` is empty for all the rest."""

    country: str
    request_kind: str
    requests: int | None
    accounts: int | None
    answered: int | None
    content: int | None
    rejected: int | None
    objected: int | None
    preserved: int | None
    told: int | None


class LegalStatisticsClosed(Record, frozen=True, kw_only=True):
    """Requests of authorities and courts that came in within a period, counted. Small numbers are left out."""

    kind: ClassVar[str] = "legal.statistics_closed"
    audience: ClassVar[Audience] = Audience.PUBLIC
    since: str
    until: str
    smallest_cell: int
    cells: tuple[LegalCell, ...]
    national_security_requests: str
    national_security_accounts: str


ALL: tuple[type[Record], ...] = (
    LegalRequestTaken,
    LegalSenderCalled,
    LegalRequestReviewed,
    LegalRequestMoved,
    LegalRequestApproved,
    LegalDataPreserved,
    LegalPreservationRenewed,
    LegalPreservationReleased,
    LegalProductionPrepared,
    LegalDataProduced,
    LegalDataDelivered,
    LegalNoticeBarred,
    LegalNoticeLaid,
    LegalNoticeGiven,
    LegalRequestViewed,
    LegalRequestClosed,
    LegalStatisticsClosed,
)
