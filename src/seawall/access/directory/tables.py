"""Tables of directories, their tokens, and what they provision. What is said of people lies in the vault."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text

from seawall.store import metadata

directories = Table(
    "access_directories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", Text, ForeignKey("access_people.id"), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
Index("access_directories_name_idx", directories.c.name, unique=True, postgresql_where=directories.c.ended_at.is_(None))

tokens = Table(
    "access_directory_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("directory", Text, ForeignKey("access_directories.id"), nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("issued_by", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)
Index("access_directory_tokens_directory_idx", tokens.c.directory)

# Rows stay after a deletion, so that somebody who comes again is the same person.
members = Table(
    "access_directory_people",
    metadata,
    Column("id", Text, ForeignKey("access_people.id"), primary_key=True),
    Column("directory", Text, ForeignKey("access_directories.id"), nullable=False),
    # Keyed digests of userName and externalId: they are found by them, and the database cannot be read for them.
    Column("name_key", LargeBinary, nullable=False),
    Column("external_key", LargeBinary),
    Column("profile", Text, nullable=False),
    Column("says_active", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("deleted_at", DateTime(timezone=True)),
)
_LIVE = members.c.deleted_at.is_(None)
Index(
    "access_directory_people_name_idx",
    members.c.directory, members.c.name_key, unique=True, postgresql_where=_LIVE,
)  # fmt: skip
Index(
    "access_directory_people_external_idx",
    members.c.directory, members.c.external_key, unique=True, postgresql_where=_LIVE,
)  # fmt: skip
Index(
    "access_directory_people_gone_idx",
    members.c.directory, members.c.name_key, postgresql_where=members.c.deleted_at.is_not(None),
)  # fmt: skip

groups = Table(
    "access_groups",
    metadata,
    Column("id", Text, primary_key=True),
    Column("directory", Text, ForeignKey("access_directories.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", LargeBinary, nullable=False),
    Column("external_id", Text),
    Column("external_key", LargeBinary),
    Column("version", BigInteger, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
Index("access_groups_name_idx", groups.c.directory, groups.c.name_key)

in_groups = Table(
    "access_group_members",
    metadata,
    Column("group", Text, ForeignKey("access_groups.id", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, ForeignKey("access_people.id"), primary_key=True),
)
Index("access_group_members_person_idx", in_groups.c.person)

group_roles = Table(
    "access_group_roles",
    metadata,
    Column("group", Text, ForeignKey("access_groups.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("mapped_by", Text, nullable=False),
    Column("mapped_at", DateTime(timezone=True), nullable=False),
)
