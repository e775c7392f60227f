"""Lists of cases: what is to be done, narrowed and sorted, a page at a time, taken out as a file; take the next one."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import Origin, claims, finding
from seawall.cases.errors import NothingToDo
from seawall.cases.model import SEALED_QUEUE, Case, Priority, State
from seawall.cases.office import Office
from seawall.store import Transaction
from seawall.web.console.cases import wanted as lists
from seawall.web.console.cases import words
from seawall.web.console.cases.desk import around
from seawall.web.console.cases.shelf import OPEN, SEALED, Shelf
from seawall.web.console.cases.wanted import Wanted
from seawall.web.console.export import exported
from seawall.web.console.forms import Entered, Field
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.errors import NoSuchPage
from seawall.web.offices import office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

_MOST, _AT_ONCE = 10_000, 500
_KEYS = (
    "id", "origin", "queue", "state", "stage", "priority", "category", "rule", "project", "account", "exchange",
    "opened_at", "due_at", "overdue", "claimed_by", "decided_at", "decision",
)  # fmt: skip
_STATES = (("", "To do"), *((each.value, words.STATES[each]) for each in State))
_PRIORITIES = (("", "All"), *((each.name.lower(), words.PRIORITIES[each]) for each in Priority))
_ORIGINS = (("", "All"), *((each.value, words.ORIGINS[each]) for each in Origin))


def routes(shelf: Shelf) -> Routes:
    """Return the list of one kind of cases."""
    made = Routes(shelf.path, tags=["console"])

    @made.get("", needs=may(shelf.read))
    def every(request: Request, signed: Caller) -> Response:
        """List cases."""
        asked = lists.read(request.query_params, _queues(office_of(request), shelf))
        if request.query_params.get("format"):
            return _taken_out(request, signed, shelf, asked)
        return _listed(request, signed, shelf, asked)

    @made.post("/next", needs=may(shelf.decide))
    def take_next(request: Request, signed: Caller, given: Entered) -> Response:
        """Take the most urgent case that is free."""
        office, queue = office_of(request), given.get("queue") or None
        try:
            with house_of(request).database.begin() as tx:
                taken = claims.take_next(tx, office, by=signed.person.id, queue=queue, sealed=shelf.sealed)
        except NothingToDo:
            return sent_to(shelf.path, "nothing_waits")
        return sent_to(shelf.where(taken.id), "case_claimed")

    return made


def _listed(request: Request, signed: Signed, shelf: Shelf, asked: Wanted) -> Response:
    house, office, after = house_of(request), office_of(request), request.query_params.get("after", "")[:120]
    now, me = house.edges.clock(), signed.person.id
    with house.database.begin() as tx:
        cases, following = lists.found(tx, asked, reader=me, now=now, sealed=shelf.sealed, after=after)
        values = around(tx, house, signed) | {"waits": finding.queues(tx, reader=me, now=now, sealed=shelf.sealed)}
    return page(
        request,
        "cases/queue.html",
        shelf=shelf,
        cases=cases,
        asked=asked,
        after=after,
        following=following,
        fields=_fields(office, shelf, asked),
        names=readable_names(request, signed, {each.claimed_by for each in cases if each.claimed_by}),
        most=_MOST,
        due=words.due,
        **values,
    )


def _fields(office: Office, shelf: Shelf, asked: Wanted) -> tuple[Field, ...]:
    queues = (("", "All"), *((name, name) for name in _queues(office, shelf)))
    choices = (
        ("queue", "Queue", queues),
        ("state", "State", _STATES),
        ("priority", "Priority", _PRIORITIES),
        ("origin", "Came up as", _ORIGINS),
        ("sort", "Order", lists.SORTS),
    )
    return tuple(
        Field(name=name, label=label, kind="select", options=options)
        for name, label, options in choices
        if not (shelf.sealed and name == "queue")
    )


def _queues(office: Office, shelf: Shelf) -> tuple[str, ...]:
    return (SEALED_QUEUE,) if shelf.sealed else office.rules.queues


def _taken_out(request: Request, signed: Signed, shelf: Shelf, asked: Wanted) -> Response:
    if shelf.sealed:
        # What is about child safety leaves by no list.
        raise NoSuchPage
    house, rows, after = house_of(request), list[dict[str, Any]](), ""
    now = house.edges.clock()
    while len(rows) < _MOST:
        with house.database.begin() as tx:
            cases, after = _page(tx, asked, signed, now, after)
        rows += [_row(each, now) for each in cases]
        if not after:
            break
    return exported(request.query_params["format"], "cases", _KEYS, rows)


def _page(tx: Transaction, asked: Wanted, signed: Signed, now: Any, after: str) -> tuple[list[Case], str]:
    return lists.found(tx, asked, reader=signed.person.id, now=now, sealed=False, after=after, limit=_AT_ONCE - 1)


def _row(case: Case, now: Any) -> dict[str, Any]:
    told = {name: getattr(case, name) for name in _KEYS if name not in ("priority", "overdue")}
    told = {name: str(value) if isinstance(value, str) else value for name, value in told.items()}
    return told | {"priority": case.priority.name.lower(), "overdue": case.overdue(now)}


ROUTES = (routes(OPEN), routes(SEALED))
