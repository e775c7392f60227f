"""Tables of privacy requests. Whoever asks is an account, a person here or a project, by id; texts lie in the vault."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from seawall.store import metadata

requests = Table(
    "access_privacy_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("wish", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subjects", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("checked", Text),
    Column("checked_by", Text),
    Column("checked_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("answer", JSONB(none_as_null=True)),
)
Index("access_privacy_requests_open_idx", requests.c.due_at, postgresql_where=text("closed_at IS NULL"))

# Accounts and projects from whose content nothing is learned.
opt_outs = Table(
    "access_opt_outs",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("request", Text, ForeignKey("access_privacy_requests.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# What somebody says is wrong in what is on record of them.
notes = Table(
    "access_privacy_notes",
    metadata,
    Column("item", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("request", Text, ForeignKey("access_privacy_requests.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
Index("access_privacy_notes_account_idx", notes.c.account)

# The periods that were in force, in order.
retention = Table(
    "access_retention",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("days", JSONB, nullable=False),
    Column("backups_kept_days", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
