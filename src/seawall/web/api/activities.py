"""Activities: what people did for a practice, stated by a named person with a document's digest and an end."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, Field

from seawall.commitments import activities as room
from seawall.commitments.activities import Activity, ActivityKind, Entry, Withdrawal
from seawall.commitments.importing import preview, take
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/activities", tags=["commitments"])
_FILE = 2_000_000


class EntryGiven(BaseModel):
    """What is stated. Without `expires` it counts as long as the practice's cadence says."""

    practice: str = Field(max_length=60)
    kind: ActivityKind
    title: str = Field(max_length=1000)
    begins: date
    document_digest: str = Field(max_length=100)
    document_name: str = Field(default="", max_length=1000)
    people: str = Field(default="", max_length=2000)
    ends: date | None = None
    expires: date | None = None
    notes: str = Field(default="", max_length=10_000)


class FileGiven(BaseModel):
    """A CSV file, as text."""

    text: str = Field(max_length=_FILE)


class WithdrawalGiven(BaseModel):
    """Why it does not count any more."""

    reason_code: Withdrawal


class ActivityShown(BaseModel):
    """An activity; `state` is `counts`, `ended` or `withdrawn`."""

    id: str
    practice: str
    kind: str
    title: str
    people: str
    notes: str
    begins: date
    ends: date | None
    expires_at: datetime
    document_name: str
    document_digest: str
    by: str
    recorded_at: datetime
    record: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    reason_code: str | None
    state: str


class ActivitiesPage(BaseModel):
    """A page; `next` is the `after` of the page that follows."""

    activities: list[ActivityShown]
    next: str


class LineShown(BaseModel):
    """What would become of a line of a file."""

    line: int
    practice: str = ""
    kind: str = ""
    title: str = ""
    expires_at: datetime | None = None
    problem: str = ""
    hint: str = ""


@routes.get("", needs=may("commitment.read"))
def every(
    request: Request, practice: Annotated[str, Query(max_length=60)] = "", after: str = "", limit: int = 100
) -> ActivitiesPage:
    """List activities, newest first."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(room.every(tx, practice), lambda each: each.id, after, limit)
    return ActivitiesPage(activities=[shown(each, house.edges.clock()) for each in taken], next=following)


@routes.post("", needs=may("activity.record"))
def add(given: EntryGiven, request: Request, signed: Caller) -> ActivityShown:
    """State that something was done for a practice."""
    house = house_of(request)
    entry = Entry(**given.model_dump())
    with house.database.begin() as tx:
        made = room.add(tx, house.book, entry, by=signed.person.id, record=house.edges.record, clock=house.edges.clock)
    return shown(made, house.edges.clock())


@routes.post("/preview", needs=may("activity.record"))
def look(given: FileGiven, request: Request) -> list[LineShown]:
    """Say what would become of every line of a CSV file, and keep nothing."""
    house = house_of(request)
    return [_line(each) for each in preview(house.book, given.text, house.edges.clock())]


@routes.post("/import", needs=may("activity.record"))
def import_(given: FileGiven, request: Request, signed: Caller) -> list[ActivityShown]:
    """Keep every line of a CSV file as an activity, or none."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = take(tx, house.book, given.text, by=signed.person.id, record=house.edges.record, clock=house.edges.clock)
    return [shown(each, house.edges.clock()) for each in made]


@routes.get("/{activity}", needs=may("commitment.read"))
def show(activity: str, request: Request) -> ActivityShown:
    """Show an activity."""
    house = house_of(request)
    with house.database.begin() as tx:
        return shown(room.find(tx, activity), house.edges.clock())


@routes.post("/{activity}/withdraw", needs=may("activity.record"))
def withdraw(activity: str, given: WithdrawalGiven, request: Request, signed: Caller) -> ActivityShown:
    """Let an activity count no more."""
    house = house_of(request)
    with house.database.begin() as tx:
        done = room.withdraw(
            tx,
            activity,
            reason=given.reason_code,
            by=signed.person.id,
            record=house.edges.record,
            clock=house.edges.clock,
        )
    return shown(done, house.edges.clock())


def shown(each: Activity, now: datetime) -> ActivityShown:
    """Return an activity as the API shows it."""
    fields: dict[str, Any] = {name: getattr(each, name) for name in each.__struct_fields__}
    return ActivityShown(**(fields | {"kind": each.kind.value, "state": each.state(now)}))


def _line(each: Any) -> LineShown:
    told = {"line": each.line, "expires_at": each.expires_at, "problem": each.problem, "hint": each.hint}
    entry = each.entry
    if entry is not None:
        told |= {"practice": entry.practice, "kind": entry.kind.value, "title": entry.title}
    return LineShown(**told)
