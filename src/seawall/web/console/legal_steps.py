"""The steps of a legal request, each a form or a button that says first what it does: check, review, preserve."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.cases.legal.errors import SameHuman
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.console.forms import Entered, Ticked, read
from seawall.web.console.legal import where
from seawall.web.console.legal_forms import ASKING, PRESSING, Asking, Pressing
from seawall.web.console.legal_request import confirmed, formed, known
from seawall.web.console.page import sent_to
from seawall.web.console.times import utc
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed

routes = Routes("/console/legal/requests/{request_id}", tags=["console"])
_REFUSALS = (InvalidInput, Conflict, SameHuman, BadFields)
_MOMENTS = ("until", "at")


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
