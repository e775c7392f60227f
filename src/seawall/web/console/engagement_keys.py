"""A key of a tester, whose secret is shown once. It is revoked as every key: on the page of its project."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import testers as api
from seawall.web.console.engagement_forms import called, formed, path_to, with_tester
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page
from seawall.web.console.tester_begin import budgets
from seawall.web.console.testers import where
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed

routes = Routes("/console/testers/{engagement}/people/{person}/key", tags=["console"])
_FIELDS = (
    Field(name="name", label="Name", hint="Where the key will be used.", required=True, longest=80),
    Field(
        name="request_budget",
        label="Requests at most",
        hint="Of this key; those of the engagement hold too.",
        inputmode="numeric",
        longest=18,
        words=("requests",),
    ),
    Field(
        name="token_budget",
        label="Tokens at most",
        hint="Of this key, in and out; those of the engagement hold too.",
        inputmode="numeric",
        longest=18,
        words=("tokens",),
    ),
)


@routes.get("", needs=may("tester.manage", of="engagement"))
def ask(engagement: str, person: str, request: Request, signed: Caller) -> Response:
    """Ask what a key is for."""
    return _form(request, engagement, person, signed, {})


@routes.post("", needs=may("tester.manage", of="engagement"))
def make(engagement: str, person: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Make a key of a tester and show its secret, once."""
    try:
        wanted = {"name": given.get("name", ""), "person": person, **budgets(given)}
        made = api.make_key(engagement, read(api.KeyGiven, wanted), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, engagement, person, signed, given, error)
    known = api.show(engagement, request)
    return page(
        request,
        "once.html",
        title="The new key",
        steps=path_to(known),
        lead="Give it to the tester by a way on which nobody else reads. It is not shown again.",
        secrets=[made.secret],
        after=f"Its identifier is {made.key}. It works once its tester has a second factor.",
        back=where(known.id),
        done="I have copied it",
    )


def _form(
    request: Request,
    engagement: str,
    person: str,
    signed: Signed,
    values: Mapping[str, str],
    error: SeawallError | None = None,
) -> Response:
    known = with_tester(request, engagement, person)
    return formed(
        request,
        known,
        _FIELDS,
        values,
        error,
        title=f"Make a key of {called(request, signed, person)}",
        lead=f"It reaches {', '.join(known.models)}. Nothing of what is sent with it is kept.",
        submit="Make the key",
    )
