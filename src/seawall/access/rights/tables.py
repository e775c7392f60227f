"""The table of rules that were in force, by their digest."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text

from seawall.store import metadata

in_force = Table(
    "access_rights",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("digest", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
