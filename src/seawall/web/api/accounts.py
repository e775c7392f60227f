"""Accounts: where each stands and why, and what a person does about it; a decision taken back."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall import enforce
from seawall.access.keys import project_of
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId
from seawall.vocabulary.standing import Standing, State
from seawall.web.house import House
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/accounts", tags=["accounts"])
_MOST, _LONGEST_DAYS = 500, 36_500


class StandingShown(BaseModel):
    """Where an account is: until when, at what rate, and what its strikes weigh."""

    state: State = State.GOOD
    until: datetime | None = None
    per_minute: int | None = None
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


class EntryShown(BaseModel):
    """One line of a history. `what` is decision, strike, standing, person or reversal; it says which fields are set."""

    at: datetime
    what: str
    id: str = ""
    exchange: str = ""
    measure: str = ""
    because: list[str] = []
    rule: str = ""
    category: str = ""
    weight: float = 0.0
    expires_at: datetime | None = None
    from_state: str = ""
    to_state: str = ""
    until: datetime | None = None
    per_minute: int | None = None
    cause: str = ""
    decision: str = ""
    at_weight: float | None = None
    by: str = ""
    reason_code: str = ""
    reversed_at: datetime | None = None


class AccountWhole(BaseModel):
    """Where an account stands and its history, oldest first; `more` entries follow."""

    account: str
    standing: StandingShown
    history: list[EntryShown]
    more: int


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


class Rate(For):
    """How many requests a minute still pass."""

    per_minute: int = Field(ge=1, le=1_000_000)


class EndUser(BaseModel):
    """A key, and an end user as its requests name them; left out, the account of the key itself."""

    key: str = Field(max_length=60)
    end_user: str | None = Field(default=None, max_length=1000)


@routes.get("", needs=may("account.read"))
def every(request: Request, state: State | None = None, after: str = "", limit: int = 100) -> AccountsPage:
    """List accounts that something was held against."""
    house, most = house_of(request), max(1, min(limit, _MOST))
    with house.database.begin() as tx:
        found = enforce.accounts(tx, AccountId(after), most, now=house.edges.clock(), state=state)
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


@routes.get("/{account}", needs=may("account.read", of="account"), response_model_exclude_defaults=True)
def show(account: str, request: Request, skip: int = 0, limit: int = 100) -> AccountWhole:
    """Show where an account stands and its history, `limit` entries behind the first `skip`."""
    house, first, most = house_of(request), max(0, skip), max(1, min(limit, _MOST))
    with house.database.begin() as tx:
        whole = enforce.history(tx, AccountId(account))
        standing = enforce.standing(tx, AccountId(account), now=house.edges.clock())
    found = whole[first : first + most]
    return AccountWhole(
        account=account,
        standing=_seen(standing),
        history=[EntryShown(**msgspec.to_builtins(each)) for each in found],
        more=max(0, len(whole) - first - len(found)),
    )


@routes.post("/{account}/restrict", needs=may("account.change_standing", of="account"))
def restrict(account: str, given: Rate, request: Request, signed: Caller) -> Stands:
    """Limit an account to a rate."""
    house, rate = house_of(request), given.per_minute
    with house.database.begin() as tx:
        return _stands(account, enforce.restrict(tx, AccountId(account), per_minute=rate, **_for(house, signed, given)))


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
