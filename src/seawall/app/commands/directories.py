"""`seawall directories`: what provisions people here by SCIM, its tokens, and which roles its groups give."""

from datetime import datetime, timedelta
from typing import Any

import click
import msgspec

from seawall.access.directory import Directory, Group, Issued, groups
from seawall.access.directory import directories as rooms
from seawall.access.people import people
from seawall.app import acting
from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import Remote, path
from seawall.store import Transaction


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A directory as lists show it."""

    id: str
    name: str
    owner: str
    owner_active: bool
    people: int
    tokens_end_at: tuple[datetime, ...]
    ended_at: datetime | None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token of a directory, shown this once."""

    directory: str
    token: str
    ends_at: datetime


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
@offered("person.add")
@click.argument("name")
@click.option(
    "--owner",
    default=None,
    help="Who vouches for whom it adds, by id; over the API whoever is signed in.",
)
@_DAYS
@BY
@JSON
def add(name: str, owner: str | None, days: float, by: str, as_json: bool) -> None:
    """Set up a directory NAME, and print its token once."""
    here, answers = instance(), _owner(owner)

    def host(tx: Transaction) -> Token:
        made = rooms.add(tx, here.edges(), name, owner=answers, by=by, good_for=timedelta(days=days))
        return _token(made[1])

    made = reach(
        Token, api=lambda there: there.call("POST", path("directories"), {"name": name, "days": days}), host=host
    )
    _say(name, made, as_json)


def _owner(given: str | None) -> str:
    """Return who owns a new directory; nobody over the API, where whoever sets it up does. Raises UsageError."""
    if acting.there() is None:
        if given is None:
            raise click.UsageError("Missing option '--owner': the person (their id) who vouches for whom it adds.")
        return given
    if given is not None:
        raise click.UsageError("Over the API whoever sets a directory up owns it: leave --owner out.")
    return ""


@directories.command("list")
@offered("person.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List directories: id, name, owner, people, until when its tokens work."""

    def host(tx: Transaction) -> list[Shown]:
        return [_shown(tx, each) for each in page(rooms.every(tx), lambda each: each.id, after, limit)]

    shown = reach(
        list[Shown],
        api=lambda there: there.pages(path("directories"), "directories", after=after, limit=limit),
        host=host,
    )
    nothing = "There is no directory yet. Set one up: seawall directories add NAME --owner PERSON"
    say_page(shown, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@directories.command()
@offered("person.add")
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

    def api(there: Remote) -> Any:
        return there.call(
            "POST", path("directories", directory, "token"), {"days": days, "overlap_hours": overlap_hours}
        )

    def host(tx: Transaction) -> Token:
        return _token(rooms.rotate(tx, here.edges(), directory, by=by, good_for=good_for, overlap=overlap))

    _say(directory, reach(Token, api=api, host=host), as_json)


@directories.command()
@offered("person.change")
@click.argument("directory")
@BY
@JSON
def end(directory: str, by: str, as_json: bool) -> None:
    """Let DIRECTORY (its id or name) change nothing any more; its people stay as they are."""
    here = instance()
    ended = reach(
        Shown,
        api=lambda there: there.call("DELETE", path("directories", directory)),
        host=lambda tx: _shown(tx, rooms.end(tx, here.edges(), directory, by=by)),
    )
    told = f"{ended.name} has ended; {ended.people} people stay as they are."
    say({"ended": ended.id, "people": ended.people}, as_json, told)


@directories.command("groups")
@offered("person.read", reads=True)
@click.argument("directory")
@JSON
def groups_(directory: str, as_json: bool) -> None:
    """List the groups of DIRECTORY (its id or name): id, name, members, roles."""
    found = reach(
        list[Group],
        api=lambda there: there.call("GET", path("directories", directory, "groups")),
        host=lambda tx: list(groups.every(tx, rooms.find(tx, directory))),
    )
    say({"groups": found}, as_json, *(map(_group, found) if found else ["It has told of no group yet."]))


@directories.command("map")
@offered("role.grant")
@click.argument("directory")
@click.argument("group")
@click.option("--role", "given", multiple=True, help="A role that the group gives; may be repeated. None: no role.")
@BY
@JSON
def map_(directory: str, group: str, given: tuple[str, ...], by: str, as_json: bool) -> None:
    """Let GROUP (its id or name) of DIRECTORY give its members exactly these roles."""
    here = instance()

    def host(tx: Transaction) -> Group:
        known = rooms.find(tx, directory)
        return groups.map_roles(tx, here.edges(), here.rights(), known, group, given, by=by)

    where = path("directories", directory, "groups", group, "roles")
    found = reach(Group, api=lambda there: there.call("PUT", where, {"roles": given}), host=host)
    say(found, as_json, _group(found))


def _token(issued: Issued) -> Token:
    return Token(directory=issued.directory, token=issued.secret, ends_at=issued.ends_at)


def _say(name: str, issued: Token, as_json: bool) -> None:
    until = f"Shown once. Good until {issued.ends_at:%d %B %Y}; then: seawall directories rotate {name!r}"
    say(issued, as_json, issued.token, until)


def _shown(tx: Transaction, directory: Directory) -> Shown:
    return Shown(
        id=directory.id,
        name=directory.name,
        owner=directory.owner,
        owner_active=people.find(tx, directory.owner).active,
        people=rooms.people_of(tx, directory.id),
        tokens_end_at=tuple(each.ends_at for each in rooms.working(tx, directory.id, instance().clock())),
        ended_at=directory.ended_at,
    )


def _line(shown: Shown) -> str:
    owner = shown.owner if shown.owner_active else f"{shown.owner} (deactivated: somebody else should rotate it)"
    until = ", ".join(f"{each:%Y-%m-%d %H:%M}" for each in shown.tokens_end_at)
    state = "ended" if shown.ended_at else f"tokens until {until or 'none'}"
    return f"{shown.id}  {shown.name}  of {owner}  {shown.people} people  {state}"


def _group(group: Group) -> str:
    return f"{group.id}  {group.name}  {group.members} members  {', '.join(group.roles) or 'no role'}"
