"""`seawall people`: who there is, what roles they hold, how they come in again.

On the host itself nobody is signed in: what is done here is recorded as `host:<user>`, which proves nobody.
"""

import click
import msgspec

from seawall.access.people import links, sessions
from seawall.access.people import people as rooms
from seawall.access.people import roles as grants
from seawall.access.people.model import Kind, Person, Profile
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
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
    address: str = ""
    added_by: str = ""
    sessions: int = 0


@click.group()
def people() -> None:
    """People and service accounts: who there is, their roles, their sessions."""


@people.command()
@needs("person.add")
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
    behind = None if human is None else PersonId(human)
    known = [here.rights().known_role(role) for role in held]
    with here.database().begin() as tx:
        acted(tx, by)
        made = rooms.add(tx, here.edges(), Profile(name=name, address=address), by=by, kind=kind, human=behind)
        for role in known:
            grants.grant(tx, here.edges(), made.id, role, by=by)
        shown = _shown(tx, made)
    say(shown, as_json, made.id, f"Let them in: seawall people link {made.id}")


@people.command("list")
@needs("person.read")
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List everybody: id, name, roles, state."""
    with instance().database().begin() as tx:
        found = page(rooms.every(tx), lambda person: person.id, after, limit)
        shown = [_shown(tx, person) for person in found]
    nothing = "There is nobody yet. Add somebody: seawall people add NAME"
    say_page(shown, as_json, _line, nothing=nothing, limit=limit, name=lambda person: person.id)


@people.command()
@needs("person.read")
@click.argument("person")
@JSON
def show(person: str, as_json: bool) -> None:
    """Show one PERSON (their id): name, address, roles and by whom, sessions."""
    here = instance()
    with here.database().begin() as tx:
        known = rooms.find(tx, person)
        shown, held = _shown(tx, known, whole=True), grants.held(tx, known.id)
    lines = [f"  {grant.role}, by {grant.granted_by}, confirmed by {grant.review_at:%d %B %Y}" for grant in held]
    told = f"address {shown.address or 'none'}, added by {shown.added_by}, {shown.sessions} sessions"
    say(shown, as_json, _line(shown), told, *lines)


@people.command()
@needs("role.grant")
@click.argument("person")
@click.option("--grant", "given", multiple=True, help="A role to give; may be repeated.")
@click.option("--withdraw", "taken", multiple=True, help="A role to take away; may be repeated.")
@BY
@JSON
def roles(person: str, given: tuple[str, ...], taken: tuple[str, ...], by: str, as_json: bool) -> None:
    """Give roles to PERSON (their id), take roles away, and show what they hold then."""
    here = instance()
    known = [here.rights().known_role(role) for role in given]
    with here.database().begin() as tx:
        acted(tx, by)
        for role in known:
            grants.grant(tx, here.edges(), person, role, by=by)
        for role in taken:
            grants.withdraw(tx, here.edges(), person, role, by=by)
        shown = _shown(tx, rooms.find(tx, person))
    say(shown, as_json, _line(shown))


@people.command()
@needs("person.change")
@click.argument("person")
@BY
@JSON
def deactivate(person: str, by: str, as_json: bool) -> None:
    """Let PERSON (their id) do nothing any more, and end their sessions everywhere."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        ended = rooms.deactivate(tx, here.edges(), person, by=by)
    say({"deactivated": person, "sessions": ended}, as_json, f"{person} is deactivated; {ended} sessions ended.")


@people.command()
@needs("person.change")
@click.argument("person")
@BY
@JSON
def activate(person: str, by: str, as_json: bool) -> None:
    """Let PERSON (their id) in again."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        rooms.activate(tx, here.edges(), person, by=by)
    say({"activated": person}, as_json, f"{person} may sign in again.")


@people.command()
@needs("person.change")
@click.argument("person")
@BY
@JSON
def link(person: str, by: str, as_json: bool) -> None:
    """Make the secret of a one-time sign-in link for PERSON (their id): good once, for ten minutes."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        made = links.issue_link(tx, here.edges(), person, by=by)
    say({"person": made.person, "token": made.token}, as_json, made.token, "Good once, for ten minutes.")


def _shown(tx: Transaction, person: Person, *, whole: bool = False) -> Shown:
    here = instance()
    profile = rooms.profile_of(tx, here.edges(), person.id)
    extra = {"address": profile.address, "added_by": person.added_by} if whole else {}
    return Shown(
        id=person.id,
        name=profile.name,
        kind=person.kind,
        human=person.human,
        active=person.active,
        roles=tuple(grant.role for grant in grants.held(tx, person.id)),
        sessions=len(sessions.live(tx, here.clock(), person=person.id)) if whole else 0,
        **extra,
    )


def _line(shown: Shown) -> str:
    state = "" if shown.active else "  deactivated"
    return f"{shown.id}  {shown.name}  {shown.kind}  {', '.join(shown.roles) or 'no role'}{state}"
