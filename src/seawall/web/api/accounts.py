"""Accounts: where each stands and why, and what a person does about it; a decision taken back."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall import enforce
from seawall.access.keys import project_of
from seawall.access.rights import Asked, Resource
from seawall.cases import finding
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId
from seawall.vocabulary.standing import Standing, State, limits_of
from seawall.web.house import House
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/api/accounts", tags=["accounts"])
_MOST, _LONGEST_DAYS = 500, 36_500


class StandingShown(BaseModel):
    """Where an account is: until when, at what rate, and what its strikes weigh."""

    state: State = State.GOOD
    until: datetime | None = None
    per_minute: int | None = None
    limits: list[str] = []
    weight: float


class AccountShown(BaseModel):
    """An account that something was held against."""

    id: str
    key: str
    project: str
    has_end_user: bool
    first_seen: datetime
    updated_at: datetime
    standing: StandingShown


class AccountsPage(BaseModel):
    """A page of accounts; `next` is the `after` of the page that follows."""

    accounts: list[AccountShown]
    next: str


class Stands(BaseModel):
    """Where the account is now; `of` is what was acted on."""

    of: str
    standing: StandingShown


class Because(BaseModel):
    """Why, as a code such as appeal_upheld."""

    reason_code: str = Field(max_length=60)


class For(Because):
    """Why, and for how long; left out, until it is lifted."""

    days: float | None = Field(default=None, gt=0, le=_LONGEST_DAYS)


class Restriction(For):
    """How many requests a minute still pass, and what else is held back."""

    per_minute: int | None = Field(default=None, ge=1, le=1_000_000)
    tools: bool = True
    media: bool = True
    without_models: list[str] = Field(default=[], max_length=50)


class LabelGiven(For):
    """A label."""

    name: str = Field(max_length=60)


class EndUser(BaseModel):
    """A key, and an end user as its requests name them; left out, the account of the key itself."""

    key: str = Field(max_length=60)
    end_user: str | None = Field(default=None, max_length=1000)


@routes.get("", needs=may("account.read"))
def every(
    request: Request,
    state: State | None = None,
    key: str = "",
    project: str = "",
    label: str = "",
    after: str = "",
    limit: int = 100,
) -> AccountsPage:
    """List accounts that something was held against: in a state, of a key or a project, with a label."""
    house, most = house_of(request), max(1, min(limit, _MOST))
    asked = {"state": state, "key": key, "project": project, "label": label}
    with house.database.begin() as tx:
        found = enforce.accounts(tx, AccountId(after), most, now=house.edges.clock(), **asked)  # type: ignore[arg-type]
    following = found[-1].id if len(found) == most else ""
    return AccountsPage(accounts=[_account(each) for each in found], next=following)


@routes.post("/meet", needs=may("account.change_standing"))
def meet(given: EndUser, request: Request) -> Stands:
    """Make the account of a key and an end user known, so that something can be done about it."""
    house = house_of(request)
    named = AccountId(house.account(given.key, given.end_user))
    with house.database.begin() as tx:
        project, clock = project_of(tx, given.key), house.edges.clock
        enforce.meet(tx, named, key=KeyId(given.key), project=project, has_end_user=bool(given.end_user), clock=clock)
        return _stands(named, enforce.standing(tx, named, now=clock()))


@routes.get("/{account}", needs=may("account.read", of="account"))
def show(account: str, request: Request, signed: Caller, skip: int = 0, limit: int = 100) -> dict[str, Any]:
    """Show an account whole, with `limit` entries of its history behind the first `skip`."""
    found: dict[str, Any] = msgspec.to_builtins(seen_whole(account, request, signed, skip=skip, limit=limit))
    return found


def seen_whole(account: str, request: Request, signed: Signed, *, skip: int, limit: int) -> enforce.Whole:
    """Return an account with the cases that somebody may see. Raises NoSuchAccount."""
    house, first, most = house_of(request), max(0, skip), max(1, min(limit, _MOST))
    with house.database.begin() as tx:
        found = enforce.whole(tx, AccountId(account), now=house.edges.clock(), skip=first, limit=most)
        cases = _cases(tx, house, signed, account)
    return msgspec.structs.replace(found, cases=cases)


def _cases(tx: Transaction, house: House, signed: Signed, account: str) -> tuple[str, ...]:
    allowed = house.desk.rights.may(signed.principal, "case.read", Resource(kind="Case", id="any"), Asked()).allowed
    if not allowed:
        return ()
    found = finding.newest(tx, finding.Asked(account=account), reader=signed.person.id)
    return tuple(each.id for each in found)


@routes.post("/{account}/labels", needs=may("account.change_standing", of="account"))
def label(account: str, given: LabelGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Give an account a label, for so long or until it is taken off."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = enforce.label(tx, AccountId(account), given.name, **_for(house, signed, given))
    told: dict[str, Any] = msgspec.to_builtins(made)
    return told


@routes.post("/{account}/labels/{name}/end", needs=may("account.change_standing", of="account"))
def end_label(account: str, name: str, given: Because, request: Request, signed: Caller) -> dict[str, Any]:
    """Take a label off an account."""
    house = house_of(request)
    with house.database.begin() as tx:
        ended = enforce.end_label(tx, AccountId(account), name, **_because(house, signed, given))
    return {"ended": [each.id for each in ended]}


@routes.post("/{account}/warn", needs=may("account.change_standing", of="account"))
def warn(account: str, given: For, request: Request, signed: Caller) -> Stands:
    """Warn an account."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _stands(account, enforce.warn(tx, AccountId(account), **_for(house, signed, given)))


