"""Outside testers: engagements, who was validated for them, their keys, and the statement of what a test ran under."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access import testers
from seawall.access.testers import Check, Engagement
from seawall.gateway.testing import tested
from seawall.store import Transaction
from seawall.web.approved import done
from seawall.web.house import House
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/testers", tags=["testers"])


class EngagementGiven(BaseModel):
    """What an engagement is to be; times carry their zone, addresses are networks."""

    organisation: str = Field(max_length=200)
    purpose: str = Field(max_length=4000)
    project: str = Field(max_length=200)
    owner: str = Field(max_length=60)
    begins: datetime
    ends: datetime
    models: list[str] = Field(max_length=200)
    addresses: list[str] = Field(max_length=200)
    request_budget: int | None = None
    token_budget: int | None = None
    approval: str | None = Field(default=None, max_length=60)


class TesterGiven(BaseModel):
    """A person, and what was looked at before they are let in."""

    person: str = Field(max_length=60)
    checked: Check


class KeyGiven(BaseModel):
    """Whose key, called what, with which budget of its own."""

    person: str = Field(max_length=60)
    name: str = Field(max_length=80)
    request_budget: int | None = None
    token_budget: int | None = None


class TesterShown(BaseModel):
    """A tester as staff see them."""

    person: str
    checked: str
    validated_by: str
    validated_at: datetime
    removed_at: datetime | None
    has_factor: bool
    active: bool


class KeyShown(BaseModel):
    """A key of a tester, without its secret."""

    key: str
    person: str
    name: str
    prefix: str
    made_at: datetime
    request_budget: int | None
    token_budget: int | None
    requests: int
    tokens: int
    revoked: bool


class EngagementShown(BaseModel):
    """An engagement in a list."""

    id: str
    organisation: str
    project: str
    owner: str
    state: str
    begins: datetime
    ends: datetime
    ended_at: datetime | None
    models: list[str]
    addresses: list[str]
    request_budget: int | None
    token_budget: int | None
    requests: int
    tokens: int
    safeguards: bool


class SafeguardsShown(BaseModel):
    """From when on the safeguards of an engagement were on or off, and by which approval."""

    since: datetime
    safeguards: bool
    approval: str | None


class EngagementWhole(EngagementShown):
    """An engagement with its people and keys, and every state of its safeguards, oldest first."""

    purpose: str
    made_at: datetime
    made_by: str
    ended_why: str | None
    safeguards_were: list[SafeguardsShown]
    testers: list[TesterShown]
    keys: list[KeyShown]


class EngagementsPage(BaseModel):
    """A page of engagements; `next` is the `after` of the page that follows."""

    engagements: list[EngagementShown]
    next: str


class KeyMade(BaseModel):
    """A new key; the secret is shown this once."""

    key: str
    secret: str


class Stated(BaseModel):
    """The record that states the conditions; its proof can be handed over."""

    record: str
    conditions: dict[str, Any]


@routes.get("", needs=may("tester.read"))
def every(request: Request, after: str = "", limit: int = 100) -> EngagementsPage:
    """List engagements, newest first."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(testers.every(tx), lambda each: str(each.id), after, limit)
        shown = [EngagementShown(**_seen(tx, house, each)) for each in taken]
    return EngagementsPage(engagements=shown, next=following)


@routes.post("", needs=may("tester.manage"))
def make(given: EngagementGiven, request: Request, signed: Caller) -> EngagementWhole:
    """Begin an engagement, as others agreed; without their approval the refusal says what to ask for."""
    house = house_of(request)
    made = done(request, signed, "tester.begin", given.model_dump(exclude={"approval"}), given.approval)
    with house.database.begin() as tx:
        return _whole(tx, house, testers.find(tx, made["engagement"]))


@routes.get("/{engagement}", needs=may("tester.read", of="engagement"))
def show(engagement: str, request: Request) -> EngagementWhole:
    """Show an engagement with its testers and keys."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _whole(tx, house, testers.find(tx, engagement))


@routes.post("/{engagement}/testers", needs=may("tester.manage", of="engagement"))
def validate(engagement: str, given: TesterGiven, request: Request, signed: Caller) -> EngagementWhole:
    """Say that one looked at who a tester is, which lets them in."""
    house = house_of(request)
    with house.database.begin() as tx:
        testers.validate(tx, house.edges, engagement, given.person, checked=given.checked, by=signed.person.id)
        return _whole(tx, house, testers.find(tx, engagement))


@routes.delete("/{engagement}/testers/{person}", needs=may("tester.manage", of="engagement"))
def remove(engagement: str, person: str, request: Request, signed: Caller) -> EngagementWhole:
    """Take a tester out; their keys end."""
    house = house_of(request)
    with house.database.begin() as tx:
        testers.remove(tx, house.edges, engagement, person, by=signed.person.id)
        return _whole(tx, house, testers.find(tx, engagement))


@routes.post("/{engagement}/keys", needs=may("tester.manage", of="engagement"))
def make_key(engagement: str, given: KeyGiven, request: Request, signed: Caller) -> KeyMade:
    """Make a key of a tester."""
    house = house_of(request)
    budgets = {"request_budget": given.request_budget, "token_budget": given.token_budget}
    with house.database.begin() as tx:
        key, secret = testers.make_key(
            tx, house.edges, engagement, given.person, given.name, by=signed.person.id, **budgets
        )
    return KeyMade(key=key, secret=secret)


@routes.post("/{engagement}/end", needs=may("tester.manage", of="engagement"))
def end(engagement: str, request: Request, signed: Caller) -> EngagementWhole:
    """End an engagement now, and its keys."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _whole(tx, house, testers.end(tx, house.edges, engagement, by=signed.person.id))


@routes.post("/{engagement}/safeguards", needs=may("tester.manage", of="engagement"))
def restore(engagement: str, request: Request, signed: Caller) -> EngagementWhole:
    """Put the safeguards back. To lift them takes others: `tester.lift_safeguards`."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _whole(tx, house, testers.restore_safeguards(tx, house.edges, engagement, by=signed.person.id))


@routes.post("/{engagement}/statement", needs=may("tester.manage", of="engagement"))
def state(engagement: str, request: Request, signed: Caller) -> Stated:
    """State under which conditions the test ran so far."""
    house = house_of(request)
    with house.database.begin() as tx:
        record, conditions = testers.issue(tx, house.edges, engagement, tested, by=signed.person.id)
    return Stated(record=record, conditions=msgspec.to_builtins(conditions))


def _seen(tx: Transaction, house: House, found: Engagement) -> dict[str, Any]:
    fields = {name: getattr(found, name, None) for name in EngagementShown.model_fields}
    requests, tokens = testers.used(tx, found.id)
    counted = {"requests": requests, "tokens": tokens, "state": found.state(house.edges.clock()).value}
    return fields | counted | {"models": list(found.models), "addresses": list(found.addresses)}


def _whole(tx: Transaction, house: House, found: Engagement) -> EngagementWhole:
    return EngagementWhole(
        **_seen(tx, house, found),
        purpose=testers.purpose_of(tx, house.edges, found),
        made_at=found.made_at,
        made_by=found.made_by,
        ended_why=found.ended_why,
        safeguards_were=[SafeguardsShown(**msgspec.to_builtins(each)) for each in testers.over_time(tx, found.id)],
        testers=[TesterShown(**msgspec.to_builtins(each)) for each in testers.testers_of(tx, found.id)],
        keys=[KeyShown(**msgspec.to_builtins(each)) for each in testers.keys_of(tx, found.id)],
    )
