"""Ask to begin an engagement: which project is tested, then who tests what, when, from where and how much, and why."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access import projects as rooms
from seawall.access.model import Project
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import approvals
from seawall.web.api import testers as api
from seawall.web.api.approvals_shapes import Wanted
from seawall.web.console.approvals import where
from seawall.web.console.asking import REASON, permitted
from seawall.web.console.forms import Entered, Field, Ticked, read
from seawall.web.console.naming import entered_person
from seawall.web.console.page import page, sent_to
from seawall.web.console.testers import STEPS
from seawall.web.console.times import typed, utc
from seawall.web.errors import BadFields
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, house_of

routes = Routes("/console/testers/begin", tags=["console"])
_ACT = "tester.begin"
_HERE = "/console/testers/begin"
_USUALLY = timedelta(days=30)
_FIELDS = (
    Field(name="organisation", label="Organisation", hint="Who tests. It stands in the statement.", required=True),
    Field(
        name="purpose",
        label="Purpose",
        kind="area",
        hint="What is tested and why. It is kept in the vault.",
        required=True,
        longest=4000,
    ),
    Field(name="begins", label="Begins (UTC)", kind="datetime-local", hint="Keys work from then on.", required=True),
    Field(
        name="ends",
        label="Ends (UTC)",
        kind="datetime-local",
        hint="Keys stop then, by themselves. It cannot be put off: a later end is another engagement.",
        required=True,
        words=("would end",),
    ),
    Field(
        name="addresses",
        label="Networks",
        kind="area",
        hint="From where keys work, one a line, such as 192.0.2.0/24 or 2001:db8::/32.",
        required=True,
        longest=9000,
        words=("network", "address"),
    ),
    Field(
        name="request_budget",
        label="Requests at most",
        hint="Of all its keys together.",
        words=("requests",),
        inputmode="numeric",
        longest=18,
    ),
    Field(
        name="token_budget",
        label="Tokens at most",
        hint="Of all its keys together, in and out.",
        words=("tokens",),
        inputmode="numeric",
        longest=18,
    ),
    Field(
        name="owner",
        label="Answers for it here",
        hint="The identifier or e-mail address of a person here; you, unless you name somebody else.",
        required=True,
        words=("known as", "service account", "deactivated"),
    ),
    REASON,
)


@routes.get("", needs=SIGNED_IN)
def choose(request: Request, signed: Caller, project: str = "") -> Response:
    """Ask which project's models are tested."""
    permitted(request, signed, _ACT)
    with house_of(request).database.begin() as tx:
        found = rooms.every(tx)
    if project in {each.id for each in found}:
        return sent_to(f"{_HERE}/{quote(project, safe='')}")
    options = tuple((str(each.id), each.name) for each in found if each.models)
    fields = (Field(name="project", label="Project", kind="select", options=options),)
    return page(request, "tester_project.html", steps=STEPS, fields=fields, values={"project": project})


@routes.get("/{project}", needs=SIGNED_IN)
def form(project: str, request: Request, signed: Caller) -> Response:
    """Ask who tests what, when, from where and how much."""
    permitted(request, signed, _ACT)
    now = house_of(request).edges.clock()
    usual = {"begins": typed(now), "ends": typed(now + _USUALLY), "owner": signed.person.id}
    return _form(request, project, usual)


@routes.post("/{project}", needs=SIGNED_IN)
def ask(project: str, request: Request, signed: Caller, given: Entered, ticked: Ticked) -> Response:
    """Ask others to agree to an engagement."""
    permitted(request, signed, _ACT)
    try:
        plan = read(api.EngagementGiven, _wanted(request, signed, project, given, ticked))
        parameters = plan.model_dump(exclude={"approval"}, mode="json")
        wanted = {"act": _ACT, "parameters": parameters, "reason": given.get("reason", "")}
        made = approvals.ask(read(Wanted, wanted), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, project, {**given, "models": ticked.get("models", ())}, error)
    return sent_to(where(made.id), "asked")


def budgets(given: Mapping[str, str]) -> dict[str, str | None]:
    """Return the budgets of a form; an empty one is none."""
    return {name: given.get(name, "").strip() or None for name in ("request_budget", "token_budget")}


def _wanted(
    request: Request, signed: Signed, project: str, given: Mapping[str, str], ticked: Mapping[str, tuple[str, ...]]
) -> dict[str, object]:
    moments = {name: utc(given.get(name, "")) for name in ("begins", "ends")}
    networks = [each.strip() for each in given.get("addresses", "").replace(",", "\n").splitlines() if each.strip()]
    told = {name: given.get(name, "") for name in ("organisation", "purpose")}
    owner = entered_person(request, signed, given.get("owner", ""))
    lists = {"models": list(ticked.get("models", ())), "addresses": networks}
    return {**told, **moments, **lists, **budgets(given), "project": project, "owner": owner}


def _fields(project: Project) -> tuple[Field, ...]:
    models = tuple((name, name) for name in sorted(project.models))
    several = Field(
        name="models", label="Models", kind="ticks", options=models, hint="Which they may reach.", words=("model",)
    )
    return (*_FIELDS[:2], several, *_FIELDS[2:])


def _form(request: Request, project: str, values: Mapping[str, Any], error: SeawallError | None = None) -> Response:
    with house_of(request).database.begin() as tx:
        known = rooms.find(tx, project)
    fields = _fields(known)
    return page(
        request,
        "form.html",
        title=f"Begin an engagement on {known.name}",
        lead="Somebody else must agree first. Nothing of what the testers send is kept, and the safeguards are on.",
        steps=(*STEPS, ("Project", _HERE)),
        fields=fields,
        values=values,
        error=error,
        submit="Ask for it",
        back="/console/testers",
    )
