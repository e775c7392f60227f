"""The table of the room: numbers that were closed, so that a period is closed once. The ledger has the same."""

from sqlalchemy import Column, DateTime, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from seawall.store import metadata

closings = Table(
    "metrics_closings",
    metadata,
    Column("record", Text, primary_key=True),
    Column("period", Text, nullable=False),
    Column("corrects", Text),
    Column("definitions", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("numbers", JSONB, nullable=False),
)
Index("metrics_closings_once_idx", closings.c.period, unique=True, postgresql_where=text("corrects IS NULL"))
Index("metrics_closings_period_idx", closings.c.period, closings.c.record)
