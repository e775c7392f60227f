"""`seawall access`: who may do what, and why."""

from pathlib import Path

import click
import msgspec

from seawall.access.rights import ACTIONS, Permission, Resource, Rights, follow, load, put_in_force
from seawall.access.rights.explain import explained
from seawall.access.rights.force import holding
from seawall.app.commands.declared import acted, needs, offered, reach
from seawall.app.commands.options import BY, JSON, instance, say
from seawall.app.remote import path, query
from seawall.store import Transaction


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """An action: what it is done to, what it asks for, which roles reach it."""

    name: str
    kind: str
    does: str
    passkey: bool
    others: int
    roles: tuple[str, ...]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules these are, and the roles that they speak of."""

    digest: str
    roles: tuple[str, ...]


@click.group()
def access() -> None:
    """Rights: who may do what, and why."""


@access.command()
@offered("rights.read", reads=True)
@click.argument("who")
@click.argument("action")
@click.argument("resource")
@click.option("--reader", "readers", multiple=True, help="A reader that the object names; may be repeated.")
@click.option("--proven", is_flag=True, help="As if they had just used a passkey.")
@click.option("--approved", is_flag=True, help="As if the others had agreed.")
@JSON
def explain(
    who: str, action: str, resource: str, readers: tuple[str, ...], proven: bool, approved: bool, as_json: bool
) -> None:
    """Say whether WHO may do ACTION to RESOURCE (Kind or Kind:id), why, and what is missing.

    WHO is a person or a service account (pe_…), or an application (key_…).
    """
    flags = {"proven": proven, "approved": approved}
    asked = query({"who": who, "action": action, "resource": resource, "reader": readers, **flags})
    found = reach(
        Permission,
        api=lambda there: there.call("GET", f"{path('rights', 'explain')}?{asked}"),
        host=lambda tx: explained(tx, _held(tx), who, action, resource, readers=readers, **flags),
    )
    verdict = f"{who} {'may' if found.allowed else 'may not'} {action} {resource}."
    decided = f"Decided by: {', '.join(found.because) or 'no policy that permits it'}."
    say(found, as_json, verdict, decided, *(f"Missing: {each}." for each in found.missing))


@access.command()
@offered("rights.read", reads=True)
@JSON
def actions(as_json: bool) -> None:
    """Show every action: its name, what it is done to, what it asks for, which roles reach it."""
    shown = reach(
        list[Reached],
        api=lambda there: there.call("GET", path("rights", "actions")),
        host=lambda tx: _reached(_held(tx)),
    )
    say(shown, as_json, *(f"{each.name}  {each.kind}  {', '.join(each.roles)}" for each in shown))


@access.command()
@offered("rights.read", reads=True)
@click.argument("directory", required=False)
@JSON
def check(directory: str | None, as_json: bool) -> None:
    """Check the rules of DIRECTORY, or show those in force, against the schema."""
    if directory:
        shown = _rules(load(Path(directory)))
    else:
        shown = reach(Rules, api=lambda there: there.call("GET", path("rights")), host=lambda tx: _rules(_held(tx)))
    say(shown, as_json, f"{len(shown.roles)} roles: {', '.join(shown.roles)}.", f"digest {shown.digest}")


@access.command()
@needs("rights.change", host="the files of rules lie here; over the API others agree to new ones")
@BY
@JSON
def record(by: str, as_json: bool) -> None:
    """Record that the rules of this configuration are in force, where they changed."""
    here = instance()
    with here.database().begin() as tx:
        changed = put_in_force(tx, here.rights(), by=by, record=here.record, clock=here.clock)
        acted(tx, changed=changed)
        digest = holding(tx)
    told = "New rules are in force." if changed else "The rules are those that were recorded last."
    say({"digest": digest, "changed": changed}, as_json, told)


def _held(tx: Transaction) -> Rights:
    """Return the rules in force, as every process follows them."""
    rights: Rights = instance().rights()
    follow(tx, rights)
    return rights


def _rules(rights: Rights) -> Rules:
    return Rules(digest=rights.digest, roles=tuple(sorted(rights.roles)))


def _reached(rights: Rights) -> list[Reached]:
    return [
        Reached(
            name=action.name,
            kind=action.kind,
            does=action.does,
            passkey=action.fresh,
            others=len(action.seats),
            roles=rights.roles_for(action.name, Resource(kind=action.kind)),
        )
        for action in ACTIONS
    ]
