"""Tables of access. Keys are stored hashed; credentials, and what an engagement is for, lie in the vault."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from seawall.store import metadata

organisations = Table(
    "access_organisations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("banned_at", DateTime(timezone=True)),
    Column("reason", Text),
)

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
    Column("organisation", Text, ForeignKey("access_organisations.id"), index=True),
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
    Column("limit_field", Text, nullable=False),
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

secrets = Table(
    "access_secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("retired_at", DateTime(timezone=True)),
)

Index("access_keys_project_idx", keys.c.project)

engagements = Table(
    "access_engagements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project", Text, ForeignKey("access_projects.id"), nullable=False),
    Column("organisation", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("owner", Text, ForeignKey("access_people.id"), nullable=False),
    Column("begins", DateTime(timezone=True), nullable=False),
    Column("ends", DateTime(timezone=True), nullable=False),
    Column("models", ARRAY(Text), nullable=False),
    Column("addresses", ARRAY(Text), nullable=False),
    Column("request_budget", BigInteger),
    Column("token_budget", BigInteger),
    Column("safeguards", Boolean, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_why", Text),
)

testers = Table(
    "access_testers",
    metadata,
    Column("engagement", Text, ForeignKey("access_engagements.id"), primary_key=True),
    Column("person", Text, ForeignKey("access_people.id"), primary_key=True),
    Column("checked", Text, nullable=False),
    Column("validated_by", Text, nullable=False),
    Column("validated_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
)

tester_keys = Table(
    "access_tester_keys",
    metadata,
    Column("key", Text, ForeignKey("access_keys.id"), primary_key=True),
    Column("engagement", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("request_budget", BigInteger),
    Column("token_budget", BigInteger),
    ForeignKeyConstraint(["engagement", "person"], ["access_testers.engagement", "access_testers.person"]),
)
Index("access_tester_keys_engagement_idx", tester_keys.c.engagement)

# What was used, of an engagement and of each of its keys, by the id of either.
usage = Table(
    "access_tester_usage",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
)

# Every change of the safeguards; an approval lifts them once.
safeguards = Table(
    "access_tester_safeguards",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("engagement", Text, ForeignKey("access_engagements.id"), nullable=False),
    Column("safeguards", Boolean, nullable=False),
    Column("approval", Text, ForeignKey("access_requests.id"), unique=True),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
