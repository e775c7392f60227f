"""One request: who asks for what exactly, and why; vote, take it back, carry it out, review what was done alone."""

import json
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals.model import OPEN, State
from seawall.access.rights.actions import BY_NAME
from seawall.vocabulary.errors import Conflict, SeawallError
from seawall.web.api import approvals as api
from seawall.web.api.approvals_shapes import RequestWhole, ReviewGiven, VoteGiven
from seawall.web.approved import attached
from seawall.web.console import nav
from seawall.web.console.approvals import STEPS, does, where
from seawall.web.console.asking import ALONE, fields_of
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/approvals/{request_id}", tags=["console"])
# What an act makes has a page of its own, and is no secret that is shown once.
_PAGES = {
    "engagement": "/console/testers",
    "organisation": "/console/organisations",
    "release": "/console/releases",
    "stream": "/console/audit/streams",
}


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """A step on a request: what it is called and what it does."""

    title: str
    will: tuple[str, ...]
    submit: str
    fields: tuple[Field, ...] = ()


_APPROVE = Ballot(
    title="Approve this request",
    will=("Your approval is bound to the digest above, by the passkey that you used.",),
    submit="Approve",
)
_DENY = Ballot(
    title="Deny this request",
    will=("The request is closed at once, whatever others have said. It can be asked for anew.",),
    submit="Deny",
)
_CANCEL = Ballot(
    title="Take the request back",
    will=("The request is closed. Approvals that were given for it are void.",),
    submit="Take it back",
)
_EXECUTE = Ballot(
    title="Carry the request out",
    will=("Exactly what stands above is done now, once. The request is used up.",),
    submit="Carry it out",
)
_WORDS = Field(
    name="words", label="Why", kind="area", hint="Whoever reads the request reads this. It is kept in the vault.",
    longest=4000,
)  # fmt: skip
_JUSTIFIED = Ballot(
    title="Acting alone was justified",
    will=("The records say that you find it was justified to act alone here. It cannot be changed.",),
    submit="Say so",
    fields=(_WORDS,),
)
_UNJUSTIFIED = Ballot(
    title="Acting alone was not justified",
    will=("The records say that you find it was not justified to act alone here. It cannot be changed.",),
    submit="Say so",
    fields=(_WORDS,),
)


@routes.get("", needs=may("approval.read", of="request_id"))
def show(request_id: str, request: Request, signed: Caller) -> Response:
    """Show a request."""
    seen, me = api.show(request_id, request, signed), signed.person.id
    waits = {each.id for each in api.waiting(request, signed).to_vote}
    house = house_of(request)
    reviewed = {each.person for each in seen.reviews}
    reviews = seen.alone and me not in {seen.requester, *reviewed}
    return page(
        request,
        "approval.html",
        steps=STEPS,
        seen=seen,
        does=does(seen.act),
        parameters=_parameters(seen),
        path=where(seen.id),
        rules_now=house.desk.rights.digest,
        reviewers=house.desk.rules.reviewers,
        votes_here=seen.id in waits,
        reviews_here=reviews and nav.could(house.desk.rights, signed, "approval.review_glass"),
        takes_back=seen.requester == me and seen.state in OPEN,
        alone=_alone(request, signed, seen),
        carries_out=seen.requester == me and seen.state == State.APPROVED,
    )


@routes.get("/approve", needs=may("approval.vote", of="request_id"))
def ask_approval(request_id: str, request: Request, signed: Caller) -> Response:
    """Say what approving does."""
    return _asked(request, signed, request_id, _APPROVE)


