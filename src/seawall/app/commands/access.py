"""`seawall access`: who may do what, and why."""

from pathlib import Path

import click

from seawall.access.people import people, roles
from seawall.access.rights import ACTIONS, Asked, Resource, follow, load, principal, put_in_force
from seawall.access.rights.force import holding
from seawall.access.rights.rights import NEVER
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, say


@click.group()
def access() -> None:
    """Rights: who may do what, and why."""


@access.command()
@needs("rights.read")
@click.argument("person")
@click.argument("action")
@click.argument("resource")
@click.option("--reader", "readers", multiple=True, help="A reader that the object names; may be repeated.")
@click.option("--proven", is_flag=True, help="As if they had just used a passkey.")
@click.option("--approved", is_flag=True, help="As if the others had agreed.")
@JSON
def explain(
    person: str, action: str, resource: str, readers: tuple[str, ...], proven: bool, approved: bool, as_json: bool
) -> None:
    """Say whether PERSON (their id) may do ACTION to RESOURCE (Kind or Kind:id), why, and what is missing."""
    here = instance()
    with here.database().begin() as tx:
        follow(tx, here.rights())
        known = people.find(tx, person)
        who = principal(known, (grant.role for grant in roles.held(tx, known.id)))
    kind, _, name = resource.partition(":")
    thing = Resource(kind=kind, id=name or "any", readers=frozenset(readers) or None)
    found = here.rights().may(who, action, thing, Asked(passkey_seconds=0 if proven else NEVER, approved=approved))
    verdict = f"{person} {'may' if found.allowed else 'may not'} {action} {resource}."
    decided = f"Decided by: {', '.join(found.because) or 'no policy that permits it'}."
    say(found, as_json, verdict, decided, *(f"Missing: {each}." for each in found.missing))


@access.command()
@needs("rights.read")
@JSON
def actions(as_json: bool) -> None:
    """Show every action: its name, what it is done to, what it asks for, which roles reach it."""
    rights = instance().rights()
    shown = [
        {
            "name": action.name,
            "kind": action.kind,
            "does": action.does,
            "passkey": action.fresh,
            "others": len(action.seats),
            "roles": rights.roles_for(action.name, Resource(kind=action.kind)),
        }
        for action in ACTIONS
    ]
    say(shown, as_json, *(f"{each['name']}  {each['kind']}  {', '.join(each['roles'])}" for each in shown))


@access.command()
@needs("rights.read")
@click.argument("directory", required=False)
@JSON
def check(directory: str | None, as_json: bool) -> None:
    """Check the rules of DIRECTORY, or those in force, against the schema."""
    rights = load(Path(directory)) if directory else instance().rights()
    shown = {"digest": rights.digest, "roles": sorted(rights.roles)}
    say(shown, as_json, f"{len(rights.roles)} roles: {', '.join(sorted(rights.roles))}.", f"digest {rights.digest}")


@access.command()
@needs("rights.change")
@BY
@JSON
def record(by: str, as_json: bool) -> None:
    """Record that the rules of this configuration are in force, where they changed."""
    here = instance()
    with here.database().begin() as tx:
        changed = put_in_force(tx, here.rights(), by=by, record=here.record, clock=here.clock)
        acted(tx, by, changed=changed)
        digest = holding(tx)
    told = "New rules are in force." if changed else "The rules are those that were recorded last."
    say({"digest": digest, "changed": changed}, as_json, told)
