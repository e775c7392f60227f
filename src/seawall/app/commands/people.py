"""`seawall people`: who there is, what roles they hold, how they come in again."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import msgspec

from seawall.access.people import links, sessions
from seawall.access.people import people as rooms
from seawall.access.people import roles as grants
from seawall.access.people.model import Kind, Person, Profile
from seawall.app.acting import own_address
from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import Remote, path
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A person as lists show them."""

    id: str
    name: str
    kind: str
    human: str
    active: bool
    roles: tuple[str, ...]
    address: str
    added_by: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A role that somebody holds."""

    role: str
    granted_by: str
    review_at: datetime


class Whole(Shown, frozen=True, kw_only=True):
    """A person with their sessions and who gave them their roles."""

    sessions: int
    grants: tuple[Held, ...]


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time sign-in link, shown this once."""

    person: str
    token: str
    link: str


@click.group()
def people() -> None:
    """People and service accounts: who there is, their roles, their sessions."""


@people.command()
@offered("person.add")
@click.argument("name")
@click.option("--address", default="", help="E-mail address; kept in the vault.")
@click.option("--of", "human", default=None, help="The person behind it: a second account, or a service account's.")
@click.option("--service", is_flag=True, help="A service account, for which the person of --of answers.")
@click.option("--role", "held", multiple=True, help="A role to give at once; may be repeated.")
@BY
@JSON
def add(
    name: str, address: str, human: str | None, service: bool, held: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Make a person known by NAME."""
    here, kind = instance(), Kind.SERVICE if service else Kind.PERSON

    def api(there: Remote) -> Any:
        given = {"name": name, "address": address, "kind": kind.value, "human": human or "", "roles": list(held)}
        return there.call("POST", path("people"), given)

    def host(tx: Transaction) -> Shown:
        known, behind = tuple(map(here.rights().known_role, held)), None if human is None else PersonId(human)
        profile = Profile(name=name, address=address)
        made = rooms.add(tx, here.edges(), profile, by=by, kind=kind, human=behind)
        grants.change(tx, here.edges(), made.id, give=known, by=by)
        return _shown(tx, made)

    shown = reach(Shown, api=api, host=host)
    say(shown, as_json, shown.id, f"Let them in: seawall people link {shown.id}")


@people.command("list")
@offered("person.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List everybody: id, name, roles, state."""

    def host(tx: Transaction) -> list[Shown]:
        return [_shown(tx, person) for person in page(rooms.every(tx), lambda person: person.id, after, limit)]

    shown = reach(
        list[Shown], api=lambda there: there.pages(path("people"), "people", after=after, limit=limit), host=host
    )
    nothing = "There is nobody yet. Add somebody: seawall people add NAME"
    say_page(shown, as_json, _line, nothing=nothing, limit=limit, name=lambda person: person.id)


@people.command()
@offered("person.read", reads=True)
@click.argument("person")
@JSON
def show(person: str, as_json: bool) -> None:
    """Show one PERSON (their id): name, address, roles and by whom, sessions."""

    def api(there: Remote) -> Any:
        known = there.call("GET", path("people", person))
        return known | {"grants": there.call("GET", path("people", person, "roles"))}

    shown = reach(Whole, api=api, host=lambda tx: _whole(tx, rooms.find(tx, person)))
    lines = [f"  {each.role}, by {each.granted_by}, confirmed by {each.review_at:%d %B %Y}" for each in shown.grants]
    told = f"address {shown.address or 'none'}, added by {shown.added_by}, {shown.sessions} sessions"
    say(shown, as_json, _line(shown), told, *lines)


@people.command()
@offered("role.grant")
@click.argument("person")
@click.option("--grant", "given", multiple=True, help="A role to give; may be repeated.")
@click.option("--withdraw", "taken", multiple=True, help="A role to take away; may be repeated.")
@BY
@JSON
def roles(person: str, given: tuple[str, ...], taken: tuple[str, ...], by: str, as_json: bool) -> None:
    """Give roles to PERSON (their id), take roles away, and show what they hold then."""
    here = instance()

    def host(tx: Transaction) -> Shown:
        known = tuple(map(here.rights().known_role, given))
        grants.change(tx, here.edges(), person, give=known, take=taken, by=by)
        return _shown(tx, rooms.find(tx, person))

    def api(there: Remote) -> Any:
        there.call("PUT", path("people", person, "roles"), {"give": list(given), "take": list(taken)})
        return there.call("GET", path("people", person))

    shown = reach(Shown, api=api, host=host)
    say(shown, as_json, _line(shown))


@people.command()
@offered("person.change")
@click.argument("person")
@BY
@JSON
def deactivate(person: str, by: str, as_json: bool) -> None:
    """Let PERSON (their id) do nothing any more, and end their sessions everywhere."""
    here = instance()
    ended = reach(
        int,
        api=lambda there: there.call("POST", path("people", person, "deactivate"))["sessions"],
        host=lambda tx: rooms.deactivate(tx, here.edges(), person, by=by),
    )
    say({"deactivated": person, "sessions": ended}, as_json, f"{person} is deactivated; {ended} sessions ended.")


@people.command()
@offered("person.change")
@click.argument("person")
@BY
@JSON
def activate(person: str, by: str, as_json: bool) -> None:
    """Let PERSON (their id) in again."""
    here = instance()
    reach(
        Shown,
        api=lambda there: there.call("POST", path("people", person, "activate")),
        host=lambda tx: _shown(tx, rooms.activate(tx, here.edges(), person, by=by)),
    )
    say({"activated": person}, as_json, f"{person} may sign in again.")


@people.command()
@offered("person.change")
@click.argument("person")
@BY
@JSON
def link(person: str, by: str, as_json: bool) -> None:
    """Make a one-time sign-in link for PERSON (their id): good once, for ten minutes."""
    here = instance()

    def api(there: Remote) -> Any:
        made = there.call("POST", path("people", person, "link"))
        return made | {"token": parse_qs(urlsplit(made["link"]).query)["token"][0]}

    def host(tx: Transaction) -> Link:
        made = links.issue_link(tx, here.edges(), person, by=by)
        where = f"{own_address(here)}/console/link?token={made.token}"
        return Link(person=made.person, token=made.token, link=where)

    made = reach(Link, api=api, host=host)
    say(made, as_json, made.link, "Good once, for ten minutes.")


def _shown(tx: Transaction, person: Person) -> Shown:
    profile = rooms.profile_of(tx, instance().edges(), person.id)
    return Shown(
        id=person.id,
        name=profile.name,
        kind=person.kind,
        human=person.human,
        active=person.active,
        roles=tuple(grant.role for grant in grants.held(tx, person.id)),
        address=profile.address,
        added_by=person.added_by,
    )


def _whole(tx: Transaction, person: Person) -> Whole:
    return Whole(
        **msgspec.structs.asdict(_shown(tx, person)),
        sessions=len(sessions.live(tx, instance().clock(), person=person.id)),
        grants=tuple(
            Held(role=each.role, granted_by=each.granted_by, review_at=each.review_at)
            for each in grants.held(tx, person.id)
        ),
    )


def _line(shown: Shown) -> str:
    state = "" if shown.active else "  deactivated"
    return f"{shown.id}  {shown.name}  {shown.kind}  {', '.join(shown.roles) or 'no role'}{state}"
