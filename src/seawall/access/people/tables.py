"""Tables of people, what they prove themselves with, and their sessions. Names and addresses lie in the vault."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from seawall.store import metadata


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _whose(**options: Any) -> Column[Any]:
    return Column("person", Text, ForeignKey("access_people.id"), nullable=False, **options)


people = Table(
    "access_people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    # The human being behind it: of a second account and of a service account, whoever answers for it.
    Column("human", Text, ForeignKey("access_people.id"), nullable=False),
    Column("handle", LargeBinary, unique=True),
    Column("profile", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("vouched_by", Text),
    _moment("added_at"),
    _moment("active_since", nullable=True),
    Column("deactivated_by", Text),
)
Index("access_people_human_idx", people.c.human)

grants = Table(
    "access_grants",
    metadata,
    Column("id", Text, primary_key=True),
    _whose(),
    Column("role", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("vouched_by", Text),
    _moment("granted_at"),
    _moment("review_at"),
    _moment("withdrawn_at", nullable=True),
)
Index(
    "access_grants_held_idx",
    grants.c.person,
    grants.c.role,
    unique=True,
    postgresql_where=grants.c.withdrawn_at.is_(None),
)

passwords = Table(
    "access_passwords",
    metadata,
    _whose(primary_key=True),
    Column("hash", Text, nullable=False),
    _moment("set_at"),
)

totp = Table(
    "access_totp",
    metadata,
    _whose(primary_key=True),
    Column("id", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    _moment("begun_at"),
    _moment("enrolled_at", nullable=True),
)

recovery_codes = Table(
    "access_recovery_codes",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    _whose(),
    _moment("issued_at"),
    _moment("used_at", nullable=True),
)
Index("access_recovery_codes_person_idx", recovery_codes.c.person)

passkeys = Table(
    "access_passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    _whose(),
    Column("name", Text, nullable=False),
    Column("credential", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("vouched_by", Text),
    _moment("enrolled_at"),
    _moment("used_at", nullable=True),
    _moment("removed_at", nullable=True),
)
Index("access_passkeys_person_idx", passkeys.c.person)

challenges = Table(
    "access_challenges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("person", Text, ForeignKey("access_people.id")),
    Column("challenge", LargeBinary, nullable=False),
    _moment("ends_at"),
)

attempts = Table(
    "access_attempts",
    metadata,
    _whose(primary_key=True),
    Column("way", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    _moment("since"),
    _moment("locked_until", nullable=True),
)

links = Table(
    "access_links",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False),
    _whose(),
    Column("loopback_only", Boolean, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("vouched_by", Text),
    _moment("issued_at"),
    _moment("ends_at"),
    _moment("used_at", nullable=True),
)

sessions = Table(
    "access_sessions",
    metadata,
    Column("id", Text, primary_key=True),
    _whose(),
    Column("token", LargeBinary, nullable=False, unique=True),
    Column("previous", LargeBinary, unique=True),
    Column("bound_to", LargeBinary, nullable=False),
    Column("proofs", JSONB, nullable=False),
    Column("vouched_by", Text),
    _moment("begun_at"),
    _moment("seen_at"),
    _moment("rotated_at"),
    _moment("ends_at"),
    _moment("ended_at", nullable=True),
    Column("ended_why", Text),
)
Index("access_sessions_live_idx", sessions.c.person, postgresql_where=sessions.c.ended_at.is_(None))

tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    _whose(),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("owner", Text, ForeignKey("access_people.id"), nullable=False),
    Column("made_by", Text, nullable=False),
    _moment("made_at"),
    _moment("ends_at"),
    _moment("used_at", nullable=True),
    _moment("ended_at", nullable=True),
    Column("ended_why", Text),
)
Index("access_tokens_person_idx", tokens.c.person)
