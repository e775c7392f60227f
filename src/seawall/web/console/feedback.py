"""Feedback on commitments: what waits for an answer, what it says, and the answer."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.cases.feedback.answering import LONGEST
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import feedback as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

HOME = "/console/feedback"
STEPS = (("Feedback", HOME),)
routes = Routes(HOME, tags=["console"])
_STATES = ("waits", "answered", "answered in public")
_COLUMNS = (
    Column(key="about", label="About", free=True),
    Column(key="framework", label="Framework"),
    Column(key="state", label="State", choices=_STATES),
    Column(key="received_at", label="Came in"),
    Column(key="answered_at", label="Answered"),
    Column(key="id", label="Identifier", mono=True),
)
_FIELDS = (
    Field(
        name="words",
        label="The answer",
        kind="area",
        hint="For whoever wrote, behind their link alone. Up to 4,000 characters.",
        required=True,
        longest=LONGEST,
        words=("answer has",),
    ),
    Field(
        name="public",
        label="For everybody",
        kind="area",
        hint="What the next edition of the hub shows beside the commitment, for good. Leave it empty to show nothing. "
        "Repeat none of their words that you do not mean to publish.",
        longest=LONGEST,
        words=("public text",),
    ),
)


@routes.get("", needs=may("feedback.read"))
def every(request: Request) -> Response:
    """List feedback, newest first."""
    found: list[api.FeedbackShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.feedback], taken.next
    rows = [_row(request, each) for each in found]
    waiting = sum(each.answered_at is None for each in found)
    return listed(request, "feedback.html", "feedback", _COLUMNS, rows, waiting=waiting)


@routes.get("/{feedback}", needs=may("feedback.read", of="feedback"))
def show(feedback: str, request: Request, signed: Caller) -> Response:
    """Show feedback with its words."""
    known = api.show(feedback, request)
    return page(
        request,
        "feedback_one.html",
        steps=STEPS,
        known=known,
        path=where(known.id),
        state=_state(known),
        names=readable_names(request, signed, {known.answered_by or ""}),
    )


@routes.get("/{feedback}/answer", needs=may("feedback.answer", of="feedback"))
def ask(feedback: str, request: Request) -> Response:
    """Ask for the answer."""
    return _answering(request, feedback, {})


@routes.post("/{feedback}/answer", needs=may("feedback.answer", of="feedback"))
def answer(feedback: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Answer feedback."""
    try:
        api.answer(feedback, read(api.AnswerGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _answering(request, feedback, given, error)
    return sent_to(where(feedback), "feedback_answered")


def where(feedback: str) -> str:
    """Return the address of the page of feedback."""
    return f"{HOME}/{quote(feedback, safe='')}"


def _answering(
    request: Request, feedback: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    known = api.show(feedback, request)
    return page(
        request,
        "feedback_answer.html",
        steps=(*STEPS, (known.id, where(known.id))),
        known=known,
        fields=_FIELDS,
        values=values,
        error=error,
        back=where(known.id),
    )


def _row(request: Request, each: api.FeedbackShown) -> Row:
    framework = house_of(request).book.frameworks.get(each.framework)
    cells = each.model_dump(include={"id", "received_at", "answered_at"})
    cells |= {
        "about": "As a whole" if each.about == each.framework else each.title.partition(": ")[2] or each.title,
        "framework": each.framework if framework is None else framework.name,
        "state": _state(each),
    }
    return Row(cells=cells, href=where(each.id))


def _state(each: api.FeedbackShown) -> str:
    if each.answered_at is None:
        return _STATES[0]
    return _STATES[2] if each.published else _STATES[1]
