"""Tables of legal requests: ids, codes and times. What a request says, and what was given to whom, lies in the vault.

A preservation's items each name the hold that keeps them, so that nothing is released that another hold keeps.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from seawall.store import metadata


def _moment(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable, **options)


def _of(**options: Any) -> Column[Any]:
    return Column("request", Text, ForeignKey("legal_requests.id"), nullable=False, **options)


requests = Table(
    "legal_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    _moment("received_at"),
    _moment("taken_at"),
    _moment("due_at"),
    Column("taken_by", Text, nullable=False),
    Column("scope", JSONB, nullable=False),
    Column("granted", JSONB(none_as_null=True)),
    Column("papers", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_sha256", Text, nullable=False),
    Column("verified_by", Text),
    _moment("verified_at", nullable=True),
    Column("reviewer", Text),
    Column("reviewer_human", Text),
    _moment("reviewed_at", nullable=True),
    Column("approver", Text),
    Column("approver_human", Text),
    _moment("approved_at", nullable=True),
    Column("objected", Boolean, nullable=False),
    # When the people concerned were told, or laid ready what tells them.
    _moment("noticed_at", nullable=True),
    Column("outcome", Text),
    Column("reason_code", Text),
    _moment("closed_at", nullable=True),
    Column("closed_by", Text),
)
Index("legal_requests_open_idx", requests.c.due_at, requests.c.id, postgresql_where=text("state <> 'closed'"))
Index("legal_requests_received_idx", requests.c.received_at)
Index(
    "legal_requests_untold_idx",
    requests.c.id,
    postgresql_where=text("noticed_at IS NULL AND approved_at IS NOT NULL"),
)

events = Table(
    "legal_events",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    _of(),
    _moment("at"),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("told", JSONB, nullable=False),
    Column("item", Text),
)
Index("legal_events_request_idx", events.c.request, events.c.seq)

preservations = Table(
    "legal_preservations",
    metadata,
    Column("id", Text, primary_key=True),
    _of(unique=True),
    _moment("taken_at"),
    _moment("expires_at"),
    Column("renewals", Integer, nullable=False),
    Column("manifest_sha256", Text, nullable=False),
    _moment("released_at", nullable=True),
)
Index("legal_preservations_open_idx", preservations.c.expires_at, postgresql_where=text("released_at IS NULL"))

preserved = Table(
    "legal_preserved",
    metadata,
    Column("preservation", Text, ForeignKey("legal_preservations.id"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("hold", Text, nullable=False),
)

bars = Table(
    "legal_bars",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    _of(),
    Column("reason", Text, nullable=False),
    # None where the order has no end.
    _moment("until", nullable=True),
    Column("by", Text, nullable=False),
    _moment("at"),
)
Index("legal_bars_request_idx", bars.c.request, bars.c.seq)

# What would be, and was, handed over: one for a request, made anew as long as nothing was.
productions = Table(
    "legal_productions",
    metadata,
    _of(primary_key=True),
    Column("to_item", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("manifest_sha256", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("items", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("prepared_by", Text, nullable=False),
    _moment("prepared_at"),
    Column("times", Integer, nullable=False),
    _moment("produced_at", nullable=True),
    _moment("delivered_at", nullable=True),
)

statistics = Table(
    "legal_statistics",
    metadata,
    _moment("since", primary_key=True),
    _moment("until"),
    Column("body", JSONB, nullable=False),
    _moment("closed_at"),
)
