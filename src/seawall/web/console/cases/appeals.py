"""File an appeal for somebody who wrote to us. Its answer is given where cases are settled."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import appeals as api
from seawall.web.console.cases.shelf import OPEN
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/cases/appeals", tags=["console"])
_LIST = f"{OPEN.path}?origin=appeal"
_FIELDS = (
    Field(
        name="decision",
        label="Decision",
        hint="It stands in the notice that they were given.",
        required=True,
        longest=60,
    ),
    Field(
        name="key", label="Key", hint="Through which they are known here: its identifier.", required=True, longest=60
    ),
    Field(
        name="exchange",
        label="Exchange",
        hint="Where a machine decided. It came with the answer.",
        longest=60,
    ),
    Field(
        name="words",
        label="What they say",
        kind="area",
        hint="In their words. They are kept in the vault, under their account.",
        required=True,
        longest=10_000,
        words=("the appeal has",),
    ),
)


@routes.get("", needs=may("case.read"))
def every(request: Request) -> Response:
    """Lead to the list of appeals."""
    return sent_to(_LIST)


@routes.get("/file", needs=may("case.decide"))
def ask(request: Request) -> Response:
    """Ask against which decision, and what they say."""
    return _asked(request, {})


@routes.post("/file", needs=may("case.decide"))
def file(request: Request, signed: Caller, given: Entered) -> Response:
    """File it."""
    filled = {name: value for name, value in given.items() if value.strip()}
    try:
        made = api.file(read(api.AppealGiven, filled), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _asked(request, given, error)
    # Of a sealed one no more than that it is there.
    return sent_to(OPEN.where(made["id"]), "appeal_filed") if "state" in made else sent_to(OPEN.path, _ELSEWHERE)


_ELSEWHERE = "appeal_filed_elsewhere"


def _asked(request: Request, values: Mapping[str, str], error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="File an appeal for somebody",
        lead="Who wrote by other ways than the product. Make sure that it is them: the answer changes their account.",
        steps=(*OPEN.steps, ("Appeals", _LIST)),
        fields=_FIELDS,
        values=values,
        error=error,
        submit="File it",
        back=_LIST,
    )
