"""Directories that provision people by SCIM, their tokens, and the roles that their groups give."""

from datetime import datetime, timedelta

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.directory import Directory, Group, Issued, directories, groups
from seawall.access.people import people
from seawall.store import Transaction
from seawall.web.house import House
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/directories", tags=["directories"])


class DirectoryGiven(BaseModel):
    """A directory to set up. Whoever does owns it."""

    name: str = Field(max_length=200)
    days: float = Field(default=directories.GOOD_FOR.days, gt=0, le=directories.LONGEST.days)


class RotationGiven(BaseModel):
    """How long the new token is good, and how long the one before it works on."""

    days: float = Field(default=directories.GOOD_FOR.days, gt=0, le=directories.LONGEST.days)
    overlap_hours: float = Field(default=24, ge=0, le=24 * directories.LONGEST_OVERLAP.days)


class RolesGiven(BaseModel):
    """The roles that a group gives."""

    roles: list[str] = Field(max_length=100)


class TokenShown(BaseModel):
    """A token, shown this once."""

    directory: str
    token: str
    ends_at: datetime
    others_end_at: datetime


class DirectoryShown(BaseModel):
    """A directory as staff see it."""

    id: str
    name: str
    owner: str
    owner_active: bool
    people: int
    added_at: datetime
    ended_at: datetime | None
    seen_at: datetime | None
    tokens_end_at: list[datetime]


class DirectoriesPage(BaseModel):
    """A page of directories; `next` is the `after` of the page that follows."""

    directories: list[DirectoryShown]
    next: str


class GroupShown(BaseModel):
    """A group of a directory and the roles that it gives."""

    id: str
    name: str
    members: int
    roles: list[str]


@routes.get("", needs=may("person.read"))
def every(request: Request, after: str = "", limit: int = 100) -> DirectoriesPage:
    """List directories in the order in which they were set up."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(directories.every(tx), lambda each: str(each.id), after, limit)
        return DirectoriesPage(directories=[_seen(tx, house, each) for each in taken], next=following)


@routes.post("", needs=may("person.add"))
def add(given: DirectoryGiven, request: Request, signed: Caller) -> TokenShown:
    """Set up a directory, and show its token once."""
    house, person = house_of(request), signed.person.id
    with house.database.begin() as tx:
        good_for = timedelta(days=given.days)
        return _token(directories.add(tx, house.edges, given.name, owner=person, by=person, good_for=good_for)[1])


@routes.get("/{directory}", needs=may("person.read"))
def show(directory: str, request: Request) -> DirectoryShown:
    """Show a directory, one that ended too."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _seen(tx, house, directories.find(tx, directory, ended=True))


@routes.post("/{directory}/token", needs=may("person.add"))
def rotate(directory: str, given: RotationGiven, request: Request, signed: Caller) -> TokenShown:
    """Make a new token. Made by somebody else than the owner, it ends the others and hands the directory over."""
    house, good_for = house_of(request), timedelta(days=given.days)
    overlap = timedelta(hours=given.overlap_hours)
    with house.database.begin() as tx:
        made = directories.rotate(tx, house.edges, directory, by=signed.person.id, good_for=good_for, overlap=overlap)
    return _token(made)


@routes.delete("/{directory}", needs=may("person.change"))
def end(directory: str, request: Request, signed: Caller) -> DirectoryShown:
    """Let a directory change nothing any more."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _seen(tx, house, directories.end(tx, house.edges, directory, by=signed.person.id))


@routes.get("/{directory}/groups", needs=may("person.read"))
def every_group(directory: str, request: Request) -> list[GroupShown]:
    """List the groups of a directory and the roles that they give."""
    with house_of(request).database.begin() as tx:
        found = directories.find(tx, directory)
    return groups_of(request, found)


@routes.put("/{directory}/groups/{group}/roles", needs=may("role.grant"))
def map_roles(directory: str, group: str, given: RolesGiven, request: Request, signed: Caller) -> GroupShown:
    """Let a group give its members exactly these roles."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = directories.find(tx, directory)
        made = groups.map_roles(tx, house.edges, house.desk.rights, found, group, given.roles, by=signed.person.id)
    return _group(made)


def groups_of(request: Request, directory: Directory) -> list[GroupShown]:
    """Return the groups that a directory has, or had when it ended."""
    with house_of(request).database.begin() as tx:
        return [_group(each) for each in groups.every(tx, directory)]


def _seen(tx: Transaction, house: House, directory: Directory) -> DirectoryShown:
    working = directories.working(tx, directory.id, house.edges.clock())
    return DirectoryShown(
        id=directory.id,
        name=directory.name,
        owner=directory.owner,
        owner_active=people.find(tx, directory.owner).active,
        people=directories.people_of(tx, directory.id),
        added_at=directory.added_at,
        ended_at=directory.ended_at,
        seen_at=directories.seen_at(tx, directory.id),
        tokens_end_at=[each.ends_at for each in working],
    )


def _token(issued: Issued) -> TokenShown:
    return TokenShown(
        directory=issued.directory, token=issued.secret, ends_at=issued.ends_at, others_end_at=issued.others_end_at
    )


def _group(group: Group) -> GroupShown:
    return GroupShown(id=group.id, name=group.name, members=group.members, roles=list(group.roles))
