"""What a campaign asks of whoever owns a grant: confirm that it is still needed, or take it away."""

from collections.abc import Callable

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.recertify.model import NoSuchItem
from seawall.vocabulary.errors import Conflict, SeawallError
from seawall.web.api import recertify as api
from seawall.web.console.naming import names_of
from seawall.web.console.page import confirmation, sent_to
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed

routes = Routes("/console/recertification/{item}", tags=["console"])


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question of a campaign."""

    title: str
    will: tuple[str, ...]
    submit: str
    said: str
    do: Callable[[str, Request, Signed], object]


_CONFIRM = Answer(
    title="Confirm {what}",
    will=(
        "The records say that you find it is still needed. It is due again in half a year.",
        "Nothing changes in what it lets anybody do.",
    ),
    submit="Confirm",
    said="item_confirmed",
    do=api.confirm,
)
_WITHDRAW = Answer(
    title="Take away {what}",
    will=("It lets nobody do anything any more, from the next click or request on.", "It can be given anew."),
    submit="Take it away",
    said="item_withdrawn",
    do=api.withdraw,
)


@routes.get("/confirm", needs=SIGNED_IN)
def ask_confirmation(item: str, request: Request, signed: Caller) -> Response:
    """Say what confirming does."""
    return _asked(request, signed, item, _CONFIRM)


@routes.post("/confirm", needs=SIGNED_IN)
def confirm(item: str, request: Request, signed: Caller) -> Response:
    """Confirm that something is still needed."""
    return _answered(request, signed, item, _CONFIRM)


@routes.get("/withdraw", needs=SIGNED_IN)
def ask_withdrawal(item: str, request: Request, signed: Caller) -> Response:
    """Say what taking away does."""
    return _asked(request, signed, item, _WITHDRAW)


@routes.post("/withdraw", needs=SIGNED_IN)
def withdraw(item: str, request: Request, signed: Caller) -> Response:
    """Take away what is not needed any more."""
    return _answered(request, signed, item, _WITHDRAW)


def called(source: str, what: str, name: str) -> str:
    """Return what is to be confirmed, in words."""
    thing = f"the {source} {what.replace('_', ' ') if source == 'role' else what}"
    return f"{thing} of {name}" if name else thing


def _answered(request: Request, signed: Signed, item: str, answer: Answer) -> Response:
    _mine(request, signed, item)
    try:
        answer.do(item, request, signed)
    except Conflict as error:
        return _asked(request, signed, item, answer, error)
    return sent_to("/console", answer.said)


def _asked(request: Request, signed: Signed, item: str, answer: Answer, error: SeawallError | None = None) -> Response:
    known = _mine(request, signed, item)
    what = called(known.source, known.what, names_of(request, {known.holder}).get(known.holder, known.holder))
    return confirmation(
        request,
        title=answer.title.format(what=what),
        steps=(("Home", "/console"),),
        error=error,
        will=answer.will,
        submit=answer.submit,
    )


def _mine(request: Request, signed: Signed, item: str) -> api.ItemShown:
    """Return a question that this person is asked now. Raises NoSuchItem."""
    asked: list[api.ItemShown] = api.inbox(request, signed)
    found = next((each for each in asked if each.id == item), None)
    if found is None:
        raise NoSuchItem("You are not asked this, or it is answered.", hint="The first page shows what you are asked.")
    return found
