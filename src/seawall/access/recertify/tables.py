"""Tables of campaigns and of what they ask."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Table, Text, text

from seawall.store import metadata

campaigns = Table(
    "access_campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("begun_by", Text, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("deadline", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
)

items = Table(
    "access_campaign_items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("campaign", Text, ForeignKey("access_campaigns.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("thing", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("orphaned", Boolean, nullable=False),
    Column("review_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("reminded_at", DateTime(timezone=True)),
)
Index("access_campaign_items_campaign_idx", items.c.campaign, items.c.id)
Index(
    "access_campaign_items_open_idx",
    items.c.source,
    items.c.thing,
    unique=True,
    postgresql_where=text("state = 'open'"),
)
