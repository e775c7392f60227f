"""The groups of one directory: added, changed, removed as it says. Their members are people of the same directory."""

from datetime import datetime
from typing import Any

import msgspec
from scim2_models import InvalidValueException, NotFoundException
from sqlalchemy import Row, delete, insert, select, update

from seawall.access.directory import groups as known_groups
from seawall.access.directory.keyed import external_key, group_key
from seawall.access.directory.model import Directory
from seawall.access.directory.schemas import Group
from seawall.access.directory.tables import groups, members
from seawall.access.people import Edges
from seawall.store import Transaction
from seawall.vocabulary.ids import GroupId, PersonId, new_id
from seawall.vocabulary.records.directories import GroupAdded, GroupChanged, GroupRemoved

_LONGEST = 200


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a group."""

    id: GroupId
    name: str
    external_id: str | None
    version: int
    added_at: datetime
    changed_at: datetime


def every(tx: Transaction, directory: Directory, *narrowed: Any) -> list[Kept]:
    """Return the groups of a directory in the order of their ids."""
    found = select(groups).where(groups.c.directory == directory.id, *narrowed).order_by(groups.c.id)
    return [_kept(row) for row in tx.execute(found)]


def find(tx: Transaction, directory: Directory, group: str) -> Kept:
    """Return a group. Raises NotFoundException."""
    found = every(tx, directory, groups.c.id == group) if group.isascii() and group.isprintable() else []
    if not found:
        raise NotFoundException(detail=f"There is no Group {group!r}.")
    return found[0]


def add(tx: Transaction, edges: Edges, directory: Directory, group: Group) -> GroupId:
    """Add a group with its members. Raises InvalidValueException."""
    made, now = GroupId(new_id("gp")), edges.clock()
    row = {"id": made, "directory": directory.id, "version": 0, "added_at": now, "changed_at": now}
    tx.execute(insert(groups).values(row | _said(edges, group)))
    edges.record(tx, GroupAdded(directory=directory.id, group=made, by=directory.actor))
    known_groups.put_members(tx, edges, directory, made, _members(tx, directory, group))
    return made


def change(tx: Transaction, edges: Edges, directory: Directory, before: Kept, group: Group) -> None:
    """Make a group what the directory now says. Raises InvalidValueException."""
    values = {"version": before.version + 1, "changed_at": edges.clock()}
    tx.execute(update(groups).where(groups.c.id == before.id).values(values | _said(edges, group)))
    if (before.name, before.external_id) != (group.display_name, group.external_id):
        edges.record(tx, GroupChanged(directory=directory.id, group=before.id, by=directory.actor))
    known_groups.put_members(tx, edges, directory, before.id, _members(tx, directory, group))


def remove(tx: Transaction, edges: Edges, directory: Directory, before: Kept) -> None:
    """Remove a group: nobody is in it any more, and what it gave is withdrawn."""
    known_groups.put_members(tx, edges, directory, before.id, set())
    tx.execute(delete(groups).where(groups.c.id == before.id))
    edges.record(tx, GroupRemoved(directory=directory.id, group=before.id, by=directory.actor))


def _said(edges: Edges, group: Group) -> dict[str, Any]:
    name, external = group.display_name or "", group.external_id
    for field, value in (("displayName", name), ("externalId", external or "")):
        if len(value) > _LONGEST or (value and not value.isprintable()):
            raise InvalidValueException(detail=f"{field} is up to {_LONGEST} printable characters.")
    if not name.strip():
        raise InvalidValueException(detail="A Group needs a displayName.")
    keys = {"name_key": group_key(edges, name), "external_key": external_key(edges, external)}
    return {"name": name, "external_id": external} | keys


def _members(tx: Transaction, directory: Directory, group: Group) -> set[PersonId]:
    wanted = {each.value or "" for each in group.members or ()}
    mine = (members.c.directory == directory.id) & members.c.deleted_at.is_(None)
    named = [each for each in wanted if each.isascii() and each.isprintable()]
    known = set(tx.scalars(select(members.c.id).where(mine, members.c.id.in_(named))))
    if strangers := sorted(wanted - known):
        raise InvalidValueException(detail=f"No User of this directory: {', '.join(map(repr, strangers[:5]))}.")
    return known


def _kept(row: Row[Any]) -> Kept:
    return Kept(**{name: getattr(row, name) for name in Kept.__struct_fields__})
