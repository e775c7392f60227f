"""Add, find, change, deactivate people. An address is found by a keyed digest; itself it lies in the vault."""

from contextlib import suppress
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.people import sessions, tokens
from seawall.access.people.edges import Edges
from seawall.access.people.model import (
    AddressTaken,
    BadPerson,
    Kind,
    NoSuchPerson,
    Person,
    PersonInactive,
    Profile,
    Source,
)
from seawall.access.people.tables import people
from seawall.access.projects import CHANNEL
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vault.errors import ItemOnHold
from seawall.vocabulary.ids import ItemId, PersonId, new_id
from seawall.vocabulary.records.people import PersonActivated, PersonAdded, PersonChanged, PersonDeactivated
from seawall.vocabulary.retention import Retention

_LONGEST = 200


def add(
    tx: Transaction,
    edges: Edges,
    profile: Profile,
    *,
    by: str,
    kind: Kind = Kind.PERSON,
    source: Source = Source.LOCAL,
    human: PersonId | None = None,
    vouched_by: PersonId | None = None,
) -> Person:
    """Make a person known. `human` ties a second account or a service account to whoever is behind it.

    `vouched_by` is whoever set up the directory that adds; left out, it is the human who adds.
    Raises BadPerson, NoSuchPerson, AddressTaken.
    """
    _check(profile, kind, human)
    person, now = PersonId(new_id("pe")), edges.clock()
    _refuse_taken(tx, edges, profile.address, person)
    behind = find(tx, human).human if human is not None else person
    voucher = human_of(tx, vouched_by or by)
    item = edges.vault.put(tx, msgspec.json.encode(profile), owner=person, retention=Retention.PERSON)
    row: dict[str, Any] = {
        "id": person,
        "kind": kind,
        "human": behind,
        "handle": _handle(edges, profile.address),
        "profile": item,
    }
    row |= {"source": source, "added_by": by, "vouched_by": voucher, "added_at": now, "active_since": now}
    try:
        with tx.begin_nested():
            tx.execute(insert(people).values(row))
    except IntegrityError:
        raise AddressTaken("Somebody has this address already.", hint="`seawall people list` shows who.") from None
    edges.record(tx, PersonAdded(person=person, human=behind, identity=kind, source=source, vouched_by=voucher, by=by))
    return find(tx, person)


def find(tx: Transaction, person: str) -> Person:
    """Return a person by id. Raises NoSuchPerson."""
    return _person(_row(tx, person))


def find_by_address(tx: Transaction, edges: Edges, address: str) -> Person | None:
    """Return who has an address, or None."""
    row = tx.execute(select(people).where(people.c.handle.in_(_handles(edges, address)))).first()
    return None if row is None else _person(row)


def profile_of(tx: Transaction, edges: Edges, person: str) -> Profile:
    """Return what a person is called and reached by. Raises NoSuchPerson and what the vault raises."""
    return msgspec.json.decode(edges.vault.get(tx, ItemId(_row(tx, person).profile)), type=Profile)


def every(tx: Transaction) -> list[Person]:
    """Return everybody, in the order in which they were added."""
    return [_person(row) for row in tx.execute(select(people).order_by(people.c.id))]


def change(tx: Transaction, edges: Edges, person: str, profile: Profile, *, by: str) -> None:
    """Change what a person is called or reached by; what was known before is erased.

    Raises NoSuchPerson, BadPerson, AddressTaken.
    """
    row = _row(tx, person)
    before = profile_of(tx, edges, person)
    changed = tuple(name for name in Profile.__struct_fields__ if getattr(before, name) != getattr(profile, name))
    if not changed:
        return
    _check(profile, Kind(row.kind), None if row.human == row.id else row.human)
    _refuse_taken(tx, edges, profile.address, row.id)
    item = edges.vault.put(tx, msgspec.json.encode(profile), owner=row.id, retention=Retention.PERSON)
    new = {"profile": item, "handle": _handle(edges, profile.address)}
    try:
        with tx.begin_nested():
            tx.execute(update(people).where(people.c.id == row.id).values(new))
    except IntegrityError:
        raise AddressTaken("Somebody has this address already.", hint="`seawall people list` shows who.") from None
    forget(tx, edges, ItemId(row.profile), by=by)
    edges.record(tx, PersonChanged(person=row.id, fields=changed, by=by))


def forget(tx: Transaction, edges: Edges, profile: ItemId, *, by: str) -> None:
    """Erase what somebody was called before; a hold keeps it, and whoever releases that erases it."""
    with suppress(ItemOnHold):
        edges.vault.erase(tx, profile, by=by, reason_code="profile_changed")


