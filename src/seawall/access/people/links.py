"""One-time sign-in links: stored hashed, good for ten minutes, once. Some only from the machine itself."""

import secrets
from datetime import timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import func, insert, select, update

from seawall.access.people import people as known_people
from seawall.access.people.edges import Edges
from seawall.access.people.model import Person, PersonInactive, Profile
from seawall.access.people.proofs import Attempted, Proof, SignInRefused, Way
from seawall.access.people.roles import grant
from seawall.access.people.tables import links, people
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId, new_id
from seawall.vocabulary.records.people import SignInLinkIssued

GOOD_FOR = timedelta(minutes=10)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is shown once. `token` goes into a form that is posted, never into a log."""

    person: PersonId
    token: str
    loopback_only: bool


def issue_link(tx: Transaction, edges: Edges, person: str, *, by: str, loopback_only: bool = False) -> Link:
    """Make a link with which a person signs in; links of theirs that were not used end. Raises NoSuchPerson."""
    known = known_people.find(tx, person)
    if not known.active:
        raise PersonInactive(person)
    token, now = secrets.token_urlsafe(32), edges.clock()
    open_links = (links.c.person == known.id) & links.c.used_at.is_(None)
    tx.execute(update(links).where(open_links).values(ends_at=func.least(links.c.ends_at, now)))
    row = {"id": new_id("li"), "hash": _digest(token), "person": known.id, "loopback_only": loopback_only}
    row |= {"issued_by": by, "vouched_by": known_people.human_of(tx, by), "issued_at": now, "ends_at": now + GOOD_FOR}
    tx.execute(insert(links).values(row))
    until = (now + GOOD_FOR).isoformat()
    edges.record(
        tx, SignInLinkIssued(person=known.id, link=str(row["id"]), loopback_only=loopback_only, ends_at=until, by=by)
    )
    return Link(person=known.id, token=token, loopback_only=loopback_only)


def first_link(tx: Transaction, edges: Edges, *, embedded: bool) -> Link | None:
    """Return a link for the first administrator of a new data directory, from this machine only.

    None where the database is another's (`SEAWALL_DATABASE_URL`) or anybody has an account already.
    """
    if not embedded:
        return None
    # Two processes that start at once make one administrator.
    tx.exec_driver_sql("LOCK TABLE access_people IN EXCLUSIVE MODE")
    if tx.scalar(select(func.count()).select_from(people)):
        return None
    first = known_people.add(tx, edges, Profile(name="First administrator"), by="host:first_start")
    grant(tx, edges, first.id, "administrator", by="host:first_start")
    return issue_link(tx, edges, first.id, by="host:first_start", loopback_only=True)


def consume_link(tx: Transaction, edges: Edges, token: str, *, from_loopback: bool) -> Attempted:
    """Return the proof that somebody had a link, which is used up, or the refusal. One that may not be used stays."""
    now = edges.clock()
    usable = (links.c.hash == _digest(token)) & links.c.used_at.is_(None) & (links.c.ends_at > now)
    if not from_loopback:
        usable &= links.c.loopback_only.is_(False)
    row = tx.execute(update(links).where(usable).values(used_at=now).returning(links)).first()
    if row is None or not known_people.find(tx, row.person).active:
        return SignInRefused(
            "This link was used, has run out or is not for here.", hint="It is good once, for ten minutes."
        )
    return Proof(person=row.person, way=Way.LINK, at=now, factor=row.id, vouched_by=row.vouched_by)


def end_links(tx: Transaction, edges: Edges, person: Person, by: str) -> None:
    """Let no link of a person be used any more."""
    unused = (links.c.person == person.id) & links.c.used_at.is_(None)
    tx.execute(update(links).where(unused).values(ends_at=func.least(links.c.ends_at, edges.clock())))


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
