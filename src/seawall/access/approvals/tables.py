"""Tables of requests that ask for other people, their votes, reviews after glass was broken, who was told of it."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from seawall.store import metadata

requests = Table(
    "access_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("resource_kind", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("readers", ARRAY(Text)),
    Column("digest", LargeBinary, nullable=False),
    Column("rights_digest", Text, nullable=False),
    Column("requester", Text, ForeignKey("access_people.id"), nullable=False),
    Column("human", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # An item of the vault; None for requests from before it was kept, which nobody can carry out any more.
    Column("parameters", Text),
    Column("state", Text, nullable=False),
    Column("glass", Boolean, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
)
# One open request on a thing for one action: a second one would be a second chance.
Index(
    "access_requests_open_idx",
    requests.c.action,
    requests.c.resource_kind,
    requests.c.resource_id,
    unique=True,
    postgresql_where=text("state IN ('waiting', 'approved')"),
)

Index("access_requests_requester_idx", requests.c.requester, requests.c.id)
# Every page of the console asks whether somebody acts alone.
Index("access_requests_glass_idx", requests.c.asked_at, postgresql_where=requests.c.glass)

votes = Table(
    "access_votes",
    metadata,
    Column("request", Text, ForeignKey("access_requests.id"), primary_key=True),
    Column("human", Text, primary_key=True),
    Column("person", Text, ForeignKey("access_people.id"), nullable=False),
    Column("passkey", Text, ForeignKey("access_passkeys.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("approves", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

reviews = Table(
    "access_glass_reviews",
    metadata,
    Column("request", Text, ForeignKey("access_requests.id"), primary_key=True),
    Column("human", Text, primary_key=True),
    Column("person", Text, ForeignKey("access_people.id"), nullable=False),
    Column("justified", Boolean, nullable=False),
    Column("words", Text),
    Column("at", DateTime(timezone=True), nullable=False),
)

alarms = Table(
    "access_alarms",
    metadata,
    Column("request", Text, ForeignKey("access_requests.id"), primary_key=True),
    Column("person", Text, ForeignKey("access_people.id"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True)),
)