@routes.post("/{account}/restrict", needs=may("account.change_standing", of="account"))
def restrict(account: str, given: Restriction, request: Request, signed: Caller) -> Stands:
    """Limit an account to a rate, or hold tools, media or models back from it."""
    house = house_of(request)
    limits = limits_of(tools=given.tools, media=given.media, without_models=given.without_models)
    told = _for(house, signed, given) | {"per_minute": given.per_minute, "limits": limits}
    with house.database.begin() as tx:
        return _stands(account, enforce.restrict(tx, AccountId(account), **told))


@routes.post("/{account}/suspend", needs=may("account.change_standing", of="account"))
def suspend(account: str, given: For, request: Request, signed: Caller) -> Stands:
    """Refuse everything of an account."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _stands(account, enforce.suspend(tx, AccountId(account), **_for(house, signed, given)))


@routes.post("/{account}/ban", needs=may("account.change_standing", of="account"))
def ban(account: str, given: For, request: Request, signed: Caller) -> Stands:
    """Refuse everything of an account for good, or so long."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _stands(account, enforce.ban(tx, AccountId(account), **_for(house, signed, given)))


@routes.post("/{account}/reinstate", needs=may("account.change_standing", of="account"))
def reinstate(account: str, given: Because, request: Request, signed: Caller) -> Stands:
    """Lift everything that holds against an account; its strikes stop counting."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _stands(account, enforce.reinstate(tx, AccountId(account), **_because(house, signed, given)))


@routes.post("/decisions/{decision}/reverse", needs=may("account.change_standing"))
def reverse(decision: str, given: Because, request: Request, signed: Caller) -> Stands:
    """Undo everything that followed from a decision."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _stands(decision, enforce.reverse(tx, DecisionId(decision), **_because(house, signed, given)))


def _because(house: House, signed: Caller, given: Because) -> dict[str, Any]:
    edges = house.edges
    told: dict[str, Any] = {"by": signed.person.id, "reason_code": given.reason_code}
    return told | {"record": edges.record, "clock": edges.clock}


def _for(house: House, signed: Caller, given: For) -> dict[str, Any]:
    until = None if given.days is None else house.edges.clock() + timedelta(days=given.days)
    return _because(house, signed, given) | {"until": until}


def _stands(of: str, standing: Standing) -> Stands:
    return Stands(of=of, standing=_seen(standing))


def _account(each: enforce.Account) -> AccountShown:
    return AccountShown(**msgspec.structs.asdict(each) | {"standing": _seen(each.standing)})


def _seen(standing: Standing) -> StandingShown:
    return StandingShown(**msgspec.structs.asdict(standing))
