"""Whoever files: how much of theirs was unfounded, whether they are heard; warn, suspend the processing, take back."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import filing
from seawall.cases.errors import NoSuchFiler
from seawall.cases.filers import FilerAct, Files, What
from seawall.cases.filing import Filer
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import filers as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.offices import office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/filers", tags=["console"])
STEPS = (("Filers", "/console/filers"),)
_FILES = {Files.NOTICES: "flags and reports", Files.APPEALS: "appeals"}
_DID = {What.WARNED: "warned", What.SUSPENDED: "suspended"}
_STATES = ("heard", "warned", "suspended")
_COLUMNS = (
    Column(key="filer", label="Filer", mono=True),
    Column(key="files", label="Files", choices=tuple(_FILES.values())),
    Column(key="state", label="State", choices=_STATES),
    Column(key="until", label="Until"),
    Column(key="unfounded", label="Unfounded", number=True),
    Column(key="settled", label="Settled", number=True),
    Column(key="last_at", label="Filed last"),
)
_MOST = 500
_REASON = Field(
    name="reason_code", label="Reason code", hint="Such as insults or wrong_mark.", required=True, longest=40,
    words=("code",),
)  # fmt: skip
_WHICH = Field(
    name="files",
    label="For which",
    kind="select",
    options=tuple((each.value, says) for each, says in _FILES.items()),
    required=True,
)


def where(filer: str) -> str:
    """Return the address of a filer's page."""
    return f"/console/filers/{quote(filer, safe='')}"


@routes.get("", needs=may("account.read"))
def every(request: Request) -> Response:
    """List whoever filed something unfounded, the most first."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        found = filing.every(tx, office, limit=_MOST)
    now = house.edges.clock()
    window = office.abuse.window.days
    lead = (
        f"Whose flags, reports and appeals were manifestly unfounded, and how much of what was settled within {window} "
        "days. Whoever goes on after a warning is not heard for a while. Without an account, somebody is known by "
        "a keyed digest of their address."
    )
    rows = [Row(cells=_cells(each, each.state(now)), href=where(each.filer)) for each in found]
    nothing = {
        "nothing": "Nobody filed anything unfounded.",
        "hint": "They come up here once a reviewer marks something so.",
    }
    return listed(request, "list.html", "filers", _COLUMNS, rows, title="Filers", lead=lead, add=None, **nothing)


@routes.get("/{filer}", needs=may("account.read"))
def show(filer: str, request: Request) -> Response:
    """Show somebody who files, with what was done."""
    return _page(request, filer)


@routes.post("/{filer}/warn", needs=may("account.change_standing"))
def warn(filer: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Warn them."""
    return _acted(filer, request, signed, given, What.WARNED)


@routes.post("/{filer}/suspend", needs=may("account.change_standing"))
def suspend(filer: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Process nothing of theirs for a while."""
    return _acted(filer, request, signed, given, What.SUSPENDED)


@routes.post("/{filer}/lift", needs=may("account.change_standing"))
def lift(filer: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Take a warning or a suspension back."""
    try:
        api.lift(given.get("act", ""), read(api.LiftGiven, _reason(given)), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _page(request, filer, given, error)
    return sent_to(where(filer), "filer_lifted")


def _acted(filer: str, request: Request, signed: Caller, given: Entered, what: What) -> Response:
    try:
        wanted = read(api.ActGiven, {"filer": filer, "files": given.get("files", ""), "what": what, **_reason(given)})
        api.act(wanted, request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _page(request, filer, given, error)
    return sent_to(where(filer), f"filer_{what.value}")


def _reason(given: Mapping[str, str]) -> dict[str, str]:
    return {"reason_code": given.get("reason_code", "")}


def _cells(found: Filer, state: str) -> dict[str, object]:
    return {
        "filer": found.filer,
        "files": _FILES[found.kind],
        "state": state,
        "until": found.suspended_until,
        "unfounded": found.unfounded,
        "settled": found.settled,
        "last_at": found.last_at,
    }


def _known(tx: Transaction, request: Request, filer: str) -> tuple[list[Filer], list[FilerAct]]:
    """Return what is known of somebody who files. Raises NoSuchFiler."""
    found = filing.every(tx, office_of(request), filer=filer)
    if not found:
        raise NoSuchFiler(filer)
    return found, filing.acts_on(tx, filer)


def _page(
    request: Request, filer: str, values: Mapping[str, str] | None = None, error: SeawallError | None = None
) -> Response:
    house = house_of(request)
    with house.database.begin() as tx:
        found, acts = _known(tx, request, filer)
    now = house.edges.clock()
    return page(
        request,
        "filer.html",
        steps=STEPS,
        filer=filer,
        account=not filer.startswith("contact:"),
        found=[_cells(each, each.state(now)) for each in found],
        acts=acts,
        files=_FILES,
        did=_DID,
        which=_WHICH,
        reason=_REASON,
        days=office_of(request).abuse.suspend.days,
        path=where(filer),
        values=values or {},
        error=error,
        places=(_WHICH, _REASON),
    )
