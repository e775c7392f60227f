"""A legal request as values: what is asked, by whom, how far it reaches, and where it is."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from seawall.cases.legal.kinds import Channel, Data, Kind, Outcome, State, Tier
from seawall.vocabulary.ids import AccountId, ItemId, LegalRequestId

NOTICE_FOR = timedelta(days=7)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts, which categories of data, from when up to, not including, when."""

    accounts: tuple[AccountId, ...]
    categories: tuple[Data, ...]
    since: datetime
    until: datetime

    def within(self, other: "Scope") -> bool:
        """Tell whether this reaches nowhere that the other does not."""
        return (
            set(self.accounts) <= set(other.accounts)
            and set(self.categories) <= set(other.categories)
            and other.since <= self.since
            and self.until <= other.until
        )


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed it, and how they say that they are reached."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says: kept in the vault as one item. `danger` is the sworn statement of an emergency."""

    agency: str
    sender: Sender
    legal_basis: str
    case_ref: str = ""
    danger: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it comes in. A `nondisclosure` order may have an end."""

    kind: Kind
    tier: Tier
    country: str
    channel: Channel
    received_at: datetime
    papers: Papers
    scope: Scope
    document: bytes
    due_at: datetime | None = None
    nondisclosure: bool = False
    nondisclosure_until: datetime | None = None


class LegalRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is kept: ids, codes and times. `papers` and `document` are items of the vault.

    `scope` is what was asked, `granted` what the reviewer let stand.
    """

    id: LegalRequestId
    kind: Kind
    tier: Tier
    country: str
    channel: Channel
    state: State
    received_at: datetime
    taken_at: datetime
    due_at: datetime
    taken_by: str
    scope: dict[str, Any]
    granted: dict[str, Any] | None
    papers: ItemId
    document: ItemId
    document_sha256: str
    verified_by: str | None
    verified_at: datetime | None
    reviewer: str | None
    reviewer_human: str | None
    reviewed_at: datetime | None
    approver: str | None
    approver_human: str | None
    approved_at: datetime | None
    objected: bool
    noticed_at: datetime | None
    outcome: Outcome | None
    reason_code: str | None
    closed_at: datetime | None
    closed_by: str | None

    @property
    def asks(self) -> Scope:
        """Return what was asked."""
        return msgspec.convert(self.scope, Scope)

    @property
    def grants(self) -> Scope | None:
        """Return what the reviewer let stand; None before there was a review."""
        return None if self.granted is None else msgspec.convert(self.granted, Scope)

    @property
    def gives_data(self) -> bool:
        """Tell whether data may be the answer at all."""
        return self.tier is not Tier.NONE

    def overdue(self, now: datetime) -> bool:
        """Tell whether it should have been answered."""
        return self.state is not State.CLOSED and now >= self.due_at


def plain(scope: Scope) -> dict[str, Any]:
    """Return a scope as rows and JSON carry it."""
    found: dict[str, Any] = msgspec.to_builtins(scope)
    return found


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator may set: numbers below `smallest_cell` are not published; how long a notice lies first."""

    smallest_cell: int = 5
    notice_for: timedelta = NOTICE_FOR
