"""Tables of accounts: what was done, in order, what it counted, and what the standing became.

`enforce_acts` is the order that matters: its numbers are given under the lock of the account. `enforce_accounts`
holds the standing that follows from it, so that nobody needs to climb the ladder to read it. Weights are in
thousandths, so that sums do not depend on their order. No text, no identifier of an end user.
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
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from seawall.store import metadata

accounts = Table(
    "enforce_accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("has_end_user", Boolean, nullable=False),
    Column("first_seen", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("until", DateTime(timezone=True)),
    Column("per_minute", Integer),
    Column("weight", BigInteger, nullable=False),
    # What holds now and what is left once that has run out, gravest first.
    Column("timeline", JSONB, nullable=False),
    Column("clear_at", DateTime(timezone=True)),
    Column("counts_from", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("enforce_accounts_not_good_idx", "id", postgresql_where=text("state <> 'good'")),
    Index("enforce_accounts_key_idx", "key", "id"),
    Index("enforce_accounts_project_idx", "project", "id"),
)

# A ladder as it was when it was climbed: a reversal climbs the same one again.
ladders = Table(
    "enforce_ladders",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", JSONB, nullable=False),
)

acts = Table(
    "enforce_acts",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("account", Text, ForeignKey("enforce_accounts.id"), nullable=False),
    Column("decision", Text, unique=True),
    Column("exchange", Text),
    Column("measure", Text),
    Column("because", ARRAY(Text), nullable=False),
    Column("sanction", JSONB(none_as_null=True)),
    Column("clears", Boolean, nullable=False),
    Column("ladder", Text, ForeignKey("enforce_ladders.digest")),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text),
    Column("reason_code", Text),
    Column("reversed_at", DateTime(timezone=True)),
    Column("reversed_by", Text),
    Column("reversal_code", Text),
    # What it brought that did not show at once, as something graver held: see `climb.Masked`.
    Column("masked", JSONB(none_as_null=True)),
    Column("masked_reversed_at", DateTime(timezone=True)),
    Index("enforce_acts_account_idx", "account", "seq"),
)

strikes = Table(
    "enforce_strikes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("act", BigInteger, ForeignKey("enforce_acts.seq"), nullable=False),
    Column("account", Text, ForeignKey("enforce_accounts.id"), nullable=False),
    Column("decision", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("weight", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("reversed_at", DateTime(timezone=True)),
    Index("enforce_strikes_account_idx", "account", "act"),
)

changes = Table(
    "enforce_standing_changes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("enforce_accounts.id"), nullable=False),
    Column("act", BigInteger, ForeignKey("enforce_acts.seq"), nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("decision", Text),
    Column("step_weight", BigInteger),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True)),
    Column("per_minute", Integer),
    Column("limits", ARRAY(Text), nullable=False, server_default="{}"),
    Column("by", Text),
    Column("reason_code", Text),
    Column("reversed_at", DateTime(timezone=True)),
    Index("enforce_standing_changes_account_idx", "account", "act"),
)

labels = Table(
    "enforce_labels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("enforce_accounts.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("by", Text),
    # The decision of a rule; what a person did has none.
    Column("decision", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Text),
    Column("end_code", Text),
    Column("reversed_at", DateTime(timezone=True)),
    Index("enforce_labels_account_idx", "account", "id"),
    Index("enforce_labels_name_idx", "name", "account", postgresql_where=text("ended_at IS NULL")),
    Index("enforce_labels_decision_idx", "decision", postgresql_where=text("decision IS NOT NULL")),
)

# What an account pays with or uses, as a keyed digest: accounts of one digest are linked.
references = Table(
    "enforce_references",
    metadata,
    Column("account", Text, ForeignKey("enforce_accounts.id"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("enforce_references_digest_idx", "digest", "what", "account"),
)
