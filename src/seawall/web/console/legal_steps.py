"""The steps of a legal request, each a form or a button that says first what it does: check, review, preserve."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from seawall.cases.legal.errors import SameHuman
from seawall.cases.legal.kinds import Outcome
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import legal as api
from seawall.web.api import legal_answers as answers
from seawall.web.api import legal_shapes as shapes
from seawall.web.console import legal_words as words
from seawall.web.console.forms import Entered, Field, Ticked, read
from seawall.web.console.legal import SCOPE, scope_of, where
from seawall.web.console.legal_request import Known, confirmed, formed, known
from seawall.web.console.page import sent_to
from seawall.web.console.times import typed, utc
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed

routes = Routes("/console/legal/requests/{request_id}", tags=["console"])
_REFUSALS = (InvalidInput, Conflict, SameHuman, BadFields)
_MOMENTS = ("until", "at")


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A step that asks for something: its form, and what the API takes and does."""

    action: str
    title: str
    lead: str
    submit: str
    said: str
    fields: tuple[Field, ...]
    takes: type[BaseModel]
    does: Callable[..., Any]
    usual: Callable[[Known], Mapping[str, Any]] = lambda found: {}
    wanted: Callable[[Mapping[str, str], Mapping[str, tuple[str, ...]]], Mapping[str, Any]] | None = None


class Pressing(msgspec.Struct, frozen=True, kw_only=True):
    """A step that only says what will happen."""

    action: str
    title: str
    will: tuple[str, ...]
    submit: str
    said: str
    does: Callable[..., Any]


def _scope(found: Known) -> Mapping[str, Any]:
    asked = found.it.asks
    return {
        "accounts": "\n".join(asked.accounts),
        "categories": tuple(each.value for each in asked.categories),
        "since": typed(asked.since),
        "until": typed(asked.until),
    }


def _reviewed(given: Mapping[str, str], ticked: Mapping[str, tuple[str, ...]]) -> Mapping[str, Any]:
    return {"reason": given.get("reason", ""), "scope": scope_of(given, ticked)}


def _worded(title: str, lead: str, submit: str, does: Callable[..., Any], said: str = "legal_moved") -> Asking:
    fields = (
        Field(name="reason_code", label="Why", kind="select", options=words.CODES),
        Field(
            name="words",
            label="In words",
            kind="area",
            hint="Kept in the vault.",
            required=True,
            longest=10_000,
            words=("reason",),
        ),
    )
    return Asking(
        action="legal.review",
        title=title,
        lead=lead,
        submit=submit,
        said=said,
        fields=fields,
        takes=shapes.WordsGiven,
        does=does,
    )


