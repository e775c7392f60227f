"""Webhooks: where events of projects go to; add an endpoint, whose secret is shown once."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access import projects
from seawall.outbox import KINDS, endpoints, replay
from seawall.outbox.kinds import Endpoint
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import webhooks as api
from seawall.web.console.forms import Field, Ticked, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import project_names
from seawall.web.console.page import page
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/webhooks", tags=["console"])
STEPS = (("Webhooks", "/console/webhooks"),)
_COLUMNS = (
    Column(key="url", label="Address", free=True),
    Column(key="project", label="Project", free=True),
    Column(key="events", label="Events", free=True),
    Column(key="waiting", label="Waiting", number=True),
    Column(key="dead", label="Dead", number=True),
    Column(key="added_at", label="Added"),
    Column(key="id", label="Identifier", mono=True),
)
_LEAD = "Other systems are told what happens, signed and at least once: ids and codes, never words."
_ALL = "all"


def where(endpoint: str) -> str:
    """Return the address of an endpoint's page."""
    return f"/console/webhooks/{quote(endpoint, safe='')}"


@routes.get("", needs=may("webhook.read"))
def every(request: Request, signed: Caller) -> Response:
    """List endpoints in use, with what was not taken."""
    with house_of(request).database.begin() as tx:
        found, left = endpoints.every(tx), replay.left(tx)
    names = project_names(request, signed)
    rows = [_row(each, names, left.get(each.id, {})) for each in found]
    add = {"action": "webhook.change", "path": "/console/webhooks/add", "label": "Add an endpoint"}
    nothing = {"nothing": "Events go nowhere.", "hint": "Add where those of a project are to go."}
    return listed(request, "list.html", "webhooks", _COLUMNS, rows, title="Webhooks", lead=_LEAD, add=add, **nothing)


@routes.get("/add", needs=may("webhook.change"))
def ask(request: Request) -> Response:
    """Ask where which events of which project go to."""
    return _form(request, {})


@routes.post("/add", needs=may("webhook.change"))
def add(request: Request, signed: Caller, given: Ticked) -> Response:
    """Add an endpoint, and show its secret once."""
    told: dict[str, object] = {name: found if name == "kinds" else "".join(found[:1]) for name, found in given.items()}
    try:
        wanted = read(api.WebhookGiven, {"project": "", "url": "", **told})
        made = api.add(wanted, request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, told, error)
    return secret_page(request, made["id"], made["secret"], "The secret of the new endpoint", "Events go there now.")


def secret_page(request: Request, endpoint: str, secret: str, title: str, after: str) -> Response:
    """Return the page that shows a secret, once."""
    return page(
        request,
        "once.html",
        title=title,
        steps=(*STEPS, (endpoint, where(endpoint))),
        lead="Copy it now to where the events arrive: with it their signatures are checked, as Standard Webhooks says. "
        "It is not shown again.",
        secrets=[secret],
        after=after,
        back=where(endpoint),
        done="I have copied it",
    )


def _row(found: Endpoint, names: dict[str, str], left: dict[str, int]) -> Row:
    events = (_ALL,) if set(found.kinds) == set(KINDS) else found.kinds
    cells = {
        "url": found.url,
        "project": names.get(found.project, found.project),
        "events": events,
        "waiting": left.get("waiting", 0),
        "dead": left.get("dead", 0),
        "added_at": found.added_at,
        "id": found.id,
    }
    return Row(cells=cells, href=where(found.id))


def _fields(request: Request) -> tuple[Field, ...]:
    with house_of(request).database.begin() as tx:
        names = [each.name for each in projects.every(tx) if not each.zero_retention]
    return (
        Field(
            name="project",
            label="Project",
            kind="select",
            options=(("", "Choose one"), *((each, each) for each in names)),
            required=True,
            hint="Nothing leaves of a project that keeps nothing.",
        ),
        Field(
            name="url",
            label="Address",
            kind="url",
            hint="It begins with https:// and names no user.",
            required=True,
            longest=500,
            words=("endpoint", "https"),
        ),
        Field(
            name="kinds",
            label="Events",
            kind="ticks",
            hint="None is all of them.",
            options=tuple((name, f"{name}: {says}") for name, says in KINDS.items()),
            words=("kind of event",),
        ),
        Field(
            name="private",
            label="It is not on the public internet",
            kind="tick",
            hint="Without this, nothing is sent to an address inside.",
        ),
    )


def _form(request: Request, values: dict[str, object], error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Add an endpoint",
        lead="You are shown its secret, once.",
        steps=STEPS,
        fields=_fields(request),
        values=values,
        error=error,
        submit="Add it",
        back="/console/webhooks",
    )
