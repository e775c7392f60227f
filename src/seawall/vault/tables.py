"""Tables of the vault: ciphertext, who it is about, and until when. No content, no digest of content.

`vault_items.wrapping_key` references `vault_keys`, and an open hold references its item: PostgreSQL itself refuses
to drop a key that is needed or an item that is held, whoever asks.
"""

from sqlalchemy import Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text, text

from seawall.store import metadata

keys = Table(
    "vault_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("retention", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
    Index("vault_keys_current_idx", "retention", "period", unique=True, postgresql_where=text("retired_at IS NULL")),
)

items = Table(
    "vault_items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("retention", Text, nullable=False),
    Column("wrapping_key", Text, ForeignKey("vault_keys.id"), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Index("vault_items_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("vault_items_key_idx", "wrapping_key", "id"),
    Index("vault_items_owner_idx", "owner"),
)

holds = Table(
    "vault_holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("item", Text, nullable=False),
    # The item while the hold stands, then NULL: the foreign key is what makes a hold beat every deletion.
    Column("binds", Text, ForeignKey("vault_items.id")),
    Column("reason_item", Text, ForeignKey("vault_items.id", ondelete="SET NULL")),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("released_by", Text),
    Column("released_at", DateTime(timezone=True)),
    Index("vault_holds_binds_idx", "binds"),
    Index("vault_holds_reason_item_idx", "reason_item"),
)

erasures = Table(
    "vault_erasures",
    metadata,
    Column("item", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason_code", Text, nullable=False),
)

doomed = Table(
    "vault_doomed",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
