"""Releases: what is proposed, what was signed off and until when; proposing one with its documents."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.risk import Part
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import releases as api
from seawall.web.console import release_words as words
from seawall.web.console.forms import Entered, Field, Uploaded, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import page, sent_to
from seawall.web.console.times import utc
from seawall.web.errors import BadFields
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may

HOME = "/console/releases"
routes = Routes(HOME, tags=["console"])
STEPS = (("Releases", HOME),)
_COLUMNS = (
    Column(key="model", label="Model", free=True),
    Column(key="version", label="Version"),
    Column(key="applies", label="For", choices=tuple(words.APPLIES.values())),
    Column(key="state", label="State", choices=tuple(words.STATES.values())),
    Column(key="risk", label="Stated of its risk", choices=tuple(words.RISKS.values())),
    Column(key="expires_at", label="Until"),
    Column(key="proposed_at", label="Proposed"),
)
_LEAD = "Which version of a model goes where, on which statement of its risk, and whether two people signed that off."
_FILES = tuple(
    Field(name=part.value, label=words.PARTS[part].capitalize(), kind="file", required=part is Part.DETERMINATION,
          hint=hint)
    for part, hint in (
        (Part.DETERMINATION, "What is determined, by whom, on what. A file of at most 1 MiB; it is kept in the vault."),
        (Part.CAPABILITY_REPORT, "What the model can do."),
        (Part.SAFEGUARDS_REPORT, "What stands against that, where a threshold is reached or cannot be ruled out."),
        (Part.OTHER, "More can be handed in until it is decided."),
    )
)  # fmt: skip
_FIELDS = (
    Field(name="model", label="Model", hint="As it is known outside.", required=True, longest=100),
    Field(name="version", label="Version", required=True, longest=100),
    Field(name="applies", label="Released for", kind="select", options=tuple(words.APPLIES.items())),
    Field(
        name="risk",
        label="What is determined of its risk",
        kind="select",
        # Nothing stands there by itself: what is determined is somebody's word.
        options=(("", "Choose"), *words.RISKS.items()),
        hint="Where nobody can rule a threshold out, say that: it is no pass.",
    ),
    Field(
        name="expires_at",
        label="A sign-off lapses (UTC)",
        kind="datetime-local",
        hint="It is decided anew then.",
        required=True,
        longest=16,
        words=("expire",),
    ),
    Field(
        name="conditions",
        label="Conditions",
        kind="area",
        hint="One a line. They are published word for word.",
        longest=6000,
        words=("condition",),
    ),
    *_FILES,
)


@routes.get("", needs=may("release.read"))
def every(request: Request) -> Response:
    """List releases, newest first."""
    found: list[api.ReleaseShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.releases], taken.next
    add = {"action": "release.propose", "path": f"{HOME}/propose", "label": "Propose a release"}
    nothing = {"nothing": "No release was proposed.", "hint": "Whoever evaluates models proposes one."}
    told = {"title": "Releases", "lead": _LEAD, "add": add}
    return listed(request, "list.html", "releases", _COLUMNS, [_row(each) for each in found], **told, **nothing)


@routes.get("/propose", needs=may("release.propose"))
def ask(request: Request) -> Response:
    """Ask what is to be released, and on which documents."""
    return _form(request, {})


@routes.post("/propose", needs=may("release.propose"))
def propose(request: Request, signed: Caller, given: Entered, files: Uploaded) -> Response:
    """Propose a release."""
    try:
        made = api.propose(read(api.ReleaseGiven, _wanted(given, files)), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, given, error)
    return sent_to(where(made.id), "release_proposed")


def where(release: str) -> str:
    """Return the page of a release."""
    return f"{HOME}/{quote(release, safe='')}"


def brought(part: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return files of a form as documents, as the API takes them."""
    return [{"part": part, "title": name[:120], "content": b64encode(content)} for name, content in files.items()]


def _wanted(given: Mapping[str, str], files: Mapping[str, Mapping[str, bytes]]) -> dict[str, object]:
    told: dict[str, object] = {name: given.get(name, "").strip() for name in ("model", "version", "applies", "risk")}
    told["expires_at"] = utc(given.get("expires_at", ""))
    told["conditions"] = [each.strip() for each in given.get("conditions", "").splitlines() if each.strip()]
    return told | {"documents": [each for part in Part for each in brought(part, files.get(part, {}))]}


def _row(each: api.ReleaseShown) -> Row:
    cells: dict[str, Any] = each.model_dump(include={"model", "version", "expires_at", "proposed_at"})
    cells |= {"applies": words.APPLIES[each.applies], "state": words.STATES[each.state], "risk": words.RISKS[each.risk]}
    return Row(cells=cells, href=where(each.id))


def _form(request: Request, values: Mapping[str, str], error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Propose a release",
        lead="Two others then sign it off, on exactly what stands here, or one of them refuses it.",
        steps=STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Propose it",
        back=HOME,
    )
