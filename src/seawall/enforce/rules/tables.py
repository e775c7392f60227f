"""Tables of rules about accounts: what they count, which ones are in force, what they did.

A trigger is one decision on an exchange; its numbers are the order in which accounts were looked at. A sighting is a
category on one side of one exchange, and one more under the name `any`, so that every count is a range of an index.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from seawall.store import metadata

triggers = Table(
    "enforce_triggers",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("decision", Text, nullable=False, unique=True),
    Column("exchange", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("project", Text, nullable=False),
    # The exchange's moment, from which windows are counted, and when its account was looked at.
    Column("at", DateTime(timezone=True), nullable=False),
    Column("entered_at", DateTime(timezone=True), nullable=False),
    Index("enforce_triggers_at_idx", "at"),
)

sightings = Table(
    "enforce_sightings",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("trigger", BigInteger, ForeignKey("enforce_triggers.seq", ondelete="CASCADE"), nullable=False),
    Column("decision", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sure", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("enforce_sightings_account_idx", "account", "side", "category", "at", "trigger", "sure"),
    Index("enforce_sightings_key_idx", "key", "side", "category", "at", "trigger", "sure", "account"),
    Index("enforce_sightings_decision_idx", "decision"),
    Index("enforce_sightings_trigger_idx", "trigger"),
)

rule_documents = Table(
    "enforce_rule_documents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

rule_versions = Table(
    "enforce_rule_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, ForeignKey("enforce_rule_documents.digest"), nullable=False),
    Column("by", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
)

# What a draft would have done, as whoever agreed to it saw it.
rule_previews = Table(
    "enforce_rule_previews",
    metadata,
    Column("digest", Text, ForeignKey("enforce_rule_documents.digest"), primary_key=True),
    Column("body", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# `outcome` is acted, would_have or failed; `decision` is that of an act.
firings = Table(
    "enforce_firings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("trigger", BigInteger, ForeignKey("enforce_triggers.seq"), nullable=False),
    Column("rule", Text, nullable=False),
    Column("version", Integer, ForeignKey("enforce_rule_versions.version"), nullable=False),
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("error", Text),
    Column("decision", Text, unique=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reversed_at", DateTime(timezone=True)),
    UniqueConstraint("trigger", "rule"),
    Index("enforce_firings_account_idx", "account", "rule", "at"),
    Index("enforce_firings_key_idx", "key", "at"),
    Index("enforce_firings_exchange_idx", "exchange"),
    Index("enforce_firings_rule_idx", "rule", "at"),
)
