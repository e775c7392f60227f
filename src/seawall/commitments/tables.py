"""Tables of commitments: how far each rule has read and what it found, the states that are on record, activities.

What a rule found can be made again from the ledger at any time. The words of an activity stand in its row alone, so
that they can be erased.
"""

from sqlalchemy import BigInteger, Column, Date, DateTime, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from seawall.store import metadata

rules = Table(
    "commitments_rules",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("newest", JSONB, nullable=False),
)

# One thing of a rule that asks for another of every one: when it was wanted and by which record, when it was had.
pairs = Table(
    "commitments_pairs",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("wanted_record", Text),
    Column("wanted_at", DateTime(timezone=True)),
    Column("had_record", Text),
    Column("had_at", DateTime(timezone=True)),
)
Index(
    "commitments_pairs_open_idx",
    pairs.c.rule,
    pairs.c.wanted_at,
    postgresql_where=text("had_at IS NULL AND wanted_at IS NOT NULL"),
)

states = Table(
    "commitments_states",
    metadata,
    Column("what", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("record", Text, nullable=False),
)

registers = Table(
    "commitments_registers",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("digest", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

activities = Table(
    "commitments_activities",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("document_name", Text, nullable=False),
    Column("document_digest", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("record", Text, nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_by", Text),
    Column("reason_code", Text),
)
Index("commitments_activities_practice_idx", activities.c.practice, activities.c.id)
