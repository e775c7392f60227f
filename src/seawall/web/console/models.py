"""Models of a project: set where a name leads, take one away. A credential goes into the vault and is not shown."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.web.api import projects as api
from seawall.web.console.forms import Entered, Field, read, wrong
from seawall.web.console.page import page, sent_to
from seawall.web.console.project import where
from seawall.web.console.projects import STEPS
from seawall.web.errors import BadFields, NoSuchPage
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/projects/{project}/models", tags=["console"])
_APIS = (("messages", "Messages"), ("chat", "Chat Completions"))
_FIELDS = (
    Field(name="name", label="Name", hint="What clients ask for.", required=True),
    Field(name="api", label="API of the upstream", kind="select", options=_APIS),
    Field(
        name="base_url",
        label="Address",
        hint="Up to, not including, /v1, such as https://api.example.com",
        required=True,
        longest=500,
        inputmode="url",
    ),
    Field(name="model", label="Name upstream", hint="Where it is another one."),
    Field(
        name="credential",
        label="Credential",
        kind="password",
        hint="Sealed into the vault and never shown. Left empty, the model has none.",
        longest=4000,
    ),
    Field(
        name="private",
        label="The address may be private",
        kind="tick",
        hint="Only for upstreams on your own network: without it, an address that is not public is refused.",
    ),
)


@routes.get("/set", needs=may("project.change", of="project"))
def ask(project: str, request: Request, model: str = "") -> Response:
    """Ask where a name leads."""
    known = api.show(project, request)
    now = next((each for each in known.models if each.name == model), None)
    values = {} if now is None else now.model_dump(include={"name", "api", "base_url", "model"})
    return _form(request, known, values | ({"private": "yes"} if now is not None and now.private else {}))


@routes.post("/set", needs=may("project.change", of="project"))
def put(project: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Set where a name leads."""
    try:
        wanted = read(api.ModelGiven, {**given, "private": "private" in given})
        api.set_model(project, given.get("name", "").strip()[:200], wanted, request, signed)
    except (InvalidInput, BadFields) as error:
        return _form(request, api.show(project, request), given, error)
    return sent_to(where(project), "model_set")


@routes.get("/remove", needs=may("project.change", of="project"))
def ask_removal(project: str, request: Request, model: str = "") -> Response:
    """Say what removing a model does."""
    known = api.show(project, request)
    if model not in {each.name for each in known.models}:
        raise NoSuchPage
    return page(
        request,
        "confirm.html",
        title=f"Remove the model {model}",
        steps=(*STEPS, (known.name, where(known.id))),
        wrong=None,
        will=("Whoever asks for this name is refused from the next request on.",),
        action=f"{request.url.path}?model={quote(model, safe='')}",
        submit="Remove the model",
        back=where(known.id),
    )


@routes.post("/remove", needs=may("project.change", of="project"))
def remove(project: str, request: Request, signed: Caller, model: str = "") -> Response:
    """Take a model away."""
    api.remove_model(project, model, request, signed)
    return sent_to(where(project), "model_removed")


def _form(
    request: Request, known: api.ProjectShown, values: Entered, error: SeawallError | None = None
) -> Response:
    return page(
        request,
        "form.html",
        status=200 if error is None else error.status,
        title=f"Set a model of {known.name}",
        lead="A name that is set already leads elsewhere from then on, with the credential that is given here.",
        steps=(*STEPS, (known.name, where(known.id))),
        fields=_FIELDS,
        values=values,
        wrong=None if error is None else wrong(error, _FIELDS),
        submit="Set the model",
        back=where(known.id),
    )