def deactivate(tx: Transaction, edges: Edges, person: str, *, by: str) -> int:
    """Let a person do nothing any more, and tell every room; return how many sessions that ended.

    Raises NoSuchPerson, PersonInactive.
    """
    known = find(tx, person)
    working = (people.c.id == known.id) & people.c.active_since.is_not(None)
    if not tx.execute(update(people).where(working).values(active_since=None, deactivated_by=by)).rowcount:
        raise PersonInactive(known.id)
    ended = sessions.revoke_all(tx, edges, known.id, by=by, reason_code="person_deactivated")
    for tell in edges.person_ended:
        tell(tx, edges, known, by)
    tokens.end_all(tx, edges, known.id, by=by, reason_code="person_deactivated")
    edges.record(tx, PersonDeactivated(person=known.id, sessions=ended, by=by))
    notify(tx, CHANNEL, known.id)
    return ended


def activate(tx: Transaction, edges: Edges, person: str, *, by: str) -> Person:
    """Let a person in again who was deactivated; who first vouched for them stays. Raises NoSuchPerson."""
    known = find(tx, person)
    if not known.active:
        tx.execute(
            update(people).where(people.c.id == known.id).values(active_since=edges.clock(), deactivated_by=None)
        )
        edges.record(tx, PersonActivated(person=known.id, by=by))
        notify(tx, CHANNEL, known.id)
    return find(tx, person)


def refuse_others(tx: Transaction, person: Person, by: str) -> None:
    """Let nobody set what another person proves themselves with, or they could act as that person.

    Raises BadPerson.
    """
    if human_of(tx, by) not in (None, person.human):
        raise BadPerson(f"{by} cannot set this for {person.id}.", hint="They do it themselves, signed in.")


def human_of(tx: Transaction, actor: str) -> PersonId | None:
    """Return the human behind whoever acts; None where it is nobody known here, such as `host:root`."""
    human: PersonId | None = tx.scalar(select(people.c.human).where(people.c.id == actor))
    return human


def _row(tx: Transaction, person: str) -> Row[tuple[object, ...]]:
    row = tx.execute(select(people).where(people.c.id == person)).first()
    if row is None:
        raise NoSuchPerson(person)
    return row


def _person(row: object) -> Person:
    return Person(
        **{field: getattr(row, field) for field in Person.__struct_fields__ if field not in ("kind", "source")},
        kind=Kind(getattr(row, "kind", "")),
        source=Source(getattr(row, "source", "")),
    )


def rehash(tx: Transaction, edges: Edges) -> int:
    """Move every address to the newest version of the secret; return how many people that concerned."""
    # Whoever is being added under the version before is waited for.
    tx.exec_driver_sql("LOCK TABLE access_people IN SHARE ROW EXCLUSIVE MODE")
    moved = 0
    for row in tx.execute(select(people.c.id, people.c.handle).where(people.c.handle.is_not(None))).all():
        (handle, *_) = _handles(edges, profile_of(tx, edges, row.id).address)
        if bytes(row.handle) != handle:
            tx.execute(update(people).where(people.c.id == row.id).values(handle=handle))
            moved += 1
    return moved


def _handle(edges: Edges, address: str) -> bytes | None:
    return _handles(edges, address)[0] if address else None


def _handles(edges: Edges, address: str) -> list[bytes]:
    return edges.every_keyed("address", address.strip().casefold()) if address else []


def _refuse_taken(tx: Transaction, edges: Edges, address: str, person: str) -> None:
    # Under an earlier version of the secret the index would not notice.
    known = find_by_address(tx, edges, address)
    if known is not None and known.id != person:
        raise AddressTaken("Somebody has this address already.", hint="`seawall people list` shows who.")


def _check(profile: Profile, kind: Kind, human: str | None) -> None:
    for field, value in (("name", profile.name), ("address", profile.address)):
        if len(value) > _LONGEST or (value and not value.isprintable()):
            raise BadPerson(
                f"The {field} has {len(value)} characters or some that cannot be printed.",
                hint=f"Up to {_LONGEST} printable ones.",
            )
    if not profile.name.strip():
        raise BadPerson("A person needs a name.", hint='Such as: seawall people add "Ada Example"')
    if profile.address and "@" not in profile.address:
        raise BadPerson("The address has no @.", hint="Give an e-mail address, or none.")
    if kind is Kind.SERVICE and human is None:
        raise BadPerson("A service account needs somebody who answers for it.", hint="Name the person's id.")
