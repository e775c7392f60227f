"""Tables of the outbox: where events go to, which there are, and each attempt to hand one over. Never what was sent.

An event is made of ids and codes in the transaction of what it tells of. What belongs to it is sent at least once,
always under the event's id.
"""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from seawall.store import metadata

endpoints = Table(
    "outbox_endpoints",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("secret", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("added_by", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    # The secret before, which signs beside the new one for a while.
    Column("earlier", Text),
    Column("earlier_until", DateTime(timezone=True)),
)
Index("outbox_endpoints_project_idx", endpoints.c.project, postgresql_where=text("ended_at IS NULL"))

events = Table(
    "outbox_events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("body", JSONB, nullable=False),
)
Index("outbox_events_about_idx", events.c.about, events.c.id)

# To an endpoint, or to an address that lies in the vault.
deliveries = Table(
    "outbox_deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("event", Text, ForeignKey("outbox_events.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("endpoint", Text, ForeignKey("outbox_endpoints.id")),
    Column("address", Text),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("again_at", DateTime(timezone=True)),
    Column("taken_at", DateTime(timezone=True)),
    Column("error", Text),
)
Index("outbox_deliveries_event_idx", deliveries.c.event, deliveries.c.id)
Index("outbox_deliveries_endpoint_idx", deliveries.c.endpoint, deliveries.c.id)
Index("outbox_deliveries_due_idx", deliveries.c.again_at, postgresql_where=text("state = 'waiting'"))
Index("outbox_deliveries_dead_idx", deliveries.c.id, postgresql_where=text("state = 'dead'"))

attempts = Table(
    "outbox_attempts",
    metadata,
    Column("delivery", Text, ForeignKey("outbox_deliveries.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("status", Integer),
    Column("error", Text),
)
