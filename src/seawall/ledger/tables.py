"""Tables of the ledger. The secret of a record opens its commitment: these rows are as private as what they state."""

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from seawall.store import metadata

records = Table(
    "ledger_records",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Column("sequence", BigInteger, unique=True),
)
Index("ledger_records_unsequenced_idx", records.c.id, postgresql_where=text("sequence IS NULL"))
Index("ledger_records_kind_idx", records.c.kind, records.c.id)
# Records come nearly in the order of their time: this finds those of a period and costs next to nothing.
Index("ledger_records_at_idx", records.c.at, postgresql_using="brin")

leaves = Table(
    "ledger_leaves",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("exchange", Text, nullable=False, unique=True),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

batches = Table(
    "ledger_batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("record", Text, nullable=False),
    Column("size", Integer, nullable=False),
)

state = Table(
    "ledger_state",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("releases", Integer, nullable=False),
    Column("released_to", BigInteger, nullable=False),
    Column("ends", ARRAY(BigInteger), nullable=False, server_default="{}"),
)
