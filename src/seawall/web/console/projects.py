"""Projects, and making one."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access import keys as rooms_keys
from seawall.access import projects as rooms
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import projects as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/projects", tags=["console"])
STEPS = (("Projects", "/console/projects"),)
_COLUMNS = (
    Column(key="name", label="Name"),
    Column(key="models", label="Models", free=True),
    Column(key="keys", label="Working keys", number=True),
    Column(key="zero_retention", label="Zero retention"),
    Column(key="country", label="Country"),
    Column(key="id", label="Identifier", mono=True),
)
SETTINGS = (
    Field(
        name="country",
        label="Country",
        hint="Two letters, such as DE (ISO 3166-1). It decides which banners and rules hold.",
        longest=2,
    ),
    Field(
        name="steer_share",
        label="Share that is steered",
        hint="0 to 1: of the exchanges that a rule steers. Both arms are recorded.",
        required=True,
        inputmode="decimal",
        longest=6,
    ),
    Field(
        name="images_allowed",
        label="Images, audio and documents pass",
        kind="tick",
        hint="They are not screened.",
    ),
    Field(
        name="appends_notices",
        label="Notices stand in the answer",
        kind="tick",
        hint="Warnings and banners are also written into its text.",
    ),
)
_NAME = Field(name="name", label="Name", required=True, longest=80)


def entered_settings(given: Entered) -> dict[str, object]:
    """Return the settings that a form states; what is not ticked is off."""
    ticks = {field.name: field.name in given for field in SETTINGS if field.kind == "tick"}
    return {"country": given.get("country", ""), "steer_share": given.get("steer_share", ""), **ticks}


@routes.get("", needs=may("project.read"))
def every(request: Request) -> Response:
    """List projects."""
    with house_of(request).database.begin() as tx:
        found, keys = rooms.every(tx), rooms_keys.list_keys(tx)
    working = [key.project for key in keys if key.revoked_at is None]
    rows = [_row(api.seen(project), working.count(project.id)) for project in found]
    add = {"action": "project.change", "path": "/console/projects/add", "label": "Make a project"}
    nothing = {"nothing": "There is no project yet.", "hint": "A project has keys, and models that its keys reach."}
    return listed(request, "list.html", "projects", _COLUMNS, rows, title="Projects", lead="", add=add, **nothing)


@routes.get("/add", needs=may("project.change"))
def ask(request: Request) -> Response:
    """Ask what a project is called and how it keeps."""
    return _form(request, {"steer_share": "1.0"})


@routes.post("/add", needs=may("project.change"))
def make(request: Request, signed: Caller, given: Entered) -> Response:
    """Make a project."""
    try:
        wanted = read(api.ProjectGiven, {"name": given.get("name", ""), **entered_settings(given)})
        made = api.make(wanted, request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, given, error)
    return sent_to(f"/console/projects/{quote(made.id)}", "project_made")


def _row(shown: api.ProjectShown, keys: int) -> Row:
    cells = shown.model_dump(include={"id", "name", "zero_retention", "country"})
    cells |= {"models": tuple(model.name for model in shown.models), "keys": keys}
    return Row(cells=cells, href=f"/console/projects/{quote(shown.id)}")


def _form(request: Request, values: Entered, error: SeawallError | None = None) -> Response:
    fields = (_NAME, *SETTINGS)
    return page(
        request,
        "form.html",
        title="Make a project",
        lead="",
        steps=STEPS,
        fields=fields,
        values=values,
        error=error,
        submit="Make the project",
        back="/console/projects",
    )
