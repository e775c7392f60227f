"""Who it is that a provider vouches for: known, tied by their verified address, added, or refused; and their roles.

A role that a provider gave, it takes: roles that people gave stay as they are.
"""

from typing import Any

from sqlalchemy import Row, insert, select, update

from seawall.access.people import Kind, Person, Proof, SignInRefused, Source, Way, people, roles
from seawall.access.people.edges import Edges
from seawall.access.people.model import Profile
from seawall.access.people.proofs import Attempted
from seawall.access.sign_in.provider import Provider
from seawall.access.sign_in.tables import identities, provider_sessions
from seawall.store import Transaction
from seawall.vocabulary.ids import new_id
from seawall.vocabulary.records.sign_in import IdentityTied, ProviderSignInRefused

_NAMES = ("name", "preferred_username", "email", "sub")
_LONGEST_NAME = 200


def admit(tx: Transaction, edges: Edges, provider: Provider, claims: dict[str, Any]) -> Attempted:
    """Return the proof that checked claims are of a person, or the refusal, which is recorded."""
    address = _address(claims)
    if provider.email_domains and address.rpartition("@")[2] not in {
        each.casefold() for each in provider.email_domains
    }:
        return refused(tx, edges, provider, "other_domain" if address else "address_not_verified")
    row = _identity(tx, edges, provider, claims["sub"])
    person = people.find(tx, row.person) if row is not None else _tied(tx, edges, provider, claims, address)
    if person is None or not person.active or person.kind is not Kind.PERSON:
        return refused(tx, edges, provider, "nobody_known" if person is None else "person_inactive")
    identity = _tie(tx, edges, provider, person, claims["sub"]) if row is None else _used(tx, edges, row)
    _give(tx, edges, provider, person, claims.get(provider.group_claim))
    return Proof(person=person.id, way=Way.PROVIDER, at=edges.clock(), factor=identity)


def refused(tx: Transaction, edges: Edges, provider: Provider, reason_code: str) -> SignInRefused:
    """Record that a provider's word was not taken, and return the refusal."""
    edges.record(tx, ProviderSignInRefused(provider=provider.name, reason_code=reason_code))
    return SignInRefused(
        "This account has no way in here.",
        hint="Ask whoever looks after Seawall; the record of this moment says what is against it.",
    )


def remember(tx: Transaction, edges: Edges, provider: Provider, session: str, claims: dict[str, Any]) -> None:
    """Note which session here came from which one of the provider, so that it can end it."""
    sid = claims.get("sid")
    row = {"session": session, "issuer": provider.issuer, "subject": subject(edges, provider, claims["sub"])}
    known = edges.lasting("sid", f"{provider.issuer}\0{sid}") if isinstance(sid, str) else None
    tx.execute(insert(provider_sessions).values(row | {"sid": known}))


def subject(edges: Edges, provider: Provider, sub: str) -> bytes:
    """Return what is kept of a provider's name for somebody."""
    return edges.lasting("subject", f"{provider.issuer}\0{sub}")


def _address(claims: dict[str, Any]) -> str:
    """Return the address that the provider verified; empty where it did not say so."""
    found = claims.get("email")
    return found.strip().casefold() if isinstance(found, str) and claims.get("email_verified") is True else ""


def _identity(tx: Transaction, edges: Edges, provider: Provider, sub: str) -> Row[Any] | None:
    mine = (identities.c.issuer == provider.issuer) & (identities.c.subject == subject(edges, provider, sub))
    return tx.execute(select(identities).where(mine)).first()


def _tied(tx: Transaction, edges: Edges, provider: Provider, claims: dict[str, Any], address: str) -> Person | None:
    """Return whose verified address it is, where that may be believed, or a new person where that may be."""
    person = people.find_by_address(tx, edges, address)
    if person is None:
        return _added(tx, edges, provider, claims, address) if provider.adds_unknown and address else None
    believed = person.source is Source.DIRECTORY or (person.source is Source.LOCAL and provider.ties_local)
    # An address that somebody else has now at the provider, as after a change of staff, leads to nobody.
    taken = select(identities.c.id).where(identities.c.person == person.id, identities.c.issuer == provider.issuer)
    return person if believed and tx.execute(taken).first() is None else None


def _added(tx: Transaction, edges: Edges, provider: Provider, claims: dict[str, Any], address: str) -> Person:
    named = next((each for name in _NAMES if isinstance(each := claims.get(name), str) and each.strip()), address)
    shown = "".join(letter for letter in named if letter.isprintable()).strip()[:_LONGEST_NAME] or address
    return people.add(
        tx, edges, Profile(name=shown, address=address), by=provider.actor, source=Source.PROVIDER, vouched_by=None
    )


def _tie(tx: Transaction, edges: Edges, provider: Provider, person: Person, sub: str) -> str:
    made, now = new_id("pi"), edges.clock()
    row = {"id": made, "issuer": provider.issuer, "subject": subject(edges, provider, sub), "person": person.id}
    tx.execute(insert(identities).values(row | {"tied_at": now, "used_at": now}))
    edges.record(tx, IdentityTied(person=person.id, identity=made, provider=provider.name, by=provider.actor))
    return made


def _used(tx: Transaction, edges: Edges, row: Row[Any]) -> str:
    tx.execute(update(identities).where(identities.c.id == row.id).values(used_at=edges.clock()))
    return str(row.id)


def _give(tx: Transaction, edges: Edges, provider: Provider, person: Person, claim: object) -> None:
    """Let the person hold just those roles by this provider that their groups there lead to."""
    said = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    groups = [each for each in said if isinstance(each, str)]
    wanted = {role for group in groups for role in provider.roles.get(group, ())}
    held = {grant.role: grant for grant in roles.held(tx, person.id)}
    for role in sorted(wanted - held.keys()):
        roles.grant(tx, edges, person.id, role, by=provider.actor)
    for role, grant in held.items():
        if grant.granted_by == provider.actor and role not in wanted:
            roles.withdraw(tx, edges, person.id, role, by=provider.actor, reason_code="not_in_group")
