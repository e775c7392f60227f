"""Screenings of the past: start one, see what it would change, choose what becomes a case. Nothing bites by itself."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response

from seawall.investigations import preview, rescreening
from seawall.investigations.model import PAGE, UNFINISHED
from seawall.policy.problems import NoPolicy
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import rescreenings as api
from seawall.web.console import investigation_words as words
from seawall.web.console.forms import Entered, Field, Ticked, read
from seawall.web.console.naming import project_names, readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.console.times import typed, utc
from seawall.web.errors import BadFields
from seawall.web.offices import inquiry_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/rescreenings", tags=["console"])
STEPS = (("Rescreening", "/console/rescreenings"),)
_ONLY = {"appeared": "Newly found", "gone": "No longer found", "changed": "Decided otherwise", "all": "All"}
_FIELDS = (
    Field(name="since", label="From (UTC)", kind="datetime-local", required=True),
    Field(name="until", label="Up to, not including (UTC)", kind="datetime-local", required=True),
    Field(name="project", label="Project", hint="All projects where none is named."),
)


@routes.get("", needs=may("rescreening.read"))
def every(request: Request, signed: Caller) -> Response:
    """List screenings of the past, newest first."""
    after = request.query_params.get("after", "")[:100]
    with house_of(request).database.begin() as tx:
        found = rescreening.every(tx, after=after, limit=PAGE)
    return page(
        request,
        "rescreenings.html",
        found=found,
        after=after,
        following=found[-1].id if len(found) == PAGE else "",
        words=words,
        where=where,
        names=readable_names(request, signed, {each.started_by for each in found}),
        projects=project_names(request, signed),
    )


@routes.get("/start", needs=may("rescreening.start"))
def ask(request: Request) -> Response:
    """Ask of which period."""
    now = house_of(request).edges.clock()
    return _form(request, {"since": typed(now - timedelta(days=30)), "until": typed(now)})


@routes.post("/start", needs=may("rescreening.start"))
def start(request: Request, signed: Caller, given: Entered) -> Response:
    """Have retained exchanges screened again."""
    wanted = {**given, "since": utc(given.get("since", "")), "until": utc(given.get("until", ""))}
    try:
        made = api.start(read(api.PeriodGiven, wanted), request, signed)
    except (InvalidInput, NotFound, NoPolicy, BadFields) as error:
        return _form(request, given, error)
    return sent_to(where(made["id"]), "rescreening_started")


@routes.get("/{rescreening_id}", needs=may("rescreening.read", of="rescreening_id"))
def show(rescreening_id: str, request: Request, signed: Caller) -> Response:
    """Show what one would change."""
    return _shown(request, signed, rescreening_id)


@routes.post("/{rescreening_id}/stop", needs=may("rescreening.start", of="rescreening_id"))
def stop(rescreening_id: str, request: Request, signed: Caller) -> Response:
    """Stop one."""
    try:
        api.stop(rescreening_id, request, signed)
    except Conflict as error:
        return _shown(request, signed, rescreening_id, error)
    return sent_to(where(rescreening_id), "rescreening_stopped")


@routes.post("/{rescreening_id}/cases", needs=may("rescreening.open_cases", of="rescreening_id"))
def open_cases(rescreening_id: str, request: Request, signed: Caller, ticked: Ticked) -> Response:
    """Open a case of each chosen exchange."""
    try:
        chosen = read(api.ChosenGiven, {"exchanges": list(ticked.get("exchange", ()))})
        api.open_cases(rescreening_id, chosen, request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _shown(request, signed, rescreening_id, error)
    return sent_to(where(rescreening_id), "rescreening_followed")


def where(rescreening_id: str, more: str = "") -> str:
    """Return the address of one's page, or of one below it."""
    path = f"/console/rescreenings/{quote(rescreening_id, safe='')}"
    return f"{path}/{more}" if more else path


def _shown(request: Request, signed: Signed, rescreening_id: str, error: SeawallError | None = None) -> Response:
    house, desk, by = house_of(request), inquiry_of(request), signed.person.id
    asked = {name: request.query_params.get(name, "")[:100] for name in ("only", "category", "after")}
    only = asked["only"] if asked["only"] in _ONLY else "appeared"
    with house.database.begin() as tx:
        found = preview.preview(tx, desk, rescreening_id, by=by)
        rows, following = preview.rows(
            tx, desk, rescreening_id, by=by, only=only, category=asked["category"], after=asked["after"], limit=PAGE
        )
        left = rescreening.waiting(tx, found.it)

    def link(**changed: str) -> str:
        kept = {"only": only, "category": asked["category"]} | changed
        told = urlencode({name: value for name, value in kept.items() if value})
        return f"{where(rescreening_id)}?{told}#exchanges"

    return page(
        request,
        "rescreening.html",
        steps=STEPS,
        found=found,
        it=found.it,
        rows=rows,
        only=only,
        category=asked["category"],
        after=asked["after"],
        following=following,
        left=left,
        runs=found.it.state in UNFINISHED,
        lists=_ONLY,
        link=link,
        where=where,
        words=words,
        error=error,
        names=readable_names(request, signed, {found.it.started_by}),
        projects=project_names(request, signed),
    )


def _form(request: Request, values: Mapping[str, Any], error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Screen the past again",
        lead="By the detectors and the policy of now, whatever content is still kept. It shows what would change, and "
        "changes nothing. No judge is asked again: what one said while an exchange was answered counts as it was said.",
        steps=STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Start",
        back="/console/rescreenings",
    )
