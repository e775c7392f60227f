"""Records of the ledger: found by kind, by whom, about what and when; taken out as a file, which is a record too."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from seawall.audit.formats import FORMS
from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.web.api import audit as api
from seawall.web.console.forms import Entered, Field
from seawall.web.console.page import page
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/audit", tags=["console"])
_PAGE = 50
_NEWEST = 2**62
_LONGEST = 200
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_NONE = api.EntriesPage(entries=[], next=None)
_FORMS = tuple((form.name, form.name.upper()) for form in FORMS)


class BadDay(InvalidInput):
    """A day is none."""

    code = "web.bad_day"

    def __init__(self, field: str, given: str) -> None:
        super().__init__(f"{given[:20]!r} is no day, in {field}.", hint="Such as 2026-01-31.")


@routes.get("", needs=may("audit.read"))
def find(request: Request, signed: Caller) -> Response:
    """Show records, newest first. That somebody looked for them is a record, once for all pages."""
    asked = dict(request.query_params)
    before = asked.get("before", "")
    ahead = int(before) if before.isascii() and before.isdigit() and len(before) < len(str(_NEWEST)) else _NEWEST
    try:
        wanted = _wanted(asked)
        found = api.find(
            request,
            signed,
            kind=wanted.kinds,
            actor=wanted.actor,
            subject=wanted.subject,
            since=wanted.since,
            until=wanted.until,
            before=ahead,
            limit=_PAGE,
        )
    except InvalidInput as error:
        return _shown(request, asked, _NONE, error)
    return _shown(request, asked, found)


@routes.post("/export", needs=may("audit.export"))
def take_out(request: Request, signed: Caller, given: Entered) -> Response:
    """Take what was found out as a file."""
    try:
        made: Response = api.take_out(_wanted(given), request, signed)
    except InvalidInput as error:
        return _shown(request, given, _NONE, error)
    return made


def _wanted(asked: Mapping[str, str]) -> api.ExportAsked:
    """Return what a form asks for, as the API takes it. Raises BadDay."""
    until = _day("until", asked)
    return api.ExportAsked(
        form=asked.get("form", "jsonl"),
        kinds=[asked["kind"][:_LONGEST]] if asked.get("kind") else [],
        actor=asked.get("actor", "").strip()[:_LONGEST],
        subject=asked.get("subject", "").strip()[:_LONGEST],
        since=_day("since", asked),
        until=None if until is None else until + timedelta(days=1),
    )


def _day(name: str, asked: Mapping[str, str]) -> datetime | None:
    given = asked.get(name, "")
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise BadDay(name, given) from None
    if not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise BadDay(name, given)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _shown(
    request: Request, asked: Mapping[str, str], found: api.EntriesPage, error: SeawallError | None = None
) -> Response:
    fields = _fields()
    kept = {each.name: asked[each.name] for each in fields if asked.get(each.name)}
    older = urlencode({**kept, "before": found.next}) if found.next is not None else ""
    return page(
        request,
        "audit.html",
        fields=fields,
        values=asked,
        kept=kept,
        found=found.entries,
        older=older,
        newest=urlencode(kept) if asked.get("before") else None,
        forms=_FORMS,
        error=error,
    )


def _fields() -> tuple[Field, ...]:
    kinds = [each.kind for each in api.kinds()]
    groups = sorted({kind.split(".")[0] for kind in kinds})
    options = [("", "All kinds")]
    for group in groups:
        options.append((f"{group}.*", f"{group}: all"))
        options += [(kind, kind) for kind in kinds if kind.startswith(f"{group}.")]
    return (
        Field(name="kind", label="Kind", kind="select", options=tuple(options)),
        Field(name="actor", label="By whom", kind="search", longest=100),
        Field(name="subject", label="About what", kind="search", longest=100),
        Field(name="since", label="From", kind="date", required=True, longest=10),
        Field(name="until", label="To", kind="date", required=True, longest=10),
    )
