"""`seawall organisations`: whose projects are, who is banned, and letting them back in."""

from datetime import datetime
from typing import Any

import click
import msgspec

from seawall.access import organisations as rooms
from seawall.app.commands.declared import offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.app.remote import Remote, path
from seawall.store import Transaction


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as it is shown."""

    id: str
    name: str
    added_at: datetime
    banned_at: datetime | None
    why: str
    projects: tuple[str, ...]


def _shown(tx: Transaction, known: rooms.Organisation) -> Shown:
    fields = msgspec.structs.asdict(known)
    del fields["reason"]
    return Shown(**fields, why=rooms.why(tx, instance().edges(), known))


@click.group()
def organisations() -> None:
    """Organisations: whose projects are, and who is banned."""


@organisations.command("list")
@offered("organisation.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List organisations: id, name, projects, since when they are banned."""
    found = reach_page(
        Shown,
        api=lambda there: there.pages(path("organisations"), "organisations", after=after, limit=limit),
        host=lambda tx: [_shown(tx, each) for each in rooms.every(tx)],
        name=lambda each: each.id,
        after=after,
        limit=limit,
    )
    nothing = "There is no organisation. `seawall organisations add NAME` makes one."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@organisations.command()
@offered("organisation.read", reads=True)
@click.argument("organisation")
@JSON
def show(organisation: str, as_json: bool) -> None:
    """Show ORGANISATION, by id or name."""
    found = reach(
        Shown,
        api=lambda there: there.call("GET", path("organisations", organisation)),
        host=lambda tx: _shown(tx, rooms.find(tx, organisation)),
    )
    say(found, as_json, _line(found), *(f"  {each}" for each in found.projects), *([found.why] if found.why else []))


@organisations.command()
@offered("organisation.change")
@click.argument("name")
@BY
@JSON
def add(name: str, by: str, as_json: bool) -> None:
    """Make an organisation NAME."""
    here = instance()
    made = reach(
        Shown,
        api=lambda there: there.call("POST", path("organisations"), {"name": name}),
        host=lambda tx: _shown(tx, rooms.add(tx, here.edges(), name, by=by)),
    )
    say(made, as_json, _line(made), f"Next: seawall organisations assign {made.id} PROJECT")


@organisations.command()
@offered("organisation.change")
@click.argument("organisation")
@click.argument("project")
@click.option("--remove", is_flag=True, help="It is nobody's any more.")
@BY
@JSON
def assign(organisation: str, project: str, remove: bool, by: str, as_json: bool) -> None:
    """Say that PROJECT is ORGANISATION's."""
    here = instance()

    def api(there: Remote) -> Any:
        at = path("organisations", organisation, "projects")
        if remove:
            known = there.call("GET", path("projects", project))["id"]
            return there.call("DELETE", path("organisations", organisation, "projects", known))
        return there.call("POST", at, {"project": project})

    def host(tx: Transaction) -> Shown:
        known = rooms.find(tx, organisation)
        which = rooms.owned(tx, known, project) if remove else project
        rooms.assign(tx, here.edges(), which, None if remove else known.id, by=by)
        return _shown(tx, rooms.find(tx, known.id))

    found = reach(Shown, api=api, host=host)
    say(found, as_json, _line(found))


@organisations.command()
@offered("organisation.ban")
@click.argument("organisation")
@click.option("--did", required=True, help="What it did; staff see it. Kept in the vault.")
@BY
@JSON
def ban(organisation: str, did: str, by: str, as_json: bool) -> None:
    """Refuse all keys of ORGANISATION's projects. Others agree to it."""
    here = instance()
    found = reach(
        Shown,
        api=lambda there: there.do("organisation.ban", organisation=organisation, what_it_did=did),
        host=lambda tx: _shown(tx, rooms.ban(tx, here.edges(), organisation, reason=did, by=by)),
    )
    say(found, as_json, _line(found))


@organisations.command()
@offered("organisation.reinstate")
@click.argument("organisation")
@BY
@JSON
def reinstate(organisation: str, by: str, as_json: bool) -> None:
    """Let the keys of a banned ORGANISATION work again."""
    here = instance()
    found = reach(
        Shown,
        api=lambda there: there.call("POST", path("organisations", organisation, "reinstate"), {}),
        host=lambda tx: _shown(tx, rooms.reinstate(tx, here.edges(), organisation, by=by)),
    )
    say(found, as_json, _line(found))


def _line(found: Shown) -> str:
    barred = f"  banned since {found.banned_at:%Y-%m-%d %H:%M} UTC" if found.banned_at else ""
    return f"{found.id}  {found.name}  {len(found.projects)} projects{barred}"
