"""Tables of sign-in through others. Of states, codes and token ids only digests are kept."""

from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from seawall.store import metadata


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


# Sign-ins that came back: none comes back twice. One that was begun is in its browser alone.
spent = Table(
    "access_sign_ins",
    metadata,
    Column("state", LargeBinary, primary_key=True),
    _moment("ends_at"),
)
Index("access_sign_ins_ends_idx", spent.c.ends_at)

# Who is whom at a provider. The subject is a keyed digest: it may be an address.
identities = Table(
    "access_identities",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("person", Text, ForeignKey("access_people.id"), nullable=False),
    _moment("tied_at"),
    _moment("used_at"),
)
Index("access_identities_subject_idx", identities.c.issuer, identities.c.subject, unique=True)
Index("access_identities_person_idx", identities.c.person, identities.c.issuer, unique=True)

# Which session came from which one of the provider, so that it can end it.
provider_sessions = Table(
    "access_provider_sessions",
    metadata,
    Column("session", Text, ForeignKey("access_sessions.id"), primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("sid", LargeBinary),
)
Index("access_provider_sessions_subject_idx", provider_sessions.c.issuer, provider_sessions.c.subject)
Index("access_provider_sessions_sid_idx", provider_sessions.c.issuer, provider_sessions.c.sid)

logouts = Table(
    "access_provider_logouts",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("jti", LargeBinary, primary_key=True),
    _moment("ends_at"),
)

devices = Table(
    "access_devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("device_code", LargeBinary, nullable=False, unique=True),
    Column("user_code", LargeBinary, nullable=False, unique=True),
    Column("program", Text, nullable=False),
    Column("bound_to", LargeBinary, nullable=False),
    Column("asked_from", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("person", Text, ForeignKey("access_people.id")),
    # The session that is to be proven anew; none where a new one is to begin.
    Column("session", Text, ForeignKey("access_sessions.id")),
    Column("proof", JSONB),
    Column("interval_s", Integer, nullable=False),
    _moment("asked_at"),
    _moment("polled_at", nullable=True),
    _moment("ends_at"),
)
Index("access_devices_ends_idx", devices.c.ends_at)
