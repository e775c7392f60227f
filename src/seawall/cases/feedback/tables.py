"""The table of feedback on commitments: ids, codes and times; every text is an item of the vault."""

from sqlalchemy import Column, DateTime, Index, Table, Text, text

from seawall.store import metadata

feedback = Table(
    "cases_feedback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("framework", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("contact", Text),
    Column("language", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("answered_by", Text),
    Column("answer", Text),
    Column("public", Text),
    Column("record", Text),
)
Index("cases_feedback_open_idx", feedback.c.id, postgresql_where=text("answered_at IS NULL"))
