"""Groups of a directory and the roles that they give. Which roles those are is for people here to say, not for it.

A role that a group gives is granted by the directory and withdrawn by it; what somebody here granted it leaves alone.
"""

from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select

from seawall.access.directory.directories import lock
from seawall.access.directory.model import Directory, Group, NoSuchGroup
from seawall.access.directory.tables import group_roles, groups, in_groups
from seawall.access.people import Edges, people, roles
from seawall.access.rights import Rights
from seawall.store import Transaction
from seawall.vocabulary.ids import GroupId, PersonId
from seawall.vocabulary.records.directories import GroupJoined, GroupLeft, GroupMapped


def every(tx: Transaction, directory: Directory) -> list[Group]:
    """Return the groups of a directory by name."""
    counted = select(func.count()).where(in_groups.c.group == groups.c.id).scalar_subquery()
    found = select(groups.c.id, groups.c.name, counted.label("members")).where(groups.c.directory == directory.id)
    rows = tx.execute(found.order_by(groups.c.name, groups.c.id)).all()
    return [Group(id=row.id, name=row.name, members=row.members, roles=mapped(tx, row.id)) for row in rows]


def find(tx: Transaction, directory: Directory, group: str) -> Group:
    """Return a group by id, or by name where only one is called so. Raises NoSuchGroup."""
    listed = every(tx, directory)
    found = [each for each in listed if each.id == group] or [each for each in listed if each.name == group]
    if len(found) != 1:
        told = f"has {len(found)} groups {group!r}" if found else f"has no group {group!r}"
        raise NoSuchGroup(f"{directory.name} {told}.", hint=f"seawall directories groups {directory.name!r} lists ids.")
    return found[0]


def mapped(tx: Transaction, group: str) -> tuple[str, ...]:
    """Return the roles that a group gives."""
    found = select(group_roles.c.role).where(group_roles.c.group == group).order_by(group_roles.c.role)
    return tuple(tx.scalars(found))


def map_roles(
    tx: Transaction, edges: Edges, rights: Rights, directory: Directory, group: str, given: Iterable[str], *, by: str
) -> Group:
    """Let a group give exactly these roles, its members of today included. Raises NoSuchGroup, NoSuchRole."""
    wanted = sorted({rights.known_role(role) for role in given})
    lock(tx, directory.id)
    found = find(tx, directory, group)
    if wanted != list(found.roles):
        tx.execute(delete(group_roles).where(group_roles.c.group == found.id))
        rows = [{"group": found.id, "role": role, "mapped_by": by, "mapped_at": edges.clock()} for role in wanted]
        if rows:
            tx.execute(insert(group_roles), rows)
        edges.record(tx, GroupMapped(directory=directory.id, group=found.id, roles=tuple(wanted), by=by))
        settle(tx, edges, directory, members_of(tx, found.id), cause=by)
    return find(tx, directory, found.id)


def members_of(tx: Transaction, group: str) -> list[PersonId]:
    """Return who is in a group."""
    found = select(in_groups.c.person).where(in_groups.c.group == group).order_by(in_groups.c.person)
    return list(tx.scalars(found))


def put_members(tx: Transaction, edges: Edges, directory: Directory, group: GroupId, wanted: set[PersonId]) -> bool:
    """Make these the members of a group, with the roles that follow; tell whether that changed anything."""
    before = set(members_of(tx, group))
    joined, left = sorted(wanted - before), sorted(before - wanted)
    for person in joined:
        tx.execute(insert(in_groups).values(group=group, person=person))
        edges.record(tx, GroupJoined(directory=directory.id, group=group, person=person, by=directory.actor))
    for person in left:
        _leave(tx, edges, directory, group, person)
    settle(tx, edges, directory, [*joined, *left], cause=directory.owner)
    return bool(joined or left)


def leave_all(tx: Transaction, edges: Edges, directory: Directory, person: PersonId) -> None:
    """Take a person out of every group."""
    found = select(in_groups.c.group).where(in_groups.c.person == person).order_by(in_groups.c.group)
    for group in list(tx.scalars(found)):
        _leave(tx, edges, directory, group, person)
    settle(tx, edges, directory, [person], cause=directory.owner)


def settle(tx: Transaction, edges: Edges, directory: Directory, persons: Iterable[PersonId], *, cause: str) -> None:
    """Give and take the roles that these people have by their groups. `cause` is whose act it was.

    Two-party control counts a role as given by that human.
    """
    voucher = people.human_of(tx, cause)
    for person in sorted(set(persons)):
        held = {each.role: each.granted_by for each in roles.held(tx, person)}
        due = _due(tx, person)
        for role in sorted(due.keys() - held.keys()):
            roles.grant(tx, edges, person, role, by=directory.actor, owner=due[role], vouched_by=voucher)
        for role in sorted(role for role, by in held.items() if by == directory.actor and role not in due):
            roles.withdraw(tx, edges, person, role, by=directory.actor, reason_code="group_left")


def _due(tx: Transaction, person: str) -> dict[str, str]:
    """Return the roles that a person has by groups, and who answers for each: whoever mapped it."""
    found = select(group_roles.c.role, group_roles.c.mapped_by).join(
        in_groups, in_groups.c.group == group_roles.c.group
    )
    return {row.role: row.mapped_by for row in tx.execute(found.where(in_groups.c.person == person))}


def _leave(tx: Transaction, edges: Edges, directory: Directory, group: GroupId, person: PersonId) -> None:
    tx.execute(delete(in_groups).where(in_groups.c.group == group, in_groups.c.person == person))
    edges.record(tx, GroupLeft(directory=directory.id, group=group, person=person, by=directory.actor))
