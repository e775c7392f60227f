"""What an operator's product calls with a project's key: flags, appeals, notices. It alone knows the person."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall import enforce
from seawall.cases import appeals, flags, notices
from seawall.cases.flags import From, Wrong
from seawall.enforce import references
from seawall.enforce.errors import NoSuchAccount
from seawall.vocabulary.ids import AccountId
from seawall.web.offices import office_of
from seawall.web.routes import PROJECT_KEY, Routes, Through
from seawall.web.signed import house_of

routes = Routes("/api/v1", tags=["for products"])


class FlagGiven(BaseModel):
    """What is wrong with which answer."""

    exchange: str = Field(max_length=60)
    wrong: Wrong
    words: str | None = Field(default=None, max_length=8000)


class AppealGiven(BaseModel):
    """What somebody says against which decision; of a machine's, on which exchange."""

    decision: str = Field(max_length=60)
    exchange: str | None = Field(default=None, max_length=60)
    words: str = Field(max_length=20_000)


class ReferenceGiven(BaseModel):
    """A payment or a device, in whatever words the product has for it."""

    what: str = Field(max_length=20)
    value: str = Field(max_length=400)


class ReferenceOfGiven(ReferenceGiven):
    """The same, and whose."""

    end_user: str = Field(min_length=1, max_length=1000)


@routes.post("/flags", needs=PROJECT_KEY, status_code=201)
def flag(given: FlagGiven, request: Request, through: Through) -> dict[str, Any]:
    """Flag an answer. The id that comes back tells later what became of it."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        case = flags.flag(tx, office, given.exchange, given.wrong, given.words, through=through)
    return {"flag": case.id}


@routes.get("/flags/{flag}", needs=PROJECT_KEY)
def follow(flag: str, request: Request, through: Through) -> dict[str, Any]:
    """Say what became of a flag."""
    with house_of(request).database.begin() as tx:
        told: dict[str, Any] = msgspec.to_builtins(flags.follow(tx, flag, through=through))
    return told


@routes.post("/appeals", needs=PROJECT_KEY, status_code=201)
def appeal(given: AppealGiven, request: Request, through: Through) -> dict[str, Any]:
    """File an appeal of the person concerned."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        case = appeals.file(tx, office, given.decision, given.words, through=through, exchange=given.exchange)
    return {"appeal": case.id, "due_at": case.due_at}


@routes.get("/appeals/{appeal}", needs=PROJECT_KEY)
def status(appeal: str, request: Request, through: Through) -> dict[str, Any]:
    """Say where an appeal is, and its answer once there is one."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        told: dict[str, Any] = msgspec.to_builtins(appeals.status(tx, office, appeal, through=through))
    return told


@routes.get("/notices", needs=PROJECT_KEY)
def waiting(request: Request, through: Through, after: str = "", limit: int = 100) -> dict[str, Any]:
    """List the notices that wait to be handed to people, oldest first."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        found = notices.waiting(tx, office, through=through, after=after, limit=max(1, min(limit, 500)))
    return {"notices": msgspec.to_builtins(found), "next": found[-1].id if found else ""}


@routes.post("/notices/{notice}/given", needs=PROJECT_KEY)
def given(notice: str, request: Request, through: Through) -> dict[str, Any]:
    """Say that a notice was taken over; again changes nothing."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        told: dict[str, Any] = msgspec.to_builtins(notices.given(tx, office, notice, through=through))
    return told


@routes.post("/accounts/{account}/references", needs=PROJECT_KEY, status_code=201)
def refer(account: str, given: ReferenceGiven, request: Request, through: Through) -> dict[str, Any]:
    """Say what an account of this project pays with or uses; only a keyed digest is kept."""
    return _referred(request, through, given, AccountId(account))


@routes.post("/references", needs=PROJECT_KEY, status_code=201)
def refer_end_user(given: ReferenceOfGiven, request: Request, through: Through) -> dict[str, Any]:
    """The same of an end user by the name that requests give them with this key."""
    house = house_of(request)
    account = AccountId(house.account(through.key, given.end_user))
    with house.database.begin() as tx:
        known = {"key": through.key, "project": through.project, "has_end_user": True, "clock": house.edges.clock}
        enforce.meet(tx, account, **known)  # type: ignore[arg-type]
    return _referred(request, through, given, account)


def _referred(request: Request, through: From, given: ReferenceGiven, account: AccountId) -> dict[str, Any]:
    house = house_of(request)
    digest = house.edges.lasting(*references.checked(given.what, given.value))
    with house.database.begin() as tx:
        found = enforce.find(tx, account, now=house.edges.clock())
        if found.project != through.project:
            raise NoSuchAccount(account)
        edges = house.edges
        news = references.refer(
            tx, account, given.what, digest, through=through.key, record=edges.record, clock=edges.clock
        )
    return {"account": account, "what": given.what, "new": news}


@routes.get("/accounts/{account}/notices", needs=PROJECT_KEY)
def of_account(account: str, request: Request, through: Through) -> dict[str, Any]:
    """List the notices of an account of this project, newest first."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        found = notices.of_account(tx, office, account, through=through)
    return {"notices": msgspec.to_builtins(found)}
