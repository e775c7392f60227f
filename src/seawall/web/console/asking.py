"""Ask others to agree to an act: which there are, and a form for each whose parameters are plain values."""

from collections.abc import Mapping
from typing import Any, get_args
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals.acts import Act
from seawall.access.approvals.requests import permit
from seawall.access.rights import Resource
from seawall.access.rights.actions import BY_NAME
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import acts as api_acts
from seawall.web.api import approvals as api
from seawall.web.console.approvals import STEPS, does, where
from seawall.web.console.forms import Entered, Field, read, wrong
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields, NoSuchPage
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/approvals/ask", tags=["console"])
ALONE = "/console/approvals/alone"
REASON = Field(
    name="reason",
    label="Why",
    kind="area",
    hint="Whoever votes reads this. It is kept in the vault.",
    required=True,
    longest=4000,
)
_STEPS = (*STEPS, ("Ask", "/console/approvals/ask"))


@routes.get("", needs=may("approval.read"))
def every(request: Request, signed: Caller) -> Response:
    """List the acts that take the agreement of others."""
    found = [(each, fields_of(request, each.act) is not None) for each in api_acts.every(request, signed)]
    mine = [(each, here) for each, here in found if signed.principal.roles & set(each.roles)]
    return page(request, "acts.html", steps=STEPS, acts=mine)


@routes.get("/{act}", needs=SIGNED_IN)
def ask(act: str, request: Request, signed: Caller) -> Response:
    """Ask with which parameters, and why."""
    permitted(request, signed, act)
    return _form(request, act, dict(request.query_params))


@routes.post("/{act}", needs=SIGNED_IN)
def put(act: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Ask for an act."""
    permitted(request, signed, act)
    try:
        made = api.ask(wanted(request, act, given), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, act, given, error)
    return sent_to(where(made.id), "asked")


def wanted(request: Request, act: str, given: Mapping[str, str]) -> api.Wanted:
    """Return what a form asks for, as the API takes it. Raises BadFields, NoSuchPage."""
    fields = fields_of(request, act)
    if fields is None:
        raise NoSuchPage
    parameters = {field.name: _value(field, given) for field in fields if field.kind == "tick" or given.get(field.name)}
    return read(api.Wanted, {"act": act, "parameters": parameters, "reason": given.get("reason", "")})


def fields_of(request: Request, act: str) -> tuple[Field, ...] | None:
    """Return the fields of an act's form; None where nothing does it here, or it takes more than plain values."""
    house = house_of(request)
    if act not in house.acts.every() or act in house.acts.unavailable:
        return None
    known: Act = house.acts.get(act)
    kind = known.hands_in or known.takes
    made = [_field(each) for each in msgspec.structs.fields(kind) if not (known.hands_in and _is_item(each))]
    return None if None in made else tuple(each for each in made if each is not None)


def _is_item(field: msgspec.structs.FieldInfo) -> bool:
    """Tell whether a field is what handing something in makes: it may be left out, and is no plain text."""
    return not field.required and type(None) in get_args(field.type)


def _field(field: msgspec.structs.FieldInfo) -> Field | None:
    kind, label = msgspec.inspect.type_info(field.type), field.name.replace("_", " ").capitalize()
    if isinstance(kind, msgspec.inspect.BoolType):
        return Field(name=field.name, label=label, kind="tick")
    if isinstance(kind, msgspec.inspect.LiteralType):
        options = tuple((str(each), str(each)) for each in kind.values)
        return Field(name=field.name, label=label, kind="select", options=options)
    if isinstance(kind, msgspec.inspect.StrType):
        secret = "password" if field.name == "secret" else "text"
        return Field(name=field.name, label=label, kind=secret, required=field.required, longest=4000)
    if isinstance(kind, msgspec.inspect.IntType):
        usual = "" if field.required else f"{field.default} unless you say otherwise."
        return Field(name=field.name, label=label, hint=usual, required=field.required, inputmode="numeric", longest=9)
    return None


def _value(field: Field, given: Mapping[str, str]) -> Any:
    if field.kind == "tick":
        return field.name in given
    text = given[field.name].strip()
    return int(text) if field.inputmode == "numeric" and text.isascii() and text.isdigit() else text


def permitted(request: Request, signed: Signed, act: str) -> None:
    """Hold whoever asks against the rules before they fill in a form. Raises NotPermitted, PasskeyNeeded."""
    known = BY_NAME.get(act)
    if known is None or not known.two_party:
        raise NoSuchPage
    house = house_of(request)
    with house.database.begin() as tx:
        permit(tx, house.edges, house.desk, signed.actor, act, Resource(kind=known.kind))


def _form(request: Request, act: str, values: Mapping[str, str], error: SeawallError | None = None) -> Response:
    known = fields_of(request, act)
    if known is None:
        raise NoSuchPage
    fields = (*known, REASON)
    return page(
        request,
        "ask.html",
        status=200 if error is None else error.status,
        title=does(act),
        lead="Others must agree before it is done. You are the one who then carries it out.",
        steps=_STEPS,
        fields=fields,
        values=values,
        wrong=None if error is None else wrong(error, fields),
        submit="Ask",
        back=f"/console/approvals/ask?act={quote(act)}",
        alone=f"{ALONE}/{quote(act, safe='')}" if BY_NAME[act].glass else "",
        # What is secret, and why, stays out of addresses.
        kept=urlencode(
            {each.name: values[each.name] for each in known if each.kind != "password" and values.get(each.name)}
        ),
    )
