"""One investigation: what is saved in it, the form that searches, what was looked for, notes and trail."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.people.model import NoSuchPerson
from seawall.access.rights.rights import NotPermitted
from seawall.investigations import How, looking, opening, searching
from seawall.investigations.model import TYPED
from seawall.investigations.permits import Step, permit
from seawall.investigations.permits import may as may_do
from seawall.investigations.rows import find, trail_of
from seawall.investigations.vectors import why_not
from seawall.screen import DETECTORS
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import investigations as api
from seawall.web.console import investigation_words as words
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.naming import entered_person, project_names, readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.offices import inquiry_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/investigations/{investigation}", tags=["console"])
STEPS = (("Investigations", "/console/investigations"),)
# What a form is told of, rather than the whole page.
REFUSALS = (InvalidInput, Conflict, NotFound, BadFields, NotPermitted)
_TRAIL, _SEARCHES = 50, 20
_NOTE = Field(name="text", label="Note", kind="area", required=True, longest=10_000)
_READERS = Field(
    name="readers",
    label="Who may see it, beside you",
    kind="area",
    hint="Identifiers or addresses, one a line. Whoever is named still needs the role. Leave it empty: you alone.",
    longest=5000,
    words=("reader", "nobody"),
)
_EVERYBODY = Field(name="everybody", label="Leave it to the roles: everybody who has one of them", kind="tick")
_CODE = Field(
    name="reason_code", label="Why, as a code", required=True, longest=40, suggest=words.CLOSES, words=("reason code",)
)
_AGAIN = msgspec.structs.replace(_CODE, suggest=words.REOPENS)


@routes.get("", needs=may("investigation.read", of="investigation"))
def show(investigation: str, request: Request, signed: Caller) -> Response:
    """Show an investigation."""
    return shown(request, signed, investigation)


@routes.post("/search", needs=may("investigation.manage", of="investigation"))
def search(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Look for exchanges, and show what was found."""
    try:
        made = api.search(investigation, read(api.SearchGiven, _wanted(given)), request, signed)
    except REFUSALS as error:
        return shown(request, signed, investigation, values=given, error=error)
    return sent_to(where(investigation, f"searches/{made['id']}"))


