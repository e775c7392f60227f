"""Requests of authorities and courts: what waits, by when, and taking one in with its document."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from seawall.cases.legal import finding
from seawall.cases.legal.kinds import RULES, Data
from seawall.cases.legal.model import LegalRequest
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import legal as api
from seawall.web.api.legal_shapes import RequestGiven
from seawall.web.console import legal_words as words
from seawall.web.console.forms import Entered, Field, Ticked, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import page, sent_to
from seawall.web.console.times import typed, utc
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/legal", tags=["console"])
STEPS = (("Legal", "/console/legal"),)
_MOMENTS = ("received_at", "due_at", "nondisclosure_until")
_COLUMNS = (
    Column(key="kind", label="Kind", choices=tuple(words.KINDS.values())),
    Column(key="country", label="Country"),
    Column(key="state", label="State", choices=tuple(words.STATES.values())),
    Column(key="due_at", label="Due"),
    Column(key="overdue", label="Overdue"),
    Column(key="received_at", label="Received"),
    Column(key="outcome", label="Outcome"),
    Column(key="id", label="Identifier", mono=True),
)
DATA = tuple((each.value, words.DATA[each]) for each in Data)
SCOPE = (
    Field(
        name="accounts",
        label="Accounts",
        kind="area",
        hint="Identifiers (ac_…), one a line. A name or an address is looked up first, and is no account.",
        required=True,
        longest=10_000,
        words=("account",),
    ),
    Field(
        name="categories",
        label="Data",
        kind="ticks",
        options=DATA,
        hint="Only what it names. Leave all out where it reaches no data.",
        words=("category", "does not reach"),
    ),
    Field(name="since", label="From (UTC)", kind="datetime-local", required=True, words=("time",)),
    Field(name="until", label="Up to, not including (UTC)", kind="datetime-local", required=True),
)
_FIELDS = (
    Field(
        name="kind",
        label="By which right they ask",
        kind="select",
        options=tuple((each.value, f"{told} – {RULES[each].reaches.value}") for each, told in words.KINDS.items()),
        hint="Each with the deepest data that it reaches.",
    ),
    Field(
        name="tier",
        label="How deep it reaches",
        kind="select",
        options=tuple((each.value, told) for each, told in words.TIERS.items()),
        words=("data at most", "reaches nothing"),
    ),
    Field(name="country", label="Country", hint="Two capital letters: whose authority.", required=True, longest=2),
    Field(
        name="channel",
        label="How it came in",
        kind="select",
        options=tuple((each.value, told) for each, told in words.CHANNELS.items()),
    ),
    Field(name="received_at", label="Received (UTC)", kind="datetime-local", required=True, words=("come in later",)),
    Field(
        name="due_at",
        label="Due (UTC)",
        kind="datetime-local",
        hint="Where it says so; the usual time of its kind otherwise.",
        words=("would be due",),
    ),
    Field(name="agency", label="Authority, court or party", required=True),
    Field(name="sender", label="Who signed it", required=True, words=("sender's name",)),
    Field(name="title", label="Their rank or office"),
    Field(name="email", label="Address that they give"),
    Field(name="phone", label="Number that they give", hint="It is not the one that is called back."),
    Field(name="legal_basis", label="Law that they name", required=True, words=("legal basis",)),
    Field(name="case_ref", label="Their reference"),
    Field(
        name="danger",
        label="In an emergency: what danger",
        kind="area",
        hint="To whom, and why it cannot wait. Their signed statement.",
        longest=10_000,
        words=("statement",),
    ),
    *SCOPE,
    Field(name="nondisclosure", label="It comes with an order not to tell", kind="tick"),
    Field(
        name="nondisclosure_until",
        label="Until (UTC)",
        kind="datetime-local",
        hint="Empty where the order has no end.",
        words=("order not to tell",),
    ),
    Field(name="document", label="The request itself", kind="file", hint="A file of at most 1 MiB.", required=True),
)


async def _uploaded(request: Request) -> bytes:
    async with request.form() as given:
        file = given.get("document")
        return await file.read() if isinstance(file, UploadFile) else b""


Uploaded = Annotated[bytes, Depends(_uploaded)]


@routes.get("", needs=may("legal.read"))
def every(request: Request) -> Response:
    """List requests: those that wait by when they are due, then the others, newest first."""
    house = house_of(request)
    now = house.edges.clock()
    with house.database.begin() as tx:
        closed = [each for each in finding.every(tx) if each.closed_at is not None]
        found = [*finding.every(tx, only_open=True), *closed]
    return listed(request, "legal.html", "legal", _COLUMNS, [_row(each, each.overdue(now)) for each in found])


@routes.get("/take", needs=may("legal.intake"))
def ask(request: Request) -> Response:
    """Ask what came in."""
    return _form(request, {"received_at": typed(house_of(request).edges.clock())})


@routes.post("/take", needs=may("legal.intake"))
def take(request: Request, signed: Caller, given: Entered, ticked: Ticked, document: Uploaded) -> Response:
    """Take a request in."""
    try:
        made = api.take(read(RequestGiven, _wanted(given, ticked, document)), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, {**given, "categories": ticked.get("categories", ())}, error)
    return sent_to(where(made["id"]), "legal_taken")


def where(request_id: str) -> str:
    """Return the address of a request's page."""
    return f"/console/legal/requests/{quote(request_id, safe='')}"


def scope_of(given: Mapping[str, str], ticked: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """Return the scope that a form holds, as the API takes it."""
    return {
        "accounts": given.get("accounts", "").replace(",", " ").split(),
        "categories": list(ticked.get("categories", ())),
        "since": utc(given.get("since", "")),
        "until": utc(given.get("until", "")),
    }


def _wanted(given: Mapping[str, str], ticked: Mapping[str, tuple[str, ...]], document: bytes) -> dict[str, object]:
    plain = {each.name: given.get(each.name, "").strip() for each in _FIELDS if each.kind in ("text", "select", "area")}
    moments = {name: utc(given.get(name, "")) or None for name in _MOMENTS}
    sent = {"document": b64encode(document), "nondisclosure": "nondisclosure" in given}
    return {**plain, **moments, **sent, "scope": scope_of(given, ticked)}


def _row(found: LegalRequest, overdue: bool) -> Row:
    cells: dict[str, Any] = {
        "kind": words.KINDS[found.kind],
        "country": found.country,
        "state": words.STATES[found.state],
        "due_at": found.due_at,
        "overdue": overdue,
        "received_at": found.received_at,
        "outcome": "" if found.outcome is None else words.OUTCOMES[found.outcome],
        "id": found.id,
    }
    return Row(cells=cells, href=where(found.id))


def _form(request: Request, values: Mapping[str, Any], error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Take a request in",
        lead="As it is written. Who sent it is checked next, by a call; nothing goes on before.",
        steps=STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Take it in",
        back="/console/legal",
    )
