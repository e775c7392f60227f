"""Models of a project: take one away. Giving access to one takes the agreement of others."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.web.api import projects as api
from seawall.web.console.page import confirmation, sent_to
from seawall.web.console.project import where
from seawall.web.console.projects import STEPS
from seawall.web.errors import NoSuchPage
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/projects/{project}/models", tags=["console"])


@routes.get("/remove", needs=may("project.change", of="project"))
def ask_removal(project: str, request: Request, model: str = "") -> Response:
    """Say what removing a model does."""
    known = api.show(project, request)
    if model not in {each.name for each in known.models}:
        raise NoSuchPage
    return confirmation(
        request,
        title=f"Remove the model {model}",
        steps=(*STEPS, (known.name, where(known.id))),
        will=("Whoever asks for this name is refused from the next request on.",),
        action=f"{request.url.path}?model={quote(model, safe='')}",
        submit="Remove the model",
    )


@routes.post("/remove", needs=may("project.change", of="project"))
def remove(project: str, request: Request, signed: Caller, model: str = "") -> Response:
    """Take a model away."""
    api.remove_model(project, model, request, signed)
    return sent_to(where(project), "model_removed")
