"""Tables of published policies: documents by digest, and the order in which they were published."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, Table, Text

from seawall.store import metadata

# The canonical JSON as text: its bytes are what the digest is of, and a jsonb would not keep them.
documents = Table(
    "policy_documents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

versions = Table(
    "policy_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, ForeignKey("policy_documents.digest"), nullable=False),
    Column("name", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
)
