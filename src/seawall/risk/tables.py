"""Tables of releases: what is proposed, what was decided, and documents by digest. Content is in the vault alone."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from seawall.store import metadata

releases = Table(
    "risk_releases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("applies", Text, nullable=False),
    Column("risk", Text, nullable=False),
    Column("conditions", ARRAY(Text), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_human", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("statement", Text),
    Column("missing", ARRAY(Text), nullable=False),
    Column("record", Text),
    Column("reason", Text),
    Column("reason_code", Text),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", DateTime(timezone=True)),
)
# One proposal at a time: a second one would be a second chance.
Index(
    "risk_releases_proposed_idx",
    releases.c.model,
    releases.c.version,
    releases.c.applies,
    unique=True,
    postgresql_where=text("state = 'proposed'"),
)

documents = Table(
    "risk_documents",
    metadata,
    Column("release", Text, ForeignKey("risk_releases.id"), primary_key=True),
    Column("title", Text, primary_key=True),
    Column("part", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    # None where it is a document that the hub publishes, which is known by its digest.
    Column("item", Text),
)
