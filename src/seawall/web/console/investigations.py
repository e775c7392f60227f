"""Investigations: those that somebody may see, a page at a time; opening one."""

from fastapi import Request
from fastapi.responses import Response

from seawall.investigations import looking, opening
from seawall.investigations.model import PAGE
from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.web.api import investigations as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.investigation import STEPS, where
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.offices import inquiry_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/investigations", tags=["console"])
_FIELDS = (
    Field(
        name="name",
        label="Name",
        hint="What it is about, in a few words. They lie in the vault.",
        required=True,
        longest=120,
    ),
)


@routes.get("", needs=may("investigation.read"))
def every(request: Request, signed: Caller) -> Response:
    """List investigations, newest first."""
    desk, after = inquiry_of(request), request.query_params.get("after", "")[:100]
    with house_of(request).database.begin() as tx:
        found = opening.every(tx, reader=signed.person.id, after=after, limit=PAGE)
        named = [(each, looking.name_of(tx, desk, each.name_item)) for each in found]
    return page(
        request,
        "investigations.html",
        found=named,
        after=after,
        following=found[-1].id if len(found) == PAGE else "",
        where=where,
        names=readable_names(request, signed, {each.opened_by for each in found}),
    )


@routes.get("/open", needs=may("investigation.open"))
def ask(request: Request) -> Response:
    """Ask what it is called."""
    return _form(request, "")


@routes.post("/open", needs=may("investigation.open"))
def begin(request: Request, signed: Caller, given: Entered) -> Response:
    """Open an investigation."""
    try:
        made = api.begin(read(api.NameGiven, given), request, signed)
    except (InvalidInput, BadFields) as error:
        return _form(request, given.get("name", ""), error)
    return sent_to(where(made["id"]), "investigation_opened")


def _form(request: Request, name: str, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Open an investigation",
        lead="You alone read it until you name others. Everything that is done in it is a step of its trail.",
        steps=STEPS,
        fields=_FIELDS,
        values={"name": name},
        error=error,
        submit="Open it",
        back="/console/investigations",
    )
