"""Tables of investigations. Ids, closed words, keyed digests and times; never what anybody wrote.

All that was learned of an exchange hangs on `investigations_exchanges`, and that on the items of the vault: whatever
erases content erases it from every search. `investigations_vectors` is there where PostgreSQL has pgvector; it is made
by the migration alone (see `vectors`).
"""

from sqlalchemy import (
    REAL,
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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from seawall.store import metadata

exchanges = Table(
    "investigations_exchanges",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("api", Text, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("input_item", Text, ForeignKey("vault_items.id", ondelete="CASCADE")),
    Column("output_item", Text, ForeignKey("vault_items.id", ondelete="CASCADE")),
    Index("investigations_exchanges_account_idx", "account", "exchange"),
    Index("investigations_exchanges_key_idx", "key", "exchange"),
    Index("investigations_exchanges_input_item_idx", "input_item"),
    Index("investigations_exchanges_output_item_idx", "output_item"),
)

# What an exchange is found by: category, detector, release, tool and network, the last two as keyed digests.
traits = Table(
    "investigations_traits",
    metadata,
    Column("what", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("exchange", Text, ForeignKey("investigations_exchanges.exchange", ondelete="CASCADE"), primary_key=True),
    Column("score", REAL, nullable=False),
    Index("investigations_traits_exchange_idx", "exchange"),
)

indexed = Table(
    "investigations_indexed",
    metadata,
    Column("name", Text, primary_key=True),
    Column("reached", Text, nullable=False),
)

investigations = Table(
    "investigations_investigations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name_item", Text, nullable=False),
    Column("readers", ARRAY(Text)),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_by", Text),
    Column("closed_at", DateTime(timezone=True)),
)

events = Table(
    "investigations_events",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("investigation", Text, ForeignKey("investigations_investigations.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("told", JSONB, nullable=False),
    Column("item", Text),
    Index("investigations_events_investigation_idx", "investigation", "seq"),
    Index("investigations_events_viewed_idx", "by", "at", postgresql_where=text("what = 'viewed'")),
)

pins = Table(
    "investigations_pins",
    metadata,
    Column("investigation", Text, ForeignKey("investigations_investigations.id"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("thing", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

searches = Table(
    "investigations_searches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("investigation", Text, ForeignKey("investigations_investigations.id"), nullable=False),
    Column("how", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("like", Text, nullable=False),
    # What was typed: an item of the vault.
    Column("item", Text),
    Column("since", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True)),
    Column("project", Text),
    Column("least", REAL, nullable=False),
    # Whether it also looked at what only reviewers of child safety may see.
    Column("sealed", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("reached", Text, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("hits", BigInteger, nullable=False),
    Column("whole", Boolean, nullable=False),
    Index("investigations_searches_investigation_idx", "investigation", "id"),
)

hits = Table(
    "investigations_hits",
    metadata,
    Column("search", Text, ForeignKey("investigations_searches.id"), primary_key=True),
    Column("exchange", Text, ForeignKey("investigations_exchanges.exchange", ondelete="CASCADE"), primary_key=True),
    Index("investigations_hits_exchange_idx", "exchange"),
)

rescreenings = Table(
    "investigations_rescreenings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("releases", ARRAY(Text), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("project", Text),
    Column("started_by", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("reached", Text, nullable=False),
    Column("screened", BigInteger, nullable=False),
    Column("unreadable", BigInteger, nullable=False),
)

# Exchanges that the detectors or the policy of now see otherwise, or in which anything was found.
rescreened = Table(
    "investigations_rescreened",
    metadata,
    Column("rescreening", Text, ForeignKey("investigations_rescreenings.id"), primary_key=True),
    Column("exchange", Text, ForeignKey("investigations_exchanges.exchange", ondelete="CASCADE"), primary_key=True),
    Column("account", Text, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("appeared", ARRAY(Text), nullable=False),
    Column("gone", ARRAY(Text), nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("case", Text),
    Index("investigations_rescreened_exchange_idx", "exchange"),
)
