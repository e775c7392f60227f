"""Tables of the audit: an index beside the ledger, made from it, and where records flow to."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from seawall.store import metadata

entries = Table(
    "audit_entries",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
)
Index("audit_entries_kind_idx", entries.c.kind, entries.c.sequence)
Index("audit_entries_actor_idx", entries.c.actor, entries.c.sequence)
Index("audit_entries_at_idx", entries.c.at)

subjects = Table(
    "audit_subjects",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
)

indexed = Table(
    "audit_indexed",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("next", BigInteger, nullable=False),
)

# What was looked for in the last quarter of an hour, and by whom, as digests.
searches = Table(
    "audit_searches",
    metadata,
    Column("search", LargeBinary, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
Index("audit_searches_at_idx", searches.c.at)

streams = Table(
    "audit_streams",
    metadata,
    Column("id", Text, primary_key=True),
    Column("way", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("secret", Text),
    Column("authority", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("previous", BigInteger),
    Column("sent", BigInteger, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("again_at", DateTime(timezone=True)),
)
