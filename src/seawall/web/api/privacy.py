"""Privacy requests: who asked for what about their data, the answer; and, for anyone, how long content is kept."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request as Asked
from fastapi import Response
from pydantic import BaseModel, Field

from seawall.access import keys
from seawall.access import privacy as rooms
from seawall.access.people.model import Profile
from seawall.access.privacy import Checked, Request, Whose, Wish
from seawall.access.rights import Resource
from seawall.web.house import House
from seawall.web.paging import page
from seawall.web.routes import ANYONE, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/privacy", tags=["privacy"])


class WishGiven(BaseModel):
    """A wish about accounts, a person here or projects; or about an end user of a project, by name."""

    wish: Wish
    kind: Whose
    subjects: list[str] = Field(default_factory=list, max_length=1000)
    project: str = Field(default="", max_length=200)
    end_user: str = Field(default="", max_length=1000)


class CheckGiven(BaseModel):
    """How it was found out who asks."""

    how: Checked


class CorrectionGiven(BaseModel):
    """A person's profile, or a note beside an account."""

    name: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=10_000)


class RefusalGiven(BaseModel):
    """Why, as a code."""

    reason_code: str = Field(max_length=40)


class RequestShown(BaseModel):
    """A request as staff see it."""

    id: str
    wish: str
    kind: str
    subjects: list[str]
    state: str
    asked_at: datetime
    due_at: datetime
    overdue: bool
    taken_by: str
    checked: str | None
    checked_by: str | None
    checked_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    answer: dict[str, Any] | None
    held: dict[str, int] | None = None
    on_hold: dict[str, int] | None = None
    opted_out: list[str] | None = None


class HoldShown(BaseModel):
    """A hold on something that is stored of whoever asks: what no deletion reaches until somebody releases it.

    `reason` is empty for whoever may not hold content.
    """

    hold: str
    item: str
    retention: str
    by: str
    at: datetime
    reason: str


class RequestsPage(BaseModel):
    """A page of requests; `next` is the `after` of the page that follows."""

    requests: list[RequestShown]
    next: str


@routes.get("/retention", needs=ANYONE)
def retention(request: Asked) -> dict[str, Any]:
    """Say for how long what is kept; `days` is null for what is kept until it is erased."""
    archive = house_of(request).archive
    classes = msgspec.to_builtins(rooms.classes(archive.periods))
    return {"classes": classes, "backups_kept_days": archive.backups_kept_days}


@routes.get("/requests", needs=may("privacy.read"))
def every(request: Asked, after: str = "", limit: int = 100, only_open: bool = False) -> RequestsPage:
    """List requests, newest first; the open ones by when they are due."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(rooms.every(tx, only_open=only_open), lambda each: str(each.id), after, limit)
    return RequestsPage(requests=[_seen(house, each) for each in taken], next=following)


def whole(request: Asked) -> list[RequestShown]:
    """Return all requests: those that wait by when they are due, then the others, newest first."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = [*rooms.every(tx, only_open=True), *(each for each in rooms.every(tx) if each.closed_at is not None)]
    return [_seen(house, each) for each in found]


@routes.post("/requests", needs=may("privacy.answer"))
def take(given: WishGiven, request: Asked, signed: Caller) -> RequestShown:
    """Take a request in."""
    house = house_of(request)
    with house.database.begin() as tx:
        subjects = given.subjects
        if given.end_user and given.project:
            subjects = [house.account(each.key, given.end_user) for each in keys.list_keys(tx, given.project)]
        return _seen(house, rooms.take(tx, house.edges, given.wish, given.kind, subjects, by=signed.person.id))


@routes.get("/requests/{request_id}", needs=may("privacy.read", of="request_id"))
def show(request_id: str, request: Asked) -> RequestShown:
    """Show a request, and how much is held where."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = rooms.find(tx, request_id)
        stock = msgspec.to_builtins(rooms.stock(tx, house.archive, found))
        return RequestShown.model_validate(_seen(house, found).model_dump() | stock)


def plain(request_id: str, request: Asked) -> RequestShown:
    """Return a request without counting what is held, which opens all of it. Raises NoSuchPrivacyRequest."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _seen(house, rooms.find(tx, request_id))


@routes.get("/requests/{request_id}/holds", needs=may("privacy.read", of="request_id"))
def holds(request_id: str, request: Asked, signed: Caller) -> list[HoldShown]:
    """List the legal holds and preservation orders on what is stored of whoever asks."""
    house = house_of(request)
    with house.database.begin() as tx:
        why = house.desk.rights.may(signed.principal, "vault.hold", Resource(kind="VaultItem", id="any")).allowed
        bound = rooms.holds(tx, house.edges, rooms.find(tx, request_id), with_reasons=why)
    return [HoldShown(**msgspec.to_builtins(each)) for each in bound]


@routes.post("/requests/{request_id}/check", needs=may("privacy.answer", of="request_id"))
def check(request_id: str, given: CheckGiven, request: Asked, signed: Caller) -> RequestShown:
    """Say that whoever asks is who they say. Somebody else answers."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _seen(house, rooms.check(tx, house.edges, request_id, how=given.how, by=signed.person.id))


@routes.post("/requests/{request_id}/export", needs=may("privacy.answer", of="request_id"), response_model=None)
def export(request_id: str, request: Asked, signed: Caller) -> Response:
    """Answer with everything that is held, as JSON Lines, this once."""
    house = house_of(request)
    with house.database.begin() as tx:
        _, body = rooms.export(tx, house.edges, house.archive, request_id, by=signed.person.id)
    told = {"content-disposition": f'attachment; filename="{request_id}.jsonl"'}
    return Response(body, media_type="application/x-ndjson", headers=told)


@routes.post("/requests/{request_id}/delete", needs=may("privacy.answer", of="request_id"))
def delete(request_id: str, request: Asked, signed: Caller) -> RequestShown:
    """Answer by deleting what may be deleted; the answer says what stays and why."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _seen(house, rooms.delete_all(tx, house.edges, house.archive, request_id, by=signed.person.id))


@routes.post("/requests/{request_id}/correct", needs=may("privacy.answer", of="request_id"))
def correct(request_id: str, given: CorrectionGiven, request: Asked, signed: Caller) -> RequestShown:
    """Answer by a corrected profile, or by a note beside an account."""
    house, by = house_of(request), signed.person.id
    with house.database.begin() as tx:
        if given.note:
            return _seen(house, rooms.contest(tx, house.edges, request_id, given.note, by=by))
        profile = Profile(name=given.name, address=given.address)
        return _seen(house, rooms.correct_person(tx, house.edges, request_id, profile, by=by))


@routes.post("/requests/{request_id}/opt-out", needs=may("privacy.answer", of="request_id"))
def opt_out(request_id: str, request: Asked, signed: Caller) -> RequestShown:
    """Answer: nothing is learned from it any more, or again."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _seen(house, rooms.opt_out(tx, house.edges, request_id, by=signed.person.id))


@routes.post("/requests/{request_id}/refuse", needs=may("privacy.answer", of="request_id"))
def refuse(request_id: str, given: RefusalGiven, request: Asked, signed: Caller) -> RequestShown:
    """Refuse a request."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = rooms.refuse(tx, house.edges, request_id, reason_code=given.reason_code, by=signed.person.id)
        return _seen(house, found)


def _seen(house: House, found: Request) -> RequestShown:
    return RequestShown(**msgspec.to_builtins(found), overdue=found.overdue(house.edges.clock()))
