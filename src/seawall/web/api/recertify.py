"""Recertification: what is asked of whom, and their answers."""

from datetime import datetime, timedelta

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.people import people, roles
from seawall.access.recertify import SOURCES, campaigns
from seawall.access.recertify.model import Campaign, Item
from seawall.access.rights import Asked, Resource, principal
from seawall.store import Transaction
from seawall.web.house import House
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/recertification", tags=["recertification"])


class CampaignShown(BaseModel):
    """A campaign."""

    id: str
    begun_by: str
    begun_at: datetime
    deadline: datetime
    closed_at: datetime | None


class ItemShown(BaseModel):
    """One question of a campaign, and its answer."""

    id: str
    campaign: str
    source: str
    thing: str
    holder: str
    what: str
    owner: str
    orphaned: bool
    review_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reminded_at: datetime | None


class ReportShown(BaseModel):
    """A campaign with its counts and items."""

    campaign: CampaignShown
    outcome: dict[str, int]
    items: list[ItemShown]


class BeginAsked(BaseModel):
    """How long owners have, and how far ahead is looked."""

    days: float = Field(default=14, ge=1, le=90)
    ahead: float = Field(default=30, ge=0, le=400)


@routes.get("", needs=may("person.read"))
def every(request: Request) -> list[CampaignShown]:
    """List campaigns, newest first."""
    with house_of(request).database.begin() as tx:
        return [_campaign(each) for each in campaigns.every(tx)]


@routes.get("/inbox", needs=SIGNED_IN)
def inbox(request: Request, signed: Caller) -> list[ItemShown]:
    """List what the caller is asked at this moment."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = campaigns.inbox(tx, SOURCES, signed.person.id, lambda who: _administers(tx, house, who))
        return [_item(each) for each in found]


@routes.get("/campaigns/{campaign}", needs=may("person.read"))
def report(campaign: str, request: Request) -> ReportShown:
    """Show a campaign: what was confirmed by whom, what was withdrawn, what is open."""
    with house_of(request).database.begin() as tx:
        return _report(tx, campaign)


@routes.post("/campaigns", needs=may("role.withdraw"))
def begin(given: BeginAsked, request: Request, signed: Caller) -> ReportShown:
    """Ask the owners of what is due; what nobody has confirmed at the deadline is withdrawn."""
    house, days, ahead = house_of(request), timedelta(days=given.days), timedelta(days=given.ahead)
    with house.database.begin() as tx:
        made = campaigns.begin(tx, house.edges, SOURCES, by=signed.person.id, within=days, ahead=ahead)
        return _report(tx, made.id)


@routes.post("/items/{item}/confirm", needs=SIGNED_IN)
def confirm(item: str, request: Request, signed: Caller) -> ItemShown:
    """Confirm that something is still needed; its owner may, or an administrator where no owner is left."""
    house = house_of(request)
    with house.database.begin() as tx:
        done = campaigns.confirm(
            tx, house.edges, SOURCES, item, by=signed.person.id, administers=lambda who: _administers(tx, house, who)
        )
        return _item(done)


@routes.post("/items/{item}/withdraw", needs=SIGNED_IN)
def withdraw(item: str, request: Request, signed: Caller) -> ItemShown:
    """Take away what is not needed any more; its owner may, or its holder."""
    house = house_of(request)
    with house.database.begin() as tx:
        done = campaigns.withdraw(
            tx, house.edges, SOURCES, item, by=signed.person.id, administers=lambda who: _administers(tx, house, who)
        )
        return _item(done)


def _administers(tx: Transaction, house: House, person: str) -> bool:
    known = people.find(tx, person)
    who = principal(known, (grant.role for grant in roles.held(tx, known.id)))
    asked = Asked(passkey_seconds=0, approved=True)
    return house.desk.rights.may(who, "role.confirm", Resource(kind="Person"), asked).allowed


def _report(tx: Transaction, campaign: str) -> ReportShown:
    told = campaigns.report(tx, campaign)
    counts = {name: getattr(told.outcome, name) for name in told.outcome.__struct_fields__}
    return ReportShown(campaign=_campaign(told.campaign), outcome=counts, items=[_item(each) for each in told.items])


def _campaign(each: Campaign) -> CampaignShown:
    return CampaignShown(**{name: getattr(each, name) for name in CampaignShown.model_fields})


def _item(each: Item) -> ItemShown:
    return ItemShown(**{name: getattr(each, name) for name in ItemShown.model_fields})
