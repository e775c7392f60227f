"""Keys of a project: make one, whose secret is shown once, and revoke one."""

from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.web.api import projects as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.console.project import where
from seawall.web.console.projects import STEPS
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/projects/{project}/keys", tags=["console"])
_FIELDS = (Field(name="name", label="Name", hint="Where the key will be used.", required=True, longest=80),)


@routes.get("/add", needs=may("key.create", of="project"))
def ask(project: str, request: Request) -> Response:
    """Ask what a key is for."""
    return _form(request, project, {})


@routes.post("/add", needs=may("key.create", of="project"))
def make(project: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Make a key and show its secret, once."""
    try:
        made = api.make_key(project, read(api.KeyGiven, given), request, signed)
    except (InvalidInput, BadFields) as error:
        return _form(request, project, given, error)
    known = api.show(project, request)
    return page(
        request,
        "once.html",
        title="The new key",
        steps=(*STEPS, (known.name, where(known.id))),
        lead="Copy it now to where it is used. It is not shown again, and nobody can read it out of Seawall.",
        secrets=[made.secret],
        after=f"Its identifier is {made.id}.",
        back=where(known.id),
        done="I have copied it",
    )


@routes.get("/{key}/revoke", needs=may("key.revoke", of="project"))
def ask_revocation(project: str, key: str, request: Request) -> Response:
    """Say what revoking does."""
    known = api.show(project, request)
    with house_of(request).database.begin() as tx:
        held = api.find_key(tx, known.id, key)
    return confirmation(
        request,
        title=f"Revoke the key {held.name}",
        steps=(*STEPS, (known.name, where(known.id))),
        will=(
            f"Whoever uses the key {held.prefix}… is refused from the next request on.",
            "It cannot be undone; a new key can be made.",
        ),
        submit="Revoke the key",
    )


@routes.post("/{key}/revoke", needs=may("key.revoke", of="project"))
def revoke(project: str, key: str, request: Request, signed: Caller) -> Response:
    """End a key."""
    api.revoke_key(project, key, request, signed)
    return sent_to(where(project), "key_revoked")


def _form(request: Request, project: str, values: Entered, error: SeawallError | None = None) -> Response:
    known = api.show(project, request)
    kept = "Nothing of its content is kept." if known.zero_retention else "It keeps what the project keeps."
    return page(
        request,
        "form.html",
        title=f"Make a key of {known.name}",
        lead=f"{kept} It reaches every model of the project.",
        steps=(*STEPS, (known.name, where(known.id))),
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Make the key",
        back=where(known.id),
    )
