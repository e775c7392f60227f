"""Commitments: what somebody answers for, what is due, all practices, all frameworks."""

from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.commitments.answers import due as due_of
from seawall.commitments.answers import due_line, framework_line, practice_line
from seawall.commitments.model import MEANS, State
from seawall.commitments.register import counted
from seawall.commitments.status import Status
from seawall.commitments.watch import current
from seawall.web.api.commitments import answers
from seawall.web.console import commitment_words as words
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

HOME = "/console/commitments"
STEPS = (("Commitments", HOME),)
SOON = timedelta(days=30)
routes = Routes(HOME, tags=["console"])
_STATES = tuple(words.STATES.values())
_PRACTICES = (
    Column(key="id", label="Practice", mono=True),
    Column(key="name", label="What is done", free=True),
    Column(key="owner", label="Owner"),
    Column(key="state", label="State", choices=_STATES),
    Column(key="lapses_at", label="Until"),
    Column(key="cadence", label="How often"),
    Column(key="software", label="Seawall", choices=tuple(words.SOFTWARE.values())),
)
_FRAMEWORKS = (
    Column(key="name", label="Framework"),
    Column(key="adopted", label="Adopted", choices=("yes", "no")),
    Column(key="since", label="Since"),
    Column(key="commitments", label="Commitments", number=True),
    Column(key="states", label="Where they stand", free=True),
)


@routes.get("", needs=may("commitment.read"))
def mine(request: Request, signed: Caller) -> Response:
    """Show what somebody answers for: what is due first, with what renews it."""
    book, now = house_of(request).book, standing(request)
    theirs = [each for each in book.practices.values() if answers(signed, each.owner)]
    soon = due_of(book, now, within=SOON, whose=lambda owner: answers(signed, owner))
    named = {each.practice for each in soon}
    waiting = [
        due_line(each, now.practices[each.id])
        for each in theirs
        if each.id not in named and now.practices[each.id].state is State.NOT_STARTED
    ]
    return page(
        request,
        "commitments.html",
        tab="mine",
        due=soon,
        waiting=waiting,
        kept=[practice_line(each, now.practices[each.id]) for each in theirs if _stands(now, each.id, named)],
        counts=counted([now.practices[each.id].state for each in theirs]),
        all=len(theirs),
        read_to=now.read_to,
        adopts=bool(book.adopts),
        words=words,
        means=MEANS,
    )


@routes.get("/due", needs=may("commitment.read"))
def due(request: Request) -> Response:
    """Show everything that is due, whoever answers for it."""
    book, now = house_of(request).book, standing(request)
    return page(request, "commitments_due.html", tab="due", due=due_of(book, now, within=SOON), words=words)


@routes.get("/practices", needs=may("commitment.read"))
def practices(request: Request) -> Response:
    """List all practices."""
    book, now = house_of(request).book, standing(request)
    rows = [practice_row(book.practices[name], each) for name, each in now.practices.items()]
    return listed(request, "commitments_list.html", "practices", _PRACTICES, rows, tab="practices", words=words)


@routes.get("/frameworks", needs=may("commitment.read"))
def frameworks(request: Request) -> Response:
    """List all frameworks."""
    book, now = house_of(request).book, standing(request)
    lines = [framework_line(book, each, now) for each in book.frameworks.values()]
    rows = [
        Row(
            cells={
                "name": each.name,
                "adopted": "yes" if each.stands_by else "no",
                "since": each.since,
                "commitments": len(each.commitments),
                "states": ", ".join(f"{count} {words.STATES[name]}" for name, count in each.counts.items()),
            },
            href=f"{HOME}/frameworks/{each.framework}",
        )
        for each in lines
    ]
    return listed(request, "commitments_list.html", "frameworks", _FRAMEWORKS, rows, tab="frameworks", words=words)


def standing(request: Request) -> Status:
    """Return how everything stands now."""
    house = house_of(request)
    with house.database.begin() as tx:
        return current(tx, house.book, house.edges.clock())


def practice_row(practice: Any, each: Any) -> Row:
    """Return a practice as a row of a table."""
    return Row(
        cells={
            "id": practice.id,
            "name": practice.name,
            "owner": words.owner(practice.owner),
            "state": words.STATES[each.state],
            "lapses_at": each.lapses_at,
            "cadence": words.CADENCES[practice.cadence],
            "software": words.SOFTWARE[practice.software],
        },
        href=f"{HOME}/practices/{practice.id}",
    )


def _stands(now: Status, name: str, due_: set[str]) -> bool:
    return name not in due_ and now.practices[name].state not in (State.NOT_STARTED, State.NOT_APPLICABLE)
