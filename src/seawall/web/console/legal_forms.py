"""What each step of a legal request asks for and says, as data: forms, and buttons that say first what will happen."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from pydantic import BaseModel

from seawall.cases.legal.kinds import Outcome
from seawall.web.api import legal as api
from seawall.web.api import legal_answers as answers
from seawall.web.api import legal_shapes as shapes
from seawall.web.console import legal_words as words
from seawall.web.console.forms import Field
from seawall.web.console.legal import SCOPE, scope_of
from seawall.web.console.legal_request import Known
from seawall.web.console.times import typed


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
