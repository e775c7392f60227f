"""Tables of the hub: texts for the public by digest, the order in which they were published, editions of the site."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from seawall.store import metadata

# The bytes as they were handed in: the digest is of them.
texts = Table(
    "hub_texts",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("source", LargeBinary, nullable=False),
)

versions = Table(
    "hub_versions",
    metadata,
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Text, ForeignKey("hub_texts.digest"), nullable=False),
    Column("dated", Date, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("document", "version"),
)

editions = Table(
    "hub_editions",
    metadata,
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("record", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
)

# Where editions are published to beside this installation, by the names of the settings.
deliveries = Table(
    "hub_deliveries",
    metadata,
    Column("target", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("shown", Text),
    Column("begun", Text),
    Column("delivered_at", DateTime(timezone=True)),
)
