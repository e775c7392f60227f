"""`seawall recertify`: who still needs what; what nobody confirms is withdrawn."""

from datetime import timedelta
from typing import Any

import click

from seawall.access.recertify import SOURCES, campaigns
from seawall.access.recertify.model import Campaign, Item
from seawall.access.rights import Asked, Resource, principal
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page


@click.group()
def recertify() -> None:
    """Grants: who still needs what; what nobody confirms is withdrawn."""


@recertify.command()
@needs("role.withdraw")
@click.option("--days", type=click.FloatRange(1, 90), default=14, show_default=True, help="Days to answer.")
@click.option(
    "--ahead", type=click.FloatRange(0, 400), default=30, show_default=True, help="What is due in so many days."
)
@BY
@JSON
def begin(days: float, ahead: float, by: str, as_json: bool) -> None:
    """Ask the owners of what is due. What nobody has confirmed at the deadline is withdrawn."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        made = campaigns.begin(
            tx, here.edges(), SOURCES, by=by, within=timedelta(days=days), ahead=timedelta(days=ahead)
        )
        told = campaigns.report(tx, made.id)
    say(told, as_json, f"{made.id} asks about {len(told.items)}, until {made.deadline:%Y-%m-%d %H:%M} UTC.")


@recertify.command("campaigns")
@needs("person.read")
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List campaigns, newest first."""
    with instance().database().begin() as tx:
        found = page(campaigns.every(tx), lambda each: each.id, after, limit)
    nothing = "There was no campaign yet. Begin one: seawall recertify begin"
    say_page(found, as_json, _campaign, nothing=nothing, limit=limit, name=lambda each: each.id)


@recertify.command()
@needs("person.read")
@click.argument("campaign")
@JSON
def report(campaign: str, as_json: bool) -> None:
    """Show CAMPAIGN: what was confirmed by whom, what was withdrawn, what is open and whose answer it waits for."""
    with instance().database().begin() as tx:
        told = campaigns.report(tx, campaign)
    out = told.outcome
    counts = f"{out.confirmed} confirmed, {out.withdrawn} withdrawn, {out.open} open, {out.kept} kept, {out.gone} gone"
    say(told, as_json, _campaign(told.campaign), counts, *map(_item, told.items))


@recertify.command()
@needs("role.confirm")
@click.argument("item")
@BY
@JSON
def confirm(item: str, by: str, as_json: bool) -> None:
    """Confirm that ITEM of a campaign is still needed."""
    _decide(campaigns.confirm, item, by, as_json)


@recertify.command()
@needs("role.withdraw")
@click.argument("item")
@BY
@JSON
def withdraw(item: str, by: str, as_json: bool) -> None:
    """Take ITEM of a campaign away now."""
    _decide(campaigns.withdraw, item, by, as_json)


@recertify.command()
@needs("system.operate")
@JSON
def close(as_json: bool) -> None:
    """End now the campaigns whose deadline has passed, rather than within five minutes."""
    here = instance()
    with here.database().begin() as tx:
        closed = campaigns.close_due(tx, here.edges(), SOURCES)
    shown = [_campaign(each.campaign) for each in closed] or ["No campaign is over."]
    say(closed, as_json, *shown)


def _decide(act: Any, item: str, by: str, as_json: bool) -> None:
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        done = act(tx, here.edges(), SOURCES, item, by=by, administers=lambda person: _administers(tx, person))
    say(done, as_json, _item(done))


def _administers(tx: Any, person: str) -> bool:
    from seawall.access.people import people, roles

    known = people.find(tx, person)
    who = principal(known, (grant.role for grant in roles.held(tx, known.id)))
    asked = Asked(passkey_seconds=0, approved=True)
    allowed: bool = instance().rights().may(who, "role.confirm", Resource(kind="Person"), asked).allowed
    return allowed


def _campaign(each: Campaign) -> str:
    state = f"closed {each.closed_at:%Y-%m-%d}" if each.closed_at else f"until {each.deadline:%Y-%m-%d %H:%M} UTC"
    return f"{each.id}  begun {each.begun_at:%Y-%m-%d} by {each.begun_by}  {state}"


def _item(each: Item) -> str:
    decided = f" by {each.decided_by}" if each.decided_by else f", waits for {each.owner}"
    return f"  {each.id}  {each.source} {each.what} of {each.holder or each.thing}  {each.state.value}{decided}"
