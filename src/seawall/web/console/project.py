"""One project: its settings, models without secrets, and keys; change, archive."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.web.api import projects as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.naming import readable_names
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.console.projects import SETTINGS, STEPS, entered_settings
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/projects/{project}", tags=["console"])


KEEP = Field(
    name="keep",
    label="Keep content again",
    kind="tick",
    hint="It has zero retention now. To go back to that takes the agreement of others.",
)


def where(project: str) -> str:
    """Return the address of a project's page."""
    return f"/console/projects/{quote(project, safe='')}"


@routes.get("", needs=may("project.read", of="project"))
def show(project: str, request: Request, signed: Caller) -> Response:
    """Show a project."""
    known = api.show(project, request)
    keys = api.keys(known.id, request)
    names = readable_names(request, signed, {each.owner for each in keys if each.owner})
    return page(request, "project.html", steps=STEPS, known=known, keys=keys, names=names, path=where(known.id))


@routes.get("/settings", needs=may("project.change", of="project"))
def ask(project: str, request: Request) -> Response:
    """Ask for settings."""
    known = api.show(project, request)
    values = {name: str(value) if value else "" for name, value in known.model_dump(exclude={"models"}).items()}
    return _form(request, known, values | {"steer_share": str(known.steer_share)})


@routes.post("/settings", needs=may("project.change", of="project"))
def change(project: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Change settings."""
    try:
        keeps = {"zero_retention": False} if KEEP.name in given else {}
        api.change(project, read(api.ProjectSettings, entered_settings(given) | keeps), request, signed)
    except (InvalidInput, BadFields) as error:
        return _form(request, api.show(project, request), given, error)
    return sent_to(where(project), "project_changed")


@routes.get("/archive", needs=may("project.change", of="project"))
def ask_archive(project: str, request: Request) -> Response:
    """Say what archiving does."""
    known = api.show(project, request)
    working = sum(key.revoked_at is None for key in api.keys(known.id, request))
    return confirmation(
        request,
        title=f"Archive {known.name}",
        steps=(*STEPS, (known.name, where(known.id))),
        will=(
            f"Its {working} working keys stop working at once, and cannot be used again.",
            "Its exchanges and records stay. Its name is not free again.",
            "It cannot be undone.",
        ),
        submit="Archive the project",
    )


@routes.post("/archive", needs=may("project.change", of="project"))
def archive(project: str, request: Request, signed: Caller) -> Response:
    """End a project."""
    api.archive(project, request, signed)
    return sent_to("/console/projects", "project_archived")


def _form(request: Request, known: api.ProjectShown, values: Entered, error: SeawallError | None = None) -> Response:
    fields = (*SETTINGS, KEEP) if known.zero_retention else SETTINGS
    return page(
        request,
        "form.html",
        title=f"Settings of {known.name}",
        lead="They hold from the next exchange on.",
        steps=(*STEPS, (known.name, where(known.id))),
        fields=fields,
        values=values,
        error=error,
        submit="Save",
        back=where(known.id),
    )
