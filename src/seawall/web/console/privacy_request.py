"""One privacy request: what is stored, by when it is due, who was checked by whom, what was done; check, refuse."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import privacy as api
from seawall.web.console import privacy_words as words
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.naming import project_names, readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.console.privacy import STEPS, where
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/privacy/requests/{request_id}", tags=["console"])
_HOW = (
    Field(
        name="how",
        label="How it was found out",
        kind="select",
        options=words.CHECKS,
        hint="By you. It is on record, with your name.",
    ),
)
_WHY = (
    Field(
        name="reason_code",
        label="Why",
        kind="select",
        options=words.REASONS,
        hint="It is on record, and can be told to whoever asked.",
        words=("reason",),
    ),
)


@routes.get("", needs=may("privacy.read", of="request_id"))
def show(request_id: str, request: Request, signed: Caller) -> Response:
    """Show a request."""
    known = api.show(request_id, request)
    holds = api.holds(request_id, request, signed)
    people_named = {known.taken_by, known.checked_by or "", known.closed_by or "", *(each.by for each in holds)}
    subjects = set(known.subjects) if known.kind == "person" else set()
    return page(
        request,
        "privacy_request.html",
        steps=STEPS,
        known=known,
        path=where(known.id),
        holds=holds,
        names=readable_names(request, signed, people_named | subjects),
        projects=project_names(request, signed),
        same_hand=_same_hand(request, signed, known.checked_by),
        words=words,
        answer=known.answer or {},
    )


@routes.get("/check", needs=may("privacy.answer", of="request_id"))
def ask_check(request_id: str, request: Request) -> Response:
    """Ask how it was found out who asks."""
    return _checking(request, request_id, {})


@routes.post("/check", needs=may("privacy.answer", of="request_id"))
def check(request_id: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Say that whoever asks is who they say."""
    try:
        api.check(request_id, read(api.CheckGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _checking(request, request_id, given, error)
    return sent_to(where(request_id), "privacy_checked")


@routes.get("/refuse", needs=may("privacy.answer", of="request_id"))
def ask_refusal(request_id: str, request: Request) -> Response:
    """Ask why a request is refused."""
    return _refusing(request, request_id, {})


@routes.post("/refuse", needs=may("privacy.answer", of="request_id"))
def refuse(request_id: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Refuse a request."""
    try:
        api.refuse(request_id, read(api.RefusalGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _refusing(request, request_id, given, error)
    return sent_to(where(request_id), "privacy_refused")


def formed(
    request: Request,
    request_id: str,
    fields: tuple[Field, ...],
    values: Mapping[str, str],
    error: SeawallError | None = None,
    **told: Any,
) -> Response:
    """Return a form about a request: `told` is its title, lead and button."""
    return page(
        request,
        "form.html",
        steps=(*STEPS, (request_id, where(request_id))),
        fields=fields,
        values=values,
        error=error,
        back=where(request_id),
        **told,
    )


def _checking(
    request: Request, request_id: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    known = api.plain(request_id, request)
    return formed(
        request,
        known.id,
        _HOW,
        values,
        error,
        title="Say who asks",
        lead="That whoever asks is who they say. Whoever says so does not answer: somebody else does.",
        submit="They are who they say",
    )


def _refusing(
    request: Request, request_id: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    known = api.plain(request_id, request)
    return formed(
        request,
        known.id,
        _WHY,
        values,
        error,
        title="Refuse the request",
        lead="It is closed for good; they can ask anew. Tell them why, and where they can complain.",
        submit="Refuse",
    )


def _same_hand(request: Request, signed: Signed, checked_by: str | None) -> bool:
    """Tell whether whoever looks is the human who checked who asks."""
    if checked_by is None:
        return False
    with house_of(request).database.begin() as tx:
        mine = people.human_of(tx, signed.person.id)
        return mine is not None and mine == people.human_of(tx, checked_by)