_CALL = (
    Field(
        name="found_at",
        label="Where the number was found",
        kind="select",
        options=tuple((each.value, told) for each, told in words.FOUND_AT.items()),
        hint="Never in the request itself.",
    ),
    Field(name="number", label="Number that was called", required=True, words=("digits",), longest=60),
    Field(name="spoke_to", label="Who answered", required=True, words=("name",)),
    Field(
        name="confirmed",
        label="What they said",
        kind="select",
        options=(("no", "They know nothing of it"), ("yes", "The sender is who they say, and sent it")),
    ),
)
_OUTCOMES = tuple((each.value, told) for each, told in words.OUTCOMES.items() if each is not Outcome.REJECTED)
ASKING: dict[str, Asking] = {
    "call-back": Asking(
        action="legal.intake",
        title="Call the sender back",
        lead="At a number that was found somewhere else. Until somebody was reached, nothing goes on.",
        submit="Note the call",
        said="legal_called",
        fields=_CALL,
        takes=shapes.CallGiven,
        does=api.call_back,
    ),
    "accept": Asking(
        action="legal.review",
        title="Say what holds",
        lead="Narrow it to what the law that they name allows. Somebody else approves it.",
        submit="This much holds",
        said="legal_accepted",
        fields=(
            Field(name="reason", label="Why", kind="area", hint="Kept in the vault.", required=True, longest=10_000),
            *SCOPE,
        ),
        takes=shapes.ReviewGiven,
        does=api.accept,
        usual=_scope,
        wanted=_reviewed,
    ),
    "clarify": _worded("Ask what is meant", "The request waits for the sender.", "Ask", api.clarify),
    "challenge": _worded("Object to it", "Before the sender, or a court.", "Object", api.challenge),
    "go-on": _worded("Take it up again", "With what was answered.", "Go on", api.go_on),
    "send-back": _worded("Send the review back", "It is done anew.", "Send it back", api.send_back),
    "reject": _worded(
        "Refuse the request", "For good. The sender is told why.", "Refuse", api.reject, "legal_rejected"
    ),
    "bar": Asking(
        action="legal.review",
        title="Do not tell them yet",
        lead="The people concerned are told when this ends. It is on record.",
        submit="Do not tell them",
        said="legal_barred",
        fields=(
            Field(name="reason", label="Why not", kind="select", options=words.BARS),
            Field(
                name="until",
                label="Until (UTC)",
                kind="datetime-local",
                hint="Only an order may have no end.",
                words=("without an end", "over already"),
            ),
        ),
        takes=shapes.BarGiven,
        does=api.bar,
    ),
    "prepare": Asking(
        action="legal.review",
        title="Prepare what is handed over",
        lead="It is listed what would be handed over, and what not. Nothing leaves.",
        submit="Prepare it",
        said="legal_prepared",
        fields=(
            Field(
                name="to",
                label="Who gets it, and how",
                hint="Others agree to exactly this recipient. Kept in the vault.",
                required=True,
                longest=300,
                words=("recipient",),
            ),
            Field(
                name="recipient",
                label="Their key",
                hint="A public key of age (age1…), got from them by another way than the request came. The file is "
                "encrypted so that they alone open it.",
                longest=4000,
                words=("public key", "encrypted"),
            ),
            Field(
                name="in_clear_because",
                label="Or: why it goes in clear",
                kind="area",
                hint="Only where they cannot take an encrypted file. Others agree to it with this reason.",
                longest=1000,
                words=("reason",),
            ),
        ),
        takes=shapes.PreparedGiven,
        does=answers.prepare,
    ),
    "deliver": Asking(
        action="legal.intake",
        title="They have the file",
        lead="Once it arrived. Before that, it can be made again with a new agreement.",
        submit="They have it",
        said="legal_delivered",
        fields=(Field(name="at", label="Since (UTC)", kind="datetime-local", required=True),),
        takes=shapes.DeliveredGiven,
        does=answers.deliver,
    ),
    "close": Asking(
        action="legal.review",
        title="Close the request",
        lead="With what came of it. It cannot be opened again.",
        submit="Close it",
        said="legal_closed",
        fields=(
            Field(name="outcome", label="What came of it", kind="select", options=_OUTCOMES),
            Field(
                name="reason_code",
                label="Why",
                kind="select",
                options=(("answered", "It was answered"), ("sender_withdrew", "The sender withdrew it")),
            ),
        ),
        takes=shapes.ClosedGiven,
        does=answers.close,
    ),
}
PRESSING: dict[str, Pressing] = {
    "approve": Pressing(
        action="legal.review",
        title="Approve the review",
        will=(
            "What the review let stand may be prepared and, once others agree, handed over.",
            "The people concerned are told now, unless something bars it. They have their time before anything leaves.",
        ),
        submit="Approve it",
        said="legal_approved",
        does=api.approve,
    ),
    "preserve": Pressing(
        action="legal.review",
        title="Preserve what is stored",
        will=(
            "What was written through the accounts, within the time that was asked, is kept for ninety days.",
            "No deletion reaches it until then, whoever asks. What is written later is not in it.",
            "It can be renewed once.",
        ),
        submit="Preserve it",
        said="legal_preserved",
        does=answers.preserve,
    ),
    "renew": Pressing(
        action="legal.review",
        title="Renew the preservation",
        will=("It is kept for ninety days more, counted from its end. This can be done once.",),
        submit="Renew it",
        said="legal_renewed",
        does=answers.renew,
    ),
}


def _declare_asking(name: str, step: Asking) -> None:
    def form(request: Request, signed: Signed, request_id: str, values: Any, error: SeawallError | None) -> Response:
        told = {"title": step.title, "lead": step.lead, "submit": step.submit}
        found = known(request, signed, request_id)
        given = step.usual(found) if values is None else values
        return formed(request, found.it.id, step.fields, given, error, **told)

    @routes.get(f"/{name}", needs=may(step.action, of="request_id"), name=f"legal_ask_{name}")
    def ask(request_id: str, request: Request, signed: Caller) -> Response:
        """Ask for what the step takes."""
        return form(request, signed, request_id, None, None)

    @routes.post(f"/{name}", needs=may(step.action, of="request_id"), name=f"legal_{name}")
    def put(request_id: str, request: Request, signed: Caller, given: Entered, ticked: Ticked) -> Response:
        """Do the step."""
        try:
            wanted = step.wanted(given, ticked) if step.wanted is not None else _plain(given)
            step.does(request_id, read(step.takes, wanted), request, signed)
        except _REFUSALS as error:
            return form(request, signed, request_id, {**given, "categories": ticked.get("categories", ())}, error)
        return sent_to(where(request_id), step.said)


def _declare_pressing(name: str, step: Pressing) -> None:
    def shown(request: Request, signed: Signed, request_id: str, error: SeawallError | None = None) -> Response:
        found = known(request, signed, request_id)
        return confirmed(request, found.it.id, error, title=step.title, will=step.will, submit=step.submit)

    @routes.get(f"/{name}", needs=may(step.action, of="request_id"), name=f"legal_ask_{name}")
    def ask(request_id: str, request: Request, signed: Caller) -> Response:
        """Say what the step does."""
        return shown(request, signed, request_id)

    @routes.post(f"/{name}", needs=may(step.action, of="request_id"), name=f"legal_{name}")
    def press(request_id: str, request: Request, signed: Caller) -> Response:
        """Do the step."""
        known(request, signed, request_id)
        try:
            step.does(request_id, request, signed)
        except (*_REFUSALS, NotFound) as error:
            return shown(request, signed, request_id, error)
        return sent_to(where(request_id), step.said)


def _plain(given: Mapping[str, str]) -> dict[str, Any]:
    told = {name: value.strip() for name, value in given.items() if name != "csrf"}
    return told | {name: utc(told[name]) or None for name in _MOMENTS if name in told}


for _name, _asking in ASKING.items():
    _declare_asking(_name, _asking)
for _name, _pressing in PRESSING.items():
    _declare_pressing(_name, _pressing)
