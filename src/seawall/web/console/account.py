"""One account: where it stands and why, its labels, what it shares; change its standing, label it, take back."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import accounts as api
from seawall.web.console.accounts import STEPS, where
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/accounts/of/{account}", tags=["console"])
_PAGE = 200
_CODE = Field(
    name="reason_code",
    label="Reason",
    hint="A code such as under_review: lower-case letters, digits and underscores. It stands in the records.",
    required=True,
    longest=40,
    words=("reason code",),
)
_DAYS = Field(name="days", label="For how many days", hint="Left out, until it is lifted.", inputmode="decimal")
_MEASURES = (
    ("warn", "Warn"),
    ("restrict", "Restrict"),
    ("suspend", "Suspend"),
    ("ban", "Ban"),
    ("reinstate", "Reinstate: lift everything"),
)
_STANDING = (
    Field(name="measure", label="What happens", kind="select", options=_MEASURES),
    Field(name="per_minute", label="Requests a minute", hint="Of a restriction.", inputmode="numeric"),
    Field(
        name="no_tools", label="Without tools", kind="tick", hint="Of a restriction: requests with tools are refused."
    ),
    Field(name="no_media", label="Without media", kind="tick", hint="The same for images, recordings and documents."),
    Field(name="models", label="Without these models", hint="The same; their names, with commas between them."),
    _DAYS,
    _CODE,
)
_LABEL = (Field(name="name", label="Label", hint="Such as see_with_care.", required=True, longest=40), _DAYS, _CODE)
_ERRORS = (InvalidInput, Conflict, NotFound, BadFields)


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A form about an account."""

    title: str
    lead: str
    fields: tuple[Field, ...]
    submit: str


_CHANGE = Ask(
    title="Change the standing of {name}",
    lead="It adds to what holds already and shortens nothing: to make something milder, reinstate first.",
    fields=_STANDING,
    submit="Change it",
)
_ADD = Ask(title="Label {name}", lead="Labels are for people and for rules. They change nothing by themselves.",
           fields=_LABEL, submit="Add the label")  # fmt: skip
_END = Ask(title="Take a label off {name}", lead="Every label of this name ends now.", fields=(_CODE,),
           submit="Take it off")  # fmt: skip
_REVERSE = Ask(
    title="Take back what was decided about {name}",
    lead="Its strikes count no longer, its labels go, and the standing becomes what it would be without it. What rules "
    "did because of it is taken back too, on other accounts as well.",
    fields=(_CODE,),
    submit="Take it back",
)


@routes.get("", needs=may("account.read", of="account"))
def show(account: str, request: Request, signed: Caller, skip: int = 0) -> Response:
    """Show an account."""
    found = api.seen_whole(account, request, signed, skip=skip, limit=_PAGE)
    following = f"{where(account)}?skip={max(0, skip) + _PAGE}" if found.more else ""
    return page(request, "account.html", steps=STEPS, it=found, path=where(account), where=where, following=following)


@routes.get("/standing", needs=may("account.change_standing", of="account"))
def ask_standing(account: str, request: Request) -> Response:
    """Ask what happens to the account."""
    return _form(request, account, _CHANGE, {})


@routes.post("/standing", needs=may("account.change_standing", of="account"))
def change(account: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Change where it stands."""

    def do() -> object:
        measure, because = given.get("measure", ""), _because(given)
        if measure == "reinstate":
            return api.reinstate(account, read(api.Because, because), request, signed)
        told = because | _days(given)
        if measure == "restrict":
            return api.restrict(account, read(api.Restriction, told | _limits(given)), request, signed)
        simple = {"warn": api.warn, "suspend": api.suspend, "ban": api.ban}
        if measure not in simple:
            raise BadFields("What happens is none of those.", hint="Choose one.")
        return simple[measure](account, read(api.For, told), request, signed)

    return _tried(request, account, _CHANGE, given, do, "standing_changed")


@routes.get("/labels/add", needs=may("account.change_standing", of="account"))
def ask_label(account: str, request: Request) -> Response:
    """Ask for a label."""
    return _form(request, account, _ADD, {})


@routes.post("/labels/add", needs=may("account.change_standing", of="account"))
def add_label(account: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Add a label."""
    told = _because(given) | _days(given) | {"name": given.get("name", "").strip()}

    def do() -> object:
        return api.label(account, read(api.LabelGiven, told), request, signed)

    return _tried(request, account, _ADD, given, do, "label_added")


@routes.get("/labels/{name}/end", needs=may("account.change_standing", of="account"))
def ask_end(account: str, name: str, request: Request) -> Response:
    """Ask why a label goes."""
    return _form(request, account, _END, {})


@routes.post("/labels/{name}/end", needs=may("account.change_standing", of="account"))
def end(account: str, name: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Take a label off."""

    def do() -> object:
        return api.end_label(account, name, read(api.Because, _because(given)), request, signed)

    return _tried(request, account, _END, given, do, "label_ended")


@routes.get("/reverse/{decision}", needs=may("account.change_standing", of="account"))
def ask_reversal(account: str, decision: str, request: Request) -> Response:
    """Say what taking a decision back does, and ask why."""
    return _form(request, account, _REVERSE, {})


@routes.post("/reverse/{decision}", needs=may("account.change_standing", of="account"))
def reverse(account: str, decision: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Take a decision back."""

    def do() -> object:
        return api.reverse(decision, read(api.Because, _because(given)), request, signed)

    return _tried(request, account, _REVERSE, given, do, "decision_reversed")


def _tried(
    request: Request, account: str, what: Ask, given: Mapping[str, str], do: Callable[[], object], said: str
) -> Response:
    try:
        do()
    except _ERRORS as error:
        return _form(request, account, what, given, error)
    return sent_to(where(account), said)


def _because(given: Mapping[str, str]) -> dict[str, Any]:
    return {"reason_code": given.get("reason_code", "").strip()}


def _days(given: Mapping[str, str]) -> dict[str, Any]:
    return {"days": given.get("days", "").strip() or None}


def _limits(given: Mapping[str, str]) -> dict[str, Any]:
    return {
        "per_minute": given.get("per_minute", "").strip() or None,
        "tools": not given.get("no_tools"),
        "media": not given.get("no_media"),
        "without_models": [each.strip() for each in given.get("models", "").split(",") if each.strip()],
    }


def _form(
    request: Request, account: str, what: Ask, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    return page(
        request,
        "form.html",
        title=what.title.format(name=account[:60]),
        lead=what.lead,
        steps=(*STEPS, (account[:60], where(account))),
        fields=what.fields,
        values=values,
        error=error,
        submit=what.submit,
        back=where(account),
    )
