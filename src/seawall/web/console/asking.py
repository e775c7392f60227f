"""Ask others to agree to an act: which there are, and a form for each whose parameters are values or files."""

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
from seawall.web.api.approvals_shapes import Wanted
from seawall.web.console.approvals import STEPS, does, where
from seawall.web.console.forms import Entered, Field, Uploaded, read
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
Folders = Mapping[str, Mapping[str, bytes]]
_FOLDER = "The directory of a policy, or of Cedar policies of roles. What it makes is shown before anybody agrees."
# Fields that are no single line that anybody may read over a shoulder.
_SHOWN_AS = {"secret": "password", "text": "area"}
_TEXTS = (".yaml", ".yml", ".cedar")
# What is asked for on a page of its own.
_PAGES = {
    "tester.begin": "/console/testers/begin",
    "release.sign_off": "/console/releases",
    "audit.stream_add": "/console/audit/streams/add",
    "child_safety.export": "/console/child-safety",
}
_STEPS = (*STEPS, ("Ask", "/console/approvals/ask"))


@routes.get("", needs=may("approval.read"))
def every(request: Request, signed: Caller) -> Response:
    """List the acts that take the agreement of others."""
    found = [(each, _form_of(request, each.act)) for each in api_acts.every(request, signed)]
    mine = [(each, form) for each, form in found if signed.principal.roles & set(each.roles)]
    return page(request, "acts.html", steps=STEPS, acts=mine)


@routes.get("/{act}", needs=SIGNED_IN)
def ask(act: str, request: Request, signed: Caller) -> Response:
    """Ask with which parameters, and why."""
    permitted(request, signed, act)
    return _form(request, act, dict(request.query_params))


@routes.post("/{act}", needs=SIGNED_IN)
def put(act: str, request: Request, signed: Caller, given: Entered, files: Uploaded) -> Response:
    """Ask for an act."""
    permitted(request, signed, act)
    try:
        made = api.ask(wanted(request, act, given, files), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, act, given, error)
    return sent_to(where(made.id), "asked")


def wanted(request: Request, act: str, given: Mapping[str, str], files: Folders) -> Wanted:
    """Return what a form asks for, as the API takes it. Raises BadFields, NoSuchPage."""
    fields = fields_of(request, act)
    if fields is None:
        raise NoSuchPage
    entered = [field for field in fields if field.kind in ("tick", "folder") or given.get(field.name)]
    parameters = {field.name: _value(field, given, files) for field in entered}
    return read(Wanted, {"act": act, "parameters": parameters, "reason": given.get("reason", "")})


def fields_of(request: Request, act: str) -> tuple[Field, ...] | None:
    """Return the fields of an act's form; None where nothing does it here, or it takes more than values and files."""
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
        shown = _SHOWN_AS.get(field.name, "text")
        longest = kind.max_length or 4000
        return Field(name=field.name, label=label, kind=shown, required=field.required, longest=longest)
    if isinstance(kind, msgspec.inspect.IntType):
        usual = "" if field.required else f"{field.default} unless you say otherwise."
        return Field(name=field.name, label=label, hint=usual, required=field.required, inputmode="numeric", longest=9)
    if isinstance(kind, msgspec.inspect.DictType):
        return Field(name=field.name, label=label, kind="folder", hint=_FOLDER, required=True)
    return None


def _form_of(request: Request, act: str) -> str:
    """Return where an act is asked for; nothing where that takes the command line or the API."""
    usual = f"/console/approvals/ask/{quote(act, safe='')}" if fields_of(request, act) is not None else ""
    return _PAGES.get(act, usual)


def _value(field: Field, given: Mapping[str, str], files: Folders) -> Any:
    if field.kind == "tick":
        return field.name in given
    if field.kind == "folder":
        return _texts(field, files.get(field.name, {}))
    text = given[field.name].strip()
    return int(text) if field.inputmode == "numeric" and text.isascii() and text.isdigit() else text


def _texts(field: Field, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the texts of a directory by their names. Raises BadFields where there are none, or one is no text."""
    chosen = {name: content for name, content in files.items() if name.endswith(_TEXTS)}
    if not chosen:
        kinds = ", ".join(_TEXTS)
        raise BadFields(f"{field.label}: no directory with {kinds} in it was chosen.", hint="Choose it once more.")
    try:
        return {name: content.decode("utf-8") for name, content in sorted(chosen.items())}
    except UnicodeDecodeError as error:
        raise BadFields(f"{field.label}: a file is no UTF-8 text: {error.reason}.", hint="Save it as UTF-8.") from None


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
        title=does(act),
        lead="Others must agree before it is done. You are the one who then carries it out.",
        steps=_STEPS,
        fields=fields,
        values=values,
        error=error,
        submit="Ask",
        back=f"/console/approvals/ask?act={quote(act)}",
        alone=f"{ALONE}/{quote(act, safe='')}" if BY_NAME[act].glass else "",
        # What is secret, and why, stays out of addresses.
        kept=urlencode(
            {each.name: values[each.name] for each in known if each.kind != "password" and values.get(each.name)}
        ),
    )
