"""Tables of access. Keys are stored hashed, credentials in the vault."""

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

from seawall.store import metadata

projects = Table(
    "access_projects",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("zero_retention", Boolean, nullable=False),
    Column("images_allowed", Boolean, nullable=False),
    Column("appends_notices", Boolean, nullable=False),
    Column("steer_share", Float, nullable=False),
    Column("country", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("archived_at", DateTime(timezone=True)),
)

models = Table(
    "access_models",
    metadata,
    Column("project", Text, ForeignKey("access_projects.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("api", Text, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("timeout_s", Float, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("credential", Text),
)

keys = Table(
    "access_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project", Text, ForeignKey("access_projects.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("prefix", Text, nullable=False),
    Column("zero_retention", Boolean),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)
# By when somebody confirms that a thing is still needed; roles have their own dates.
reviews = Table(
    "access_reviews",
    metadata,
    Column("source", Text, primary_key=True),
    Column("thing", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("review_at", DateTime(timezone=True), nullable=False),
)

Index("access_keys_project_idx", keys.c.project)
