"""Privacy requests: what waits for an answer, by when, and taking one in."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.privacy import State, Whose, Wish
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import privacy as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import entered_person, project_names
from seawall.web.console.page import page, sent_to
from seawall.web.console.privacy_words import WHOSE, WISHES
from seawall.web.errors import BadFields, NoSuchPage
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed

routes = Routes("/console/privacy", tags=["console"])
STEPS = (("Privacy", "/console/privacy"),)
_TAKE = "/console/privacy/take"
_COLUMNS = (
    Column(key="wish", label="Asks for", choices=tuple(each.value.replace("_", " ") for each in Wish)),
    Column(key="whose", label="Whose data", choices=tuple(each.value for each in Whose)),
    Column(key="state", label="State", choices=tuple(each.value for each in State)),
    Column(key="due_at", label="Due"),
    Column(key="overdue", label="Overdue"),
    Column(key="asked_at", label="Asked"),
    Column(key="checked", label="Checked"),
    Column(key="id", label="Identifier", mono=True),
)
_OF = {
    "account": (Wish.EXPORT, Wish.DELETE, Wish.CORRECT, Wish.OPT_OUT, Wish.OPT_IN),
    "person": (Wish.EXPORT, Wish.DELETE, Wish.CORRECT),
    "project": (Wish.OPT_OUT, Wish.OPT_IN),
}


class NoProject(InvalidInput):
    """An end user's name was given, and not whose keys they used."""

    code = "web.no_project"

    def __init__(self) -> None:
        super().__init__(
            "A name alone is nobody's: choose the project too.", hint="Two projects may call their users the same."
        )


@routes.get("", needs=may("privacy.read"))
def every(request: Request) -> Response:
    """List requests: those that wait by when they are due, then the others, newest first."""
    return listed(
        request,
        "privacy.html",
        "privacy",
        _COLUMNS,
        [_row(each) for each in api.whole(request)],
    )


@routes.get("/take", needs=may("privacy.answer"))
def choose(request: Request) -> Response:
    """Ask whose data a request is about."""
    return page(request, "privacy_take.html", steps=STEPS)


@routes.get("/take/{whose}", needs=may("privacy.answer"))
def ask(whose: str, request: Request, signed: Caller) -> Response:
    """Ask what somebody wants, and who they are."""
    return _form(request, signed, whose, {})


@routes.post("/take/{whose}", needs=may("privacy.answer"))
def take(whose: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Take a request in."""
    if whose not in _OF:
        raise NoSuchPage
    try:
        made = api.take(read(api.WishGiven, _wanted(request, signed, whose, given)), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, signed, whose, given, error)
    return sent_to(where(made.id), "privacy_taken")


def where(request_id: str) -> str:
    """Return the address of a request's page."""
    return f"/console/privacy/requests/{quote(request_id, safe='')}"


def _row(shown: api.RequestShown) -> Row:
    cells = shown.model_dump(include={"id", "state", "due_at", "asked_at", "overdue"})
    cells |= {"wish": shown.wish.replace("_", " "), "whose": shown.kind, "checked": shown.checked is not None}
    return Row(cells=cells, href=where(shown.id))


def _wanted(request: Request, signed: Signed, whose: str, given: Mapping[str, str]) -> dict[str, object]:
    told = {name: given.get(name, "").strip() for name in ("wish", "end_user", "project", "person")}
    wanted: dict[str, object] = {"wish": told["wish"], "kind": whose}
    if whose == "person":
        return wanted | {"subjects": [entered_person(request, signed, told["person"], lets="privacy.answer")]}
    if whose == "project":
        return wanted | {"subjects": [told["project"]]}
    if told["end_user"] and not told["project"]:
        raise NoProject
    if told["end_user"]:
        return wanted | {"end_user": told["end_user"], "project": told["project"]}
    return wanted | {"subjects": given.get("subjects", "").replace(",", " ").split()}


def _fields(request: Request, signed: Signed, whose: str) -> tuple[Field, ...]:
    options = tuple((each.value, WISHES[each.value]) for each in _OF[whose])
    wish = Field(name="wish", label="What they ask for", kind="select", options=options)
    if whose == "person":
        hint = "The identifier or e-mail address of somebody who works here, or tests."
        return (wish, Field(name="person", label="Who", hint=hint, required=True, words=("known as", "people here")))
    if whose == "project":
        return (wish, _project(request, signed, required=True, hint="It covers all end users of the project."))
    return (
        wish,
        Field(
            name="end_user",
            label="The end user's name",
            hint="As the application names them in its requests. It finds their accounts and is not stored.",
            longest=1000,
        ),
        _project(request, signed, required=False, hint="Whose keys they used."),
        Field(
            name="subjects",
            label="Accounts",
            kind="area",
            hint="Instead of a name: identifiers of accounts (ac_…), or of keys (key_…) that one person uses alone.",
            longest=40_000,
            words=("account",),
        ),
    )


def _project(request: Request, signed: Signed, *, required: bool, hint: str) -> Field:
    names = project_names(request, signed)
    if not names:
        return Field(name="project", label="Project", hint=f"{hint} Its name or identifier.", required=required)
    none = () if required else (("", "None"),)
    options = (*none, *sorted(names.items(), key=lambda each: each[1]))
    return Field(name="project", label="Project", kind="select", hint=hint, options=options)


def _form(
    request: Request, signed: Signed, whose: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    if whose not in _OF:
        raise NoSuchPage
    fields = _fields(request, signed, whose)
    return page(
        request,
        "form.html",
        title=f"Take in a request of {WHOSE[whose]}",
        lead="Its answer is due within thirty days from now. Who asks is checked next.",
        steps=(*STEPS, ("Take a request in", _TAKE)),
        fields=fields,
        values=values,
        error=error,
        submit="Take it in",
        back="/console/privacy",
    )
