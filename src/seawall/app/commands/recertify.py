"""`seawall recertify`: who still needs what; what nobody confirms is withdrawn."""

from collections.abc import Callable
from datetime import timedelta

import click

from seawall.access.recertify import SOURCES, campaigns
from seawall.access.recertify.model import Campaign, Item, Report
from seawall.access.rights import Asked, Resource, principal
from seawall.app.commands.declared import acted, needs, offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import path
from seawall.store import Transaction


@click.group()
def recertify() -> None:
    """Grants: who still needs what; what nobody confirms is withdrawn."""


@recertify.command()
@offered("role.withdraw")
@click.option("--days", type=click.FloatRange(1, 90), default=14, show_default=True, help="Days to answer.")
@click.option(
    "--ahead", type=click.FloatRange(0, 400), default=30, show_default=True, help="What is due in so many days."
)
@BY
@JSON
def begin(days: float, ahead: float, by: str, as_json: bool) -> None:
    """Ask the owners of what is due. What nobody has confirmed at the deadline is withdrawn."""
    here, within, looks = instance(), timedelta(days=days), timedelta(days=ahead)

    def host(tx: Transaction) -> Report:
        made = campaigns.begin(tx, here.edges(), SOURCES, by=by, within=within, ahead=looks)
        return campaigns.report(tx, made.id)

    where, given = path("recertification", "campaigns"), {"days": days, "ahead": ahead}
    told = reach(Report, api=lambda there: there.call("POST", where, given), host=host)
    made = told.campaign
    say(told, as_json, f"{made.id} asks about {len(told.items)}, until {made.deadline:%Y-%m-%d %H:%M} UTC.")


@recertify.command("campaigns")
@offered("person.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List campaigns, newest first."""
    found = reach_page(
        Campaign,
        api=lambda there: page(there.call("GET", path("recertification")), lambda each: each["id"], after, limit),
        host=campaigns.every,
        name=lambda each: each.id,
        after=after,
        limit=limit,
    )
    nothing = "There was no campaign yet. Begin one: seawall recertify begin"
    say_page(found, as_json, _campaign, nothing=nothing, limit=limit, name=lambda each: each.id)


@recertify.command()
@offered("person.read", reads=True)
@click.argument("campaign")
@JSON
def report(campaign: str, as_json: bool) -> None:
    """Show CAMPAIGN: what was confirmed by whom, what was withdrawn, what is open and whose answer it waits for."""
    told = reach(
        Report,
        api=lambda there: there.call("GET", path("recertification", "campaigns", campaign)),
        host=lambda tx: campaigns.report(tx, campaign),
    )
    out = told.outcome
    counts = f"{out.confirmed} confirmed, {out.withdrawn} withdrawn, {out.open} open, {out.kept} kept, {out.gone} gone"
    say(told, as_json, _campaign(told.campaign), counts, *map(_item, told.items))


@recertify.command()
@offered("role.confirm")
@click.argument("item")
@BY
@JSON
def confirm(item: str, by: str, as_json: bool) -> None:
    """Confirm that ITEM of a campaign is still needed. Over the API its owner may."""
    _decide("confirm", campaigns.confirm, item, by, as_json)


@recertify.command()
@offered("role.withdraw")
@click.argument("item")
@BY
@JSON
def withdraw(item: str, by: str, as_json: bool) -> None:
    """Take ITEM of a campaign away now. Over the API its owner may, or its holder."""
    _decide("withdraw", campaigns.withdraw, item, by, as_json)


@recertify.command()
@needs("system.operate", host="the worker does it by itself, within five minutes")
@JSON
def close(as_json: bool) -> None:
    """End now the campaigns whose deadline has passed, rather than within five minutes."""
    here = instance()
    with here.database().begin() as tx:
        closed = campaigns.close_due(tx, here.edges(), SOURCES)
        acted(tx, changed=bool(closed))
    shown = [_campaign(each.campaign) for each in closed] or ["No campaign is over."]
    say(closed, as_json, *shown)


def _decide(name: str, act: Callable[..., Item], item: str, by: str, as_json: bool) -> None:
    here = instance()

    def host(tx: Transaction) -> Item:
        return act(tx, here.edges(), SOURCES, item, by=by, administers=lambda person: _administers(tx, person))

    done = reach(Item, api=lambda there: there.call("POST", path("recertification", "items", item, name)), host=host)
    say(done, as_json, _item(done))


def _administers(tx: Transaction, person: str) -> bool:
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
