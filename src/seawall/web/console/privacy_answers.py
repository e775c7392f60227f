"""Answer a privacy request: give a copy, delete, correct, learn nothing from it. Each says first what will happen."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.access.privacy.model import IdentityUnchecked, SameHand
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import privacy as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.my_name import PROFILE_FIELDS
from seawall.web.console.page import confirmation, sent_to
from seawall.web.console.privacy import STEPS, where
from seawall.web.console.privacy_request import formed
from seawall.web.console.privacy_words import deletion
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/privacy/requests/{request_id}", tags=["console"])
_NOTE = (
    Field(
        name="note",
        label="What they say is wrong",
        kind="area",
        hint="In their words. It is kept in the vault beside what is on record, and given with every copy.",
        required=True,
        longest=10_000,
    ),
)
# What stands in the way of an answer is told on the page that would give it.
_REFUSALS = (InvalidInput, Conflict, IdentityUnchecked, SameHand, BadFields)


@routes.get("/export", needs=may("privacy.answer", of="request_id"))
def ask_export(request_id: str, request: Request) -> Response:
    """Say what giving a copy does."""
    return _exporting(request, request_id)


@routes.post("/export", needs=may("privacy.answer", of="request_id"))
def export(request_id: str, request: Request, signed: Caller) -> Response:
    """Give a copy of everything that is held, this once."""
    try:
        made: Response = api.export(request_id, request, signed)
    except _REFUSALS as error:
        return _exporting(request, request_id, error)
    return made


@routes.get("/delete", needs=may("privacy.answer", of="request_id"))
def ask_deletion(request_id: str, request: Request) -> Response:
    """Say what a deletion reaches, and what it does not."""
    return _deleting(request, request_id)


@routes.post("/delete", needs=may("privacy.answer", of="request_id"))
def delete(request_id: str, request: Request, signed: Caller) -> Response:
    """Delete what may be deleted."""
    try:
        api.delete(request_id, request, signed)
    except _REFUSALS as error:
        return _deleting(request, request_id, error)
    return sent_to(where(request_id), "privacy_deleted")


@routes.get("/correct", needs=may("privacy.answer", of="request_id"))
def ask_correction(request_id: str, request: Request) -> Response:
    """Ask for what is right."""
    return _correcting(request, request_id, {})


@routes.post("/correct", needs=may("privacy.answer", of="request_id"))
def correct(request_id: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Correct a profile, or keep a note beside an account."""
    try:
        api.correct(request_id, read(api.CorrectionGiven, given), request, signed)
    except _REFUSALS as error:
        return _correcting(request, request_id, given, error)
    return sent_to(where(request_id), "privacy_corrected")


@routes.get("/opt-out", needs=may("privacy.answer", of="request_id"))
def ask_opting(request_id: str, request: Request) -> Response:
    """Say what opting out, or in again, does."""
    return _opting(request, request_id)


@routes.post("/opt-out", needs=may("privacy.answer", of="request_id"))
def opt_out(request_id: str, request: Request, signed: Caller) -> Response:
    """Let nothing be learned from it any more, or again."""
    try:
        api.opt_out(request_id, request, signed)
    except _REFUSALS as error:
        return _opting(request, request_id, error)
    return sent_to(where(request_id), "privacy_opted")


def _exporting(request: Request, request_id: str, error: SeawallError | None = None) -> Response:
    known = api.plain(request_id, request)
    will = (
        "You are given a file of JSON Lines with everything that is held of them: what they wrote, what was decided, "
        "for how long each is kept.",
        "What is on hold is in it too, and marked. Under zero retention there is nothing to give, and it says so.",
        "This answers the request. The file is made this once; its digest stays on record, the file does not.",
        "This page stays when your browser has saved the file. Hand it over by a way on which nobody else reads.",
    )
    return _confirmed(
        request, known.id, error, title="Give a copy of what is stored", will=will, submit="Download and answer"
    )


def _deleting(request: Request, request_id: str, error: SeawallError | None = None) -> Response:
    known, house = api.show(request_id, request), house_of(request)
    will = deletion(known.held or {}, known.on_hold or {}, house.edges.clock(), house.archive.backups_kept_days)
    return _confirmed(
        request, request_id, error, title="Delete what is stored of them", will=will, submit="Delete for good"
    )


def _opting(request: Request, request_id: str, error: SeawallError | None = None) -> Response:
    known = api.plain(request_id, request)
    subjects = f"{len(known.subjects)} {known.kind}{'s' if len(known.subjects) > 1 else ''}"
    if known.wish == "opt_in":
        will: tuple[str, ...] = (f"What is stored of {subjects} may be analysed and learned from again, from now on.",)
        title, submit = "Let it be learned from again", "Let it be learned from"
    else:
        will = (
            f"Nothing is analysed of {subjects}, or learned from it, from now on. Exports of labels leave it out.",
            "What was learned before stays learned. Screening of new exchanges goes on: it is no analysis.",
            "They can ask that it be taken back.",
        )
        title, submit = "Learn nothing from it", "Learn nothing from it"
    return _confirmed(request, request_id, error, title=title, will=will, submit=submit)


def _correcting(
    request: Request, request_id: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    known = api.plain(request_id, request)
    if known.kind == "person":
        return formed(
            request,
            known.id,
            PROFILE_FIELDS,
            values,
            error,
            title="Correct a profile",
            lead="Both are replaced by what you enter. What they were called before is erased.",
            submit="Correct it",
        )
    return formed(
        request,
        known.id,
        _NOTE,
        values,
        error,
        title="Keep a note",
        lead="What was decided is not rewritten: an appeal does that. What they contest stands beside it from now on.",
        submit="Keep the note",
    )


def _confirmed(request: Request, request_id: str, error: SeawallError | None = None, **told: Any) -> Response:
    return confirmation(request, steps=(*STEPS, (request_id, where(request_id))), error=error, **told)
