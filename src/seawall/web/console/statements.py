"""Statements of what a test ran under: issue one, read it, take it along as a proof that is checked without us."""

from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from seawall.vocabulary.errors import NotFound, SeawallError
from seawall.web.api import statements as api_told
from seawall.web.api import testers as api
from seawall.web.console.engagement_forms import confirmed, path_to
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.console.testers import where
from seawall.web.house import NothingProven
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/testers/{engagement}/statements", tags=["console"])
_WILL = (
    "What the test ran under so far is stated: its period, models, policies, classifiers, its safeguards over time, "
    "and how many exchanges ended how.",
    "No content and no name of a person is in it.",
    "It is a record of the ledger: it can be proven to whoever tested, and cannot be taken back.",
    "Another one can be issued later. Each says until when it speaks.",
)


@routes.get("/issue", needs=may("tester.manage", of="engagement"))
def ask(engagement: str, request: Request) -> Response:
    """Say what a statement is."""
    known = api.show(engagement, request)
    early = ("The test still runs: this states what it ran under until now.",) if known.state == "running" else ()
    title = f"Issue a statement for {known.organisation}"
    return confirmed(request, known, title=title, will=(*early, *_WILL), submit="Issue the statement")


@routes.post("/issue", needs=may("tester.manage", of="engagement"))
def issue(engagement: str, request: Request, signed: Caller) -> Response:
    """Issue a statement."""
    made = api.state(engagement, request, signed)
    return sent_to(f"{where(engagement)}/statements/{made.record}", "statement_issued")


@routes.get("/{record}", needs=may("tester.read", of="engagement"))
def show(engagement: str, record: str, request: Request, signed: Caller) -> Response:
    """Show a statement."""
    return _shown(request, engagement, record, signed)


@routes.get("/{record}/proof", needs=may("tester.read", of="engagement"))
def proof(engagement: str, record: str, request: Request, signed: Caller) -> Response:
    """Give the statement as a proof file; where it is not published yet, say so beside it."""
    api_told.statement(engagement, record, request)
    try:
        made: Response = api_told.proof(engagement, record, request)
    except (NotFound, NothingProven) as error:
        return _shown(request, engagement, record, signed, error)
    return made


def _shown(
    request: Request, engagement: str, record: str, signed: Signed, error: SeawallError | None = None
) -> Response:
    known, stated = api.show(engagement, request), api_told.statement(engagement, record, request)
    proofs = house_of(request).proofs
    return page(
        request,
        "statement.html",
        steps=path_to(known),
        stated=stated,
        said=stated.conditions,
        path=f"{where(known.id)}/statements/{stated.record}",
        names=readable_names(request, signed, [stated.by]),
        key="" if proofs is None else proofs.key(),
        at=datetime.fromisoformat,
        error=error,
    )