@routes.post("/approve", needs=may("approval.vote", of="request_id"))
def approve(request_id: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Approve what was seen."""
    return _vote(request, signed, request_id, given, approves=True)


@routes.get("/deny", needs=may("approval.vote", of="request_id"))
def ask_denial(request_id: str, request: Request, signed: Caller) -> Response:
    """Say what denying does."""
    return _asked(request, signed, request_id, _DENY)


@routes.post("/deny", needs=may("approval.vote", of="request_id"))
def deny(request_id: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Deny what was seen."""
    return _vote(request, signed, request_id, given, approves=False)


@routes.get("/cancel", needs=may("approval.read", of="request_id"))
def ask_cancel(request_id: str, request: Request, signed: Caller) -> Response:
    """Say what taking back does."""
    return _asked(request, signed, request_id, _CANCEL)


@routes.post("/cancel", needs=SIGNED_IN)
def cancel(request_id: str, request: Request, signed: Caller) -> Response:
    """Take back what one asked for."""
    api.cancel(request_id, request, signed)
    return sent_to(where(request_id), "cancelled")


@routes.get("/execute", needs=may("approval.read", of="request_id"))
def ask_execution(request_id: str, request: Request, signed: Caller) -> Response:
    """Say what carrying out does."""
    return _asked(request, signed, request_id, _EXECUTE)


@routes.post("/execute", needs=SIGNED_IN)
def execute(request_id: str, request: Request, signed: Caller) -> Response:
    """Do exactly what was agreed to, and show what it gave, once."""
    try:
        done = api.execute(request_id, request, signed)
    except Conflict as error:
        return _asked(request, signed, request_id, _EXECUTE, error)
    if "file" in done.shown:
        return attached(done.shown)
    return page(
        request,
        "carried_out.html",
        steps=(*STEPS, (does(done.request.act), where(request_id))),
        does=does(done.request.act),
        shown={name: _plain(value) for name, value in done.shown.items() if name not in _PAGES},
        made=[f"{_PAGES[name]}/{quote(value, safe='')}" for name, value in done.shown.items() if name in _PAGES],
        back=where(request_id),
    )


@routes.get("/review", needs=may("approval.review_glass", of="request_id"))
def ask_review(request_id: str, request: Request, signed: Caller, justified: str = "yes") -> Response:
    """Say what a review does."""
    return _asked(request, signed, request_id, _JUSTIFIED if justified == "yes" else _UNJUSTIFIED)


@routes.post("/review", needs=may("approval.review_glass", of="request_id"))
def review(request_id: str, request: Request, signed: Caller, given: Entered, justified: str = "yes") -> Response:
    """Say whether it was right to act alone, and why."""
    try:
        found = {"justified": justified == "yes", "words": given.get("words", "")}
        api.review(request_id, read(ReviewGiven, found), request, signed)
    except (Conflict, BadFields) as error:
        return _asked(request, signed, request_id, _JUSTIFIED if justified == "yes" else _UNJUSTIFIED, error)
    return sent_to(where(request_id), "reviewed")


def _alone(request: Request, signed: Signed, seen: RequestWhole) -> str:
    """Return where whoever asked may act alone instead, with the same values; nothing where they may not."""
    waits = seen.requester == signed.person.id and seen.state == State.WAITING and BY_NAME[seen.act].glass
    breaks = nav.could(house_of(request).desk.rights, signed, "approval.break_glass")
    if not waits or not breaks or fields_of(request, seen.act) is None:
        return ""
    plain = {name: value for name, value in (seen.parameters or {}).items() if isinstance(value, str | int)}
    return f"{ALONE}/{seen.act}?{urlencode(plain)}"


def _vote(request: Request, signed: Signed, name: str, given: Entered, *, approves: bool) -> Response:
    try:
        bound = read(VoteGiven, {"digest": given.get("digest", ""), "approves": approves})
        api.vote(name, bound, request, signed)
    except (Conflict, BadFields) as error:
        return _asked(request, signed, name, _APPROVE if approves else _DENY, error)
    return sent_to(where(name), "approved" if approves else "denied")


def _asked(request: Request, signed: Signed, name: str, ballot: Ballot, error: SeawallError | None = None) -> Response:
    seen = api.show(name, request, signed)
    query = f"?{request.url.query}" if request.url.query else ""
    return page(
        request,
        "vote.html",
        ballot=ballot,
        steps=(*STEPS, (does(seen.act), where(name))),
        seen=seen,
        does=does(seen.act),
        parameters=_parameters(seen),
        action=request.url.path + query,
        back=where(name),
        error=error,
    )


def _parameters(seen: RequestWhole) -> dict[str, str]:
    return {name: _plain(value) for name, value in (seen.parameters or {}).items()}


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
