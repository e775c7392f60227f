"""The people of one directory: added, changed, deactivated and deleted as it says, each with who vouches for them.

A directory sees and changes those alone whom it added. Deleted, a person stays deactivated, without what they proved
themselves with and without roles; named again by the same externalId, or by the same userName where no externalId
says otherwise, it is the same person. It cannot let in again whom somebody here deactivated.
"""

import json
from datetime import datetime
from typing import Any

import msgspec
from scim2_models import InvalidValueException, NotFoundException, UniquenessException
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.directory import groups as known_groups
from seawall.access.directory.keyed import external_key, name_key
from seawall.access.directory.model import Directory
from seawall.access.directory.schemas import User
from seawall.access.directory.tables import members
from seawall.access.people import Edges, Person, Source, passkeys, people, roles, totp
from seawall.access.people.held_keys import working
from seawall.access.people.links import end_links
from seawall.access.people.model import AddressTaken, Profile
from seawall.access.people.tables import people as all_people
from seawall.access.people.tables import recovery_codes
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, PersonId
from seawall.vocabulary.records.directories import DirectoryPersonRemoved, DirectoryPersonReturned
from seawall.vocabulary.retention import Retention

_LONGEST = 16 * 1024
_NOT_KEPT = ("schemas", "id", "meta", "groups", "active")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a person, with whether they may do anything."""

    id: PersonId
    profile: ItemId
    says_active: bool
    version: int
    added_at: datetime
    changed_at: datetime
    active: bool


def every(tx: Transaction, directory: Directory, *narrowed: Any) -> list[Kept]:
    """Return those of a directory who are not deleted, in the order of their ids."""
    found = select(members, all_people.c.active_since).join(all_people, all_people.c.id == members.c.id)
    mine = found.where(members.c.directory == directory.id, members.c.deleted_at.is_(None), *narrowed)
    return [_kept(row) for row in tx.execute(mine.order_by(members.c.id))]


def find(tx: Transaction, directory: Directory, person: str) -> Kept:
    """Return one of them. Raises NotFoundException."""
    found = every(tx, directory, members.c.id == person) if person.isascii() and person.isprintable() else []
    if not found:
        raise NotFoundException(detail=f"There is no User {person!r}.")
    return found[0]


def add(tx: Transaction, edges: Edges, directory: Directory, user: User) -> PersonId:
    """Add a person, or let one in again who was deleted. Raises UniquenessException, BadPerson."""
    active = user.active is not False
    stated = user.model_copy(update={"active": active})
    _told(stated)
    gone = _gone(tx, edges, directory, stated)
    if gone is None:
        person = _added(tx, edges, directory, profile_of(stated))
        row = {"id": person.id, "directory": directory.id, "version": 0, "profile": _put(tx, edges, person.id, stated)}
        said_now = _said(edges, stated)
        _keep(tx, insert(members), row | said_now | {"added_at": said_now["changed_at"]})
    else:
        person = _again(tx, edges, directory, gone, stated)
    _stand(tx, edges, directory, person, active=active)
    return person.id


def change(tx: Transaction, edges: Edges, directory: Directory, before: Kept, user: User) -> None:
    """Make a person what the directory now says. Raises UniquenessException, BadPerson."""
    values = _said(edges, user) | {"version": before.version + 1}
    if _told(user) != edges.vault.get(tx, before.profile):
        values["profile"] = _put(tx, edges, before.id, user)
        people.forget(tx, edges, before.profile, by=directory.actor)
    _keep(tx, update(members).where(members.c.id == before.id), values)
    _renamed(tx, edges, directory, before.id, profile_of(user))
    if user.active is not None:
        _stand(tx, edges, directory, people.find(tx, before.id), active=user.active)


def remove(tx: Transaction, edges: Edges, directory: Directory, before: Kept) -> None:
    """Delete a person: they do nothing any more, and prove and hold nothing."""
    person, by = people.find(tx, before.id), directory.actor
    _stand(tx, edges, directory, person, active=False)
    known_groups.leave_all(tx, edges, directory, person.id)
    for grant in roles.held(tx, person.id):
        roles.withdraw(tx, edges, person.id, grant.role, by=by, reason_code="person_removed")
    for key in working(tx, person.id):
        passkeys.remove_passkey(tx, edges, key.id, by=by, reason_code="person_removed")
    totp.remove_totp(tx, edges, person.id, by=by, reason_code="person_removed")
    tx.execute(delete(recovery_codes).where(recovery_codes.c.person == person.id))
    end_links(tx, edges, person, by)
    tx.execute(update(members).where(members.c.id == person.id).values(deleted_at=edges.clock()))
    edges.record(tx, DirectoryPersonRemoved(directory=directory.id, person=person.id, by=by))


def said(tx: Transaction, edges: Edges, kept: Kept) -> User:
    """Return what the directory said of a person, and whether they may do anything, where it spoke of that."""
    user = User.model_validate(json.loads(edges.vault.get(tx, kept.profile)))
    user.active = kept.active if kept.says_active else None
    return user


def profile_of(user: User) -> Profile:
    """Return what a person is called and reached by here. Raises InvalidValueException."""
    if not (user.user_name or "").strip():
        raise InvalidValueException(detail="A User needs a userName.")
    emails = sorted(user.emails or (), key=lambda each: not each.primary)
    name, user_name = user.name or User.Name(), user.user_name or ""
    whole = " ".join(filter(None, (getattr(name, "given_name", None), getattr(name, "family_name", None))))
    called = user.display_name or getattr(name, "formatted", None) or whole or user_name
    address = next((each.value for each in emails if each.value), user_name if "@" in user_name else "")
    return Profile(name=called.strip(), address=address.strip())


def _told(user: User) -> bytes:
    """Return what is kept of what a directory says. Raises InvalidValueException."""
    told = json.dumps({name: value for name, value in user.model_dump().items() if name not in _NOT_KEPT}).encode()
    if len(told) > _LONGEST:
        raise InvalidValueException(detail=f"A User has at most {_LONGEST} bytes.")
    return told


def _put(tx: Transaction, edges: Edges, person: PersonId, user: User) -> ItemId:
    return edges.vault.put(tx, _told(user), owner=person, retention=Retention.PERSON)


def _said(edges: Edges, user: User) -> dict[str, Any]:
    keys = {"name_key": name_key(edges, user.user_name or ""), "external_key": external_key(edges, user.external_id)}
    return {"says_active": user.active is not None, "changed_at": edges.clock()} | keys


def _keep(tx: Transaction, statement: Any, values: dict[str, Any]) -> None:
    try:
        with tx.begin_nested():
            tx.execute(statement.values(values))
    except IntegrityError:
        raise UniquenessException(detail="Another User has this userName or externalId.") from None


def _added(tx: Transaction, edges: Edges, directory: Directory, profile: Profile) -> Person:
    _free(tx, edges, directory, profile.address)
    return people.add(tx, edges, profile, by=directory.actor, source=Source.DIRECTORY, vouched_by=directory.owner)


def _renamed(tx: Transaction, edges: Edges, directory: Directory, person: PersonId, profile: Profile) -> None:
    _free(tx, edges, directory, profile.address, but=person)
    people.change(tx, edges, person, profile, by=directory.actor)


def _again(tx: Transaction, edges: Edges, directory: Directory, gone: Row[Any], user: User) -> Person:
    """Let the same person come again. They prove themselves anew, so whoever owns the directory now vouches."""
    values = _said(edges, user) | {"version": gone.version + 1, "deleted_at": None}
    values |= {"profile": _put(tx, edges, gone.id, user), "added_at": values["changed_at"]}
    _keep(tx, update(members).where(members.c.id == gone.id), values)
    _renamed(tx, edges, directory, gone.id, profile_of(user))
    people.forget(tx, edges, ItemId(gone.profile), by=directory.actor)
    voucher = people.human_of(tx, directory.owner)
    tx.execute(update(all_people).where(all_people.c.id == gone.id).values(vouched_by=voucher))
    edges.record(
        tx, DirectoryPersonReturned(directory=directory.id, person=gone.id, vouched_by=voucher, by=directory.actor)
    )
    return people.find(tx, gone.id)


def _gone(tx: Transaction, edges: Edges, directory: Directory, user: User) -> Row[Any] | None:
    mine = select(members).where(members.c.directory == directory.id, members.c.deleted_at.is_not(None))
    latest = mine.order_by(members.c.deleted_at.desc(), members.c.id.desc())
    external = external_key(edges, user.external_id)
    if external is not None:
        row = tx.execute(latest.where(members.c.external_key == external)).first()
        if row is not None:
            return row
    row = tx.execute(latest.where(members.c.name_key == name_key(edges, user.user_name or ""))).first()
    # A name that somebody else was given since, which the directory tells by another externalId, is another person's.
    return row if row is not None and None in (row.external_key, external) else None


def _free(tx: Transaction, edges: Edges, directory: Directory, address: str, but: str = "") -> None:
    """Take an address from whom this directory deleted; anybody else keeps it. Raises AddressTaken."""
    holder = people.find_by_address(tx, edges, address)
    if holder is None or holder.id == but:
        return
    gone = members.c.deleted_at.is_not(None) & (members.c.directory == directory.id)
    if tx.scalar(select(members.c.id).where(members.c.id == holder.id, gone)) is None:
        raise AddressTaken("Somebody has this address already.")
    name = people.profile_of(tx, edges, holder.id).name
    people.change(tx, edges, holder.id, Profile(name=name), by=directory.actor)


def _stand(tx: Transaction, edges: Edges, directory: Directory, person: Person, *, active: bool) -> None:
    if person.active and not active:
        people.deactivate(tx, edges, person.id, by=directory.actor)
    elif active and not person.active and person.deactivated_by == directory.actor:
        people.activate(tx, edges, person.id, by=directory.actor)


def _kept(row: Row[Any]) -> Kept:
    fields = {name: getattr(row, name) for name in Kept.__struct_fields__ if name != "active"}
    return Kept(**fields, active=row.active_since is not None)
