"""Testers of an engagement: let one in, take one out, let one back in."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from seawall.access.testers.model import NoSuchTester
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import testers as api
from seawall.web.console.engagement_forms import called, confirmed, formed, with_tester
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.naming import entered_person
from seawall.web.console.page import sent_to
from seawall.web.console.tester_words import CHECKS, refused
from seawall.web.console.testers import where
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed

routes = Routes("/console/testers/{engagement}/people", tags=["console"])
_CHECKED = Field(
    name="checked",
    label="What was looked at",
    kind="select",
    options=CHECKS,
    hint="By you. It is on record, with your name.",
)
_WHO = Field(
    name="person",
    label="Who",
    hint="The identifier or e-mail address of a person here. Whoever is not known yet is added under People first.",
    required=True,
    words=("known as", "service account", "deactivated", "themselves"),
)


@routes.get("/add", needs=may("tester.manage", of="engagement"))
def ask(engagement: str, request: Request) -> Response:
    """Ask who is to be let in, and what was looked at."""
    return _validating(request, engagement, {})


@routes.post("/add", needs=may("tester.manage", of="engagement"))
def validate(engagement: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Let somebody in."""
    try:
        person = entered_person(request, signed, given.get("person", ""))
        api.validate(engagement, read(api.TesterGiven, {**given, "person": person}), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _validating(request, engagement, given, error)
    return sent_to(where(engagement), "tester_validated")


@routes.get("/{person}/restore", needs=may("tester.manage", of="engagement"))
def ask_restoring(engagement: str, person: str, request: Request, signed: Caller) -> Response:
    """Ask what was looked at before somebody is let back in."""
    return _restoring(request, engagement, person, signed, {})


@routes.post("/{person}/restore", needs=may("tester.manage", of="engagement"))
def restore(engagement: str, person: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Let somebody back in."""
    _without(request, engagement, person)
    try:
        api.validate(engagement, read(api.TesterGiven, {**given, "person": person}), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _restoring(request, engagement, person, signed, given, error)
    return sent_to(where(engagement), "tester_restored")


@routes.get("/{person}/remove", needs=may("tester.manage", of="engagement"))
def ask_removal(engagement: str, person: str, request: Request, signed: Caller) -> Response:
    """Say what taking somebody out does."""
    return _removing(request, engagement, person, signed)


@routes.post("/{person}/remove", needs=may("tester.manage", of="engagement"))
def remove(engagement: str, person: str, request: Request, signed: Caller) -> Response:
    """Take somebody out."""
    try:
        api.remove(engagement, person, request, signed)
    except Conflict as error:
        return _removing(request, engagement, person, signed, error)
    return sent_to(where(engagement), "tester_removed")


def _validating(
    request: Request, engagement: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    known = api.show(engagement, request)
    return formed(
        request,
        known,
        (_WHO, _CHECKED),
        values,
        error,
        title=f"Let a tester of {known.organisation} in",
        lead="They can be made keys then. A key works once they have a passkey or an authenticator app of their own.",
        submit="Let them in",
    )


def _restoring(
    request: Request,
    engagement: str,
    person: str,
    signed: Signed,
    values: Mapping[str, str],
    error: SeawallError | None = None,
) -> Response:
    return formed(
        request,
        _without(request, engagement, person),
        (_CHECKED,),
        values,
        error,
        title=f"Let {called(request, signed, person)} back in",
        lead="Who they are is looked at anew. Keys that ended with them stay ended; make them a new one.",
        submit="Let them back in",
    )


def _removing(
    request: Request, engagement: str, person: str, signed: Signed, error: SeawallError | None = None
) -> Response:
    known = with_tester(request, engagement, person)
    keys = sum(key.person == person and not key.revoked for key in known.keys)
    will = (
        refused(keys, "Their"),
        "They stay known here, and can be let back in. Keys that ended stay ended.",
    )
    title = f"Take {called(request, signed, person)} out"
    return confirmed(request, known, error, title=title, will=will, submit="Take them out")


def _without(request: Request, engagement: str, person: str) -> api.EngagementWhole:
    """Return the engagement of somebody who was taken out of it. Raises NoSuchEngagement, NoSuchTester."""
    known: api.EngagementWhole = api.show(engagement, request)
    if person not in {each.person for each in known.testers if each.removed_at is not None}:
        raise NoSuchTester(known.id, person)
    return known
