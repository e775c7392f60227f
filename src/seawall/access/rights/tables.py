"""Tables of rules: those that were in force, by their digest, and the files of those that were handed in."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Table, Text

from seawall.store import metadata

texts = Table(
    "access_rights_texts",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

in_force = Table(
    "access_rights",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("digest", Text, nullable=False),
    Column("texts", Text, ForeignKey("access_rights_texts.digest"), nullable=False),
    # False where the host's files say so, and nobody was asked.
    Column("approved", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
