"""One person: who they are, what they hold, how they come in; deactivate, activate, end their sessions."""

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people, roles
from seawall.access.people.held_keys import working
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import people as api
from seawall.web.console.forms import Entered, read
from seawall.web.console.my_name import PROFILE_FIELDS
from seawall.web.console.my_sessions import current
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.console.people import STEPS
from seawall.web.errors import BadFields
from seawall.web.house import House
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/people/{person}", tags=["console"])


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is done to a person after a page has said what will happen."""

    title: str
    will: tuple[str, ...]
    submit: str
    said: str
    do: Callable[[str, Request, Signed], object]


_DEACTIVATE = Step(
    title="Deactivate {name}",
    will=("They are signed out everywhere at once and can do nothing any more.", "Their roles and records stay."),
    submit="Deactivate",
    said="person_deactivated",
    do=api.deactivate,
)
_ACTIVATE = Step(
    title="Activate {name}",
    will=("They may sign in again, with the roles that they hold.", "Their approvals count after three days."),
    submit="Activate",
    said="person_activated",
    do=api.activate,
)
_END = Step(
    title="End all sessions of {name}",
    will=("Every browser and program that is signed in as them is signed out at once.", "They may sign in again."),
    submit="End all sessions",
    said="sessions_ended",
    do=api.end_sessions,
)
_LINK = (
    "You are shown a link, once, with which whoever has it signs in as this person within ten minutes.",
    "Links that they were given before and did not use stop working.",
    "The records name you. Approvals on your own requests do not count from anybody whom you let in.",
)


@routes.get("", needs=may("person.read", of="person"))
def show(person: str, request: Request) -> Response:
    """Show a person."""
    house = house_of(request)
    with house.database.begin() as tx:
        known = people.find(tx, person)
        values: dict[str, Any] = {
            "known": known,
            "profile": people.profile_of(tx, house.edges, known.id),
            "held": roles.held(tx, known.id),
            "sessions": current(tx, house, known.id),
            "names": _names(tx, house, roles.held(tx, known.id)),
            "keys": len(working(tx, known.id)),
        }
    return page(request, "person.html", steps=STEPS, path=f"/console/people/{known.id}", **values)


@routes.get("/change", needs=may("person.change", of="person"))
def ask_profile(person: str, request: Request) -> Response:
    """Ask what they are called and reached by."""
    shown = api.show(person, request)
    return _form(request, person, shown.name, {"name": shown.name, "address": shown.address})


@routes.post("/change", needs=may("person.change", of="person"))
def change(person: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Change what they are called or reached by."""
    try:
        api.change(person, read(api.ProfileGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, person, _name(request, person), given, error)
    return sent_to(f"/console/people/{person}", "person_changed")


@routes.get("/deactivate", needs=may("person.change", of="person"))
def ask_deactivation(person: str, request: Request, signed: Caller) -> Response:
    """Say what deactivating does."""
    return _asked(request, person, _DEACTIVATE, signed)


@routes.post("/deactivate", needs=may("person.change", of="person"))
def deactivate(person: str, request: Request, signed: Caller) -> Response:
    """Deactivate."""
    return _done(request, person, _DEACTIVATE, signed)


@routes.get("/activate", needs=may("person.change", of="person"))
def ask_activation(person: str, request: Request, signed: Caller) -> Response:
    """Say what activating does."""
    return _asked(request, person, _ACTIVATE, signed)


@routes.post("/activate", needs=may("person.change", of="person"))
def activate(person: str, request: Request, signed: Caller) -> Response:
    """Activate."""
    return _done(request, person, _ACTIVATE, signed)


@routes.get("/end-sessions", needs=may("person.end_sessions", of="person"))
def ask_end(person: str, request: Request, signed: Caller) -> Response:
    """Say what ending sessions does."""
    return _asked(request, person, _END, signed)


@routes.post("/end-sessions", needs=may("person.end_sessions", of="person"))
def end_sessions(person: str, request: Request, signed: Caller) -> Response:
    """End all their sessions."""
    return _done(request, person, _END, signed)


@routes.get("/link", needs=may("person.change", of="person"))
def ask_link(person: str, request: Request, signed: Caller) -> Response:
    """Say what a link does."""
    step = Step(title="Make a sign-in link for {name}", will=_LINK, submit="Make the link", said="", do=api.link)
    return _asked(request, person, step, signed)


@routes.post("/link", needs=may("person.change", of="person"))
def make_link(person: str, request: Request, signed: Caller) -> Response:
    """Make a link and show it, once."""
    made, name = api.link(person, request, signed), _name(request, person)
    return page(
        request,
        "once.html",
        title=f"Sign-in link for {name}",
        steps=(*STEPS, (name, f"/console/people/{person}")),
        lead="Give it to them by a way on which nobody else reads. It is not shown again.",
        secrets=[made.link],
        after="Good once, for ten minutes.",
        back=f"/console/people/{person}",
        done="Done",
    )


def _names(tx: Transaction, house: House, held: tuple[roles.Grant, ...]) -> dict[str, str]:
    """Return the names of those who gave or own a role, where they are people who are known."""
    wanted = {who for grant in held for who in (grant.granted_by, grant.owner)}
    return {who: people.profile_of(tx, house.edges, who).name for who in wanted if people.human_of(tx, who)}


def _asked(request: Request, person: str, step: Step, signed: Signed, error: SeawallError | None = None) -> Response:
    name = _name(request, person)
    own = ("This is your own account.",) if person == signed.person.id else ()
    return confirmation(
        request,
        title=step.title.format(name=name),
        steps=(*STEPS, (name, f"/console/people/{person}")),
        error=error,
        will=(*own, *step.will),
        submit=step.submit,
    )


def _done(request: Request, person: str, step: Step, signed: Signed) -> Response:
    try:
        step.do(person, request, signed)
    except Conflict as error:
        return _asked(request, person, step, signed, error)
    # Whoever deactivates or signs out themselves is told where they can sign in.
    return sent_to(f"/console/people/{person}", step.said)


def _form(request: Request, person: str, name: str, values: Entered, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Change name or address",
        lead="",
        steps=(*STEPS, (name, f"/console/people/{person}")),
        fields=PROFILE_FIELDS,
        values=values,
        error=error,
        submit="Save",
        back=f"/console/people/{person}",
    )


def _name(request: Request, person: str) -> str:
    house = house_of(request)
    with house.database.begin() as tx:
        return people.profile_of(tx, house.edges, person).name