@routes.post("/pins", needs=may("investigation.manage", of="investigation"))
def pin(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Save an exchange or an account."""
    api.pin(investigation, read(api.PinGiven, given), request, signed)
    return sent_to(where(investigation), "investigation_saved")


@routes.post("/unpin", needs=may("investigation.manage", of="investigation"))
def unpin(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Take something out again."""
    taken = read(api.PinGiven, given)
    api.unpin(investigation, taken.what, taken.thing, request, signed)
    return sent_to(where(investigation), "investigation_taken_out")


@routes.get("/notes", needs=may("investigation.manage", of="investigation"))
def ask_for_note(investigation: str, request: Request, signed: Caller) -> Response:
    """Ask for a note."""
    return _formed(request, signed, investigation, "Write a note", (_NOTE,), {}, submit="Keep it")


@routes.post("/notes", needs=may("investigation.manage", of="investigation"))
def note(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Write a note."""
    try:
        api.note(investigation, read(api.NoteGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _formed(request, signed, investigation, "Write a note", (_NOTE,), given, error, submit="Keep it")
    return sent_to(where(investigation), "investigation_noted")


@routes.get("/readers", needs=may("investigation.manage", of="investigation"))
def ask_for_readers(investigation: str, request: Request, signed: Caller) -> Response:
    """Ask who may see it."""
    with house_of(request).database.begin() as tx:
        found = find(tx, investigation)
        permit(tx, inquiry_of(request), found, Step.MANAGE, signed.person.id)
    others = [each for each in found.readers or () if each != signed.person.id]
    values = {"readers": "\n".join(others), "everybody": found.readers is None}
    return _readers(request, signed, investigation, values)


@routes.post("/readers", needs=may("investigation.manage", of="investigation"))
def change_readers(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Say who may see it."""
    try:
        named = [entered_person(request, signed, each) for each in given.get("readers", "").split()]
        chosen = None if given.get("everybody") else named
        api.change_readers(investigation, read(api.ReadersGiven, {"readers": chosen}), request, signed)
    except (InvalidInput, Conflict, BadFields, NoSuchPerson) as error:
        return _readers(request, signed, investigation, given, error)
    return sent_to(where(investigation), "investigation_readers")


@routes.get("/close", needs=may("investigation.manage", of="investigation"))
def ask_to_close(investigation: str, request: Request, signed: Caller) -> Response:
    """Ask why it is over."""
    return _closing(request, signed, investigation, {})


@routes.post("/close", needs=may("investigation.manage", of="investigation"))
def close(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """End it."""
    try:
        api.close(investigation, read(api.CodeGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _closing(request, signed, investigation, given, error)
    return sent_to(where(investigation), "investigation_closed")


@routes.get("/reopen", needs=may("investigation.manage", of="investigation"))
def ask_to_reopen(investigation: str, request: Request, signed: Caller) -> Response:
    """Ask why it goes on."""
    return _reopening(request, signed, investigation, {})


@routes.post("/reopen", needs=may("investigation.manage", of="investigation"))
def reopen(investigation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Go on with it."""
    try:
        api.reopen(investigation, read(api.CodeGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _reopening(request, signed, investigation, given, error)
    return sent_to(where(investigation), "investigation_reopened")


def where(investigation: str, more: str = "") -> str:
    """Return the address of an investigation's page, or of one below it."""
    path = f"/console/investigations/{quote(investigation, safe='')}"
    return f"{path}/{more}" if more else path


def shown(
    request: Request,
    signed: Signed,
    investigation: str,
    *,
    values: Mapping[str, Any] | None = None,
    error: SeawallError | None = None,
) -> Response:
    """Return the page of an investigation, with what is wrong in the form that searches."""
    house, desk, by = house_of(request), inquiry_of(request), signed.person.id
    before = request.query_params.get("before", "")
    searched = request.query_params.get("searched", "")[:100]
    upto = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    with house.database.begin() as tx:
        found = find(tx, investigation)
        permit(tx, desk, found, Step.READ, by)
        name, typed = looking.typed(tx, desk, found.id, by=by)
        trail = trail_of(tx, found.id, before=upto, limit=_TRAIL)
        made = searching.searches_of(tx, found.id, after=searched, limit=_SEARCHES)
        told: dict[str, Any] = {
            "it": found,
            "name": name,
            "typed": typed,
            "pins": opening.pins_of(tx, found.id),
            "manages": found.closed_at is None and may_do(tx, desk, found, Step.MANAGE, by),
            "reopens": found.closed_at is not None and may_do(tx, desk, found, Step.MANAGE, by),
            "searches": [(each, words.sought(each, looking.sought(tx, desk, each))) for each in made],
            "why_not": why_not(tx),
        }
    people = {found.opened_by, found.closed_by or "", *(found.readers or ()), *(each.by for each in trail)}
    return page(
        request,
        "investigation.html",
        steps=STEPS,
        trail=trail,
        older=trail[-1].seq if len(trail) == _TRAIL else None,
        newest=upto is not None,
        searched=searched,
        earlier=made[-1].id if len(made) == _SEARCHES else "",
        fields=_fields(told["why_not"] == ""),
        values=values or {},
        error=error,
        words=words,
        where=where,
        names=readable_names(request, signed, {each for each in people if each}),
        projects=project_names(request, signed),
        **told,
    )


def _wanted(given: Mapping[str, str]) -> dict[str, Any]:
    """Return a search as the API takes it: one field on the page is what is typed, or an id or a closed word."""
    how, sought = given.get("how", ""), given.get("sought", "").strip()
    typed = how in TYPED
    moments = {name: _day(given.get(name, "")) for name in ("since", "until")}
    named = {name: given.get(name, "").strip() for name in ("like", "project")}
    least = given.get("least", "").strip() or "0"
    return {"how": how, "typed": sought if typed else "", "value": "" if typed else sought, "least": least,
            **moments, **named}  # fmt: skip


def _day(given: str) -> str | None:
    """Return the beginning of a day as the API takes it; what is no day as it is, which the API refuses."""
    return f"{given}T00:00:00+00:00" if given else None


def _fields(compares: bool) -> tuple[Field, ...]:
    hows = tuple((each.value, told) for each, told in words.HOWS.items() if compares or each is not How.SIMILAR)
    offered = (*(each.value for each in Category), *sorted(each.name for each in DETECTORS))
    return (
        Field(name="how", label="Look for", kind="select", options=hows),
        Field(
            name="sought",
            label="Which",
            longest=10_000,
            suggest=offered,
            words=("look for", "pattern", "expression", "address", "text"),
        ),
        # As in the audit: none of them must be filled in, and a word for that at each would drown the rest.
        Field(name="since", label="From", kind="date", required=True, longest=10),
        Field(name="until", label="Up to", kind="date", required=True, longest=10, words=("since",)),
        Field(name="project", label="Project", required=True),
        Field(name="least", label="Score, 0 to 1", inputmode="decimal", required=True, longest=6, words=("score",)),
    )


def _formed(
    request: Request,
    signed: Signed,
    investigation: str,
    title: str,
    fields: tuple[Field, ...],
    values: Mapping[str, Any],
    error: SeawallError | None = None,
    *,
    lead: str = "",
    submit: str,
) -> Response:
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = find(tx, investigation)
        permit(tx, desk, found, Step.MANAGE, signed.person.id)
        name = looking.name_of(tx, desk, found.name_item)
    steps, back = (*STEPS, (name, where(investigation))), where(investigation)
    return page(request, "form.html", title=title, lead=lead, steps=steps, fields=fields, values=values, error=error,
                submit=submit, back=back)  # fmt: skip


def _readers(
    request: Request, signed: Signed, investigation: str, values: Mapping[str, Any], error: SeawallError | None = None
) -> Response:
    return _formed(
        request, signed, investigation, "Say who may see it", (_READERS, _EVERYBODY), values, error, submit="Say so"
    )


def _closing(
    request: Request, signed: Signed, investigation: str, values: Mapping[str, Any], error: SeawallError | None = None
) -> Response:
    lead = "Nothing is looked for in it any more, and what still runs is stopped. Its trail stays."
    return _formed(request, signed, investigation, "Close it", (_CODE,), values, error, lead=lead, submit="Close it")


def _reopening(
    request: Request, signed: Signed, investigation: str, values: Mapping[str, Any], error: SeawallError | None = None
) -> Response:
    lead = "For the same readers as before. Searches that were stopped stay so: make them anew."
    return _formed(request, signed, investigation, "Reopen it", (_AGAIN,), values, error, lead=lead, submit="Reopen it")
