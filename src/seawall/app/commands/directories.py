"""`seawall directories`: what provisions people here by SCIM, its tokens, and which roles its groups give."""

from datetime import timedelta

import click
import msgspec

from seawall.access.directory import Directory, Group, Issued, groups
from seawall.access.directory import directories as rooms
from seawall.access.people import people
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.store import Transaction


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A directory as lists show it."""

    id: str
    name: str
    owner: str
    owner_active: bool
    people: int
    tokens_end_at: tuple[str, ...]
    ended: bool


_DAYS = click.option(
    "--days",
    type=click.FloatRange(min=0, min_open=True),
    default=rooms.GOOD_FOR.days,
    show_default=True,
    help="For how long the token is good.",
)


@click.group()
def directories() -> None:
    """Directories: what provisions people by SCIM, its tokens, the roles of its groups."""


@directories.command()
@needs("person.add")
@click.argument("name")
@click.option("--owner", required=True, help="The person (their id) who vouches for whom it adds.")
@_DAYS
@BY
@JSON
def add(name: str, owner: str, days: float, by: str, as_json: bool) -> None:
    """Set up a directory NAME, and print its token once."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        made, issued = rooms.add(tx, here.edges(), name, owner=owner, by=by, good_for=timedelta(days=days))
    _say(made.name, issued, as_json)


@directories.command("list")
@needs("person.read")
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List directories: id, name, owner, people, until when its tokens work."""
    with instance().database().begin() as tx:
        found = page(rooms.every(tx), lambda each: each.id, after, limit)
        shown = [_shown(tx, each) for each in found]
    nothing = "There is no directory yet. Set one up: seawall directories add NAME --owner PERSON"
    say_page(shown, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@directories.command()
@needs("person.add")
@click.argument("directory")
@_DAYS
@click.option(
    "--overlap-hours", type=click.FloatRange(min=0), default=24.0, show_default=True, help="Both work so long."
)
@BY
@JSON
def rotate(directory: str, days: float, overlap_hours: float, by: str, as_json: bool) -> None:
    """Make a new token of DIRECTORY (its id or name), and print it once."""
    here, good_for, overlap = instance(), timedelta(days=days), timedelta(hours=overlap_hours)
    with here.database().begin() as tx:
        acted(tx, by)
        issued = rooms.rotate(tx, here.edges(), directory, by=by, good_for=good_for, overlap=overlap)
    _say(directory, issued, as_json)


@directories.command()
@needs("person.change")
@click.argument("directory")
@BY
@JSON
def end(directory: str, by: str, as_json: bool) -> None:
    """Let DIRECTORY (its id or name) change nothing any more; its people stay as they are."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        ended = rooms.end(tx, here.edges(), directory, by=by)
        left = rooms.people_of(tx, ended.id)
    say({"ended": ended.id, "people": left}, as_json, f"{ended.name} has ended; {left} people stay as they are.")


@directories.command("groups")
@needs("person.read")
@click.argument("directory")
@JSON
def groups_(directory: str, as_json: bool) -> None:
    """List the groups of DIRECTORY (its id or name): id, name, members, roles."""
    with instance().database().begin() as tx:
        found = groups.every(tx, rooms.find(tx, directory))
    say({"groups": found}, as_json, *(map(_group, found) if found else ["It has told of no group yet."]))


@directories.command("map")
@needs("role.grant")
@click.argument("directory")
@click.argument("group")
@click.option("--role", "given", multiple=True, help="A role that the group gives; may be repeated. None: no role.")
@BY
@JSON
def map_(directory: str, group: str, given: tuple[str, ...], by: str, as_json: bool) -> None:
    """Let GROUP (its id or name) of DIRECTORY give its members exactly these roles."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        known = rooms.find(tx, directory)
        found = groups.map_roles(tx, here.edges(), here.rights(), known, group, given, by=by)
    say(found, as_json, _group(found))


def _say(name: str, issued: Issued, as_json: bool) -> None:
    told = {"directory": issued.directory, "token": issued.secret, "ends_at": issued.ends_at.isoformat()}
    until = f"Shown once. Good until {issued.ends_at:%d %B %Y}; then: seawall directories rotate {name!r}"
    say(told, as_json, issued.secret, until)


def _shown(tx: Transaction, directory: Directory) -> Shown:
    return Shown(
        id=directory.id,
        name=directory.name,
        owner=directory.owner,
        owner_active=people.find(tx, directory.owner).active,
        people=rooms.people_of(tx, directory.id),
        tokens_end_at=tuple(each.ends_at.isoformat() for each in rooms.working(tx, directory.id, instance().clock())),
        ended=directory.ended_at is not None,
    )


def _line(shown: Shown) -> str:
    owner = shown.owner if shown.owner_active else f"{shown.owner} (deactivated: somebody else should rotate it)"
    state = "ended" if shown.ended else f"tokens until {', '.join(shown.tokens_end_at) or 'none'}"
    return f"{shown.id}  {shown.name}  of {owner}  {shown.people} people  {state}"


def _group(group: Group) -> str:
    return f"{group.id}  {group.name}  {group.members} members  {', '.join(group.roles) or 'no role'}"
