"""Activities: what people did for a practice; state it, take it from a file with a preview, withdraw it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import activities as api
from seawall.web.console import commitment_words as words
from seawall.web.console.commitments import HOME, STEPS
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

LIST = f"{HOME}/activities"
routes = Routes(LIST, tags=["console"])
_STEPS = (*STEPS, ("Activities", LIST))
_PART, _LIST = 1024 * 1024, 4 * 1024 * 1024
_COLUMNS = (
    Column(key="title", label="What was done", free=True),
    Column(key="practice", label="Practice", mono=True),
    Column(key="kind", label="Kind", choices=tuple(words.KINDS.values())),
    Column(key="state", label="State", choices=("counts", "ended", "withdrawn")),
    Column(key="expires_at", label="Until"),
    Column(key="by", label="Stated by"),
    Column(key="recorded_at", label="Stated"),
)
_WHY = (Field(name="reason_code", label="Why", kind="select", options=words.WITHDRAWALS, hint="It is on record."),)
_DIGEST = Field(
    name="document_digest",
    label="Its digest",
    hint="In the place of the file: its SHA-256, 64 hexadecimal digits.",
    longest=64,
    words=("digest",),
)


class NoDocument(InvalidInput):
    """An activity names no document."""

    code = "web.no_document"

    def __init__(self) -> None:
        super().__init__("An activity names a document, by its file or its digest.", hint="A letter, a page, minutes.")


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a form brought: its name, its digest, and its content where that is short enough for a list."""

    name: str = ""
    digest: str = ""
    content: bytes = b""


async def _brought(request: Request) -> Brought:
    """Return the file that a form brings, read once and kept nowhere; nothing where it brings none."""
    async with request.form() as form:
        given = form.get("file")
        if not isinstance(given, UploadFile) or not given.filename:
            return Brought()
        made, content = sha256(), b""
        while part := await given.read(_PART):
            made.update(part)
            content = content + part if len(content) <= _LIST else content
        return Brought(name=given.filename[:200], digest=made.hexdigest(), content=content)


Document = Annotated[Brought, Depends(_brought)]


@routes.get("", needs=may("commitment.read"))
def every(request: Request, signed: Caller) -> Response:
    """List activities, newest first."""
    found: list[api.ActivityShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.activities], taken.next
    names = readable_names(request, signed, {each.by for each in found})
    rows = [_row(each, names) for each in found]
    return listed(request, "commitments_list.html", "activities", _COLUMNS, rows, tab="activities", words=words)


@routes.get("/add", needs=may("activity.record"))
def ask(request: Request) -> Response:
    """Ask what was done."""
    practice = request.query_params.get("practice", "")
    return _form(request, {"practice": practice})


@routes.post("/add", needs=may("activity.record"))
def add(request: Request, signed: Caller, given: Entered, document: Document) -> Response:
    """State that something was done. Of a file its digest is kept, and nothing else."""
    try:
        made = api.add(read(api.EntryGiven, _wanted(given, document)), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, given, error)
    return sent_to(f"{LIST}/{made.id}", "activity_recorded")


@routes.get("/import", needs=may("activity.record"))
def ask_file(request: Request) -> Response:
    """Ask for a file of activities."""
    return _importing(request, "")


@routes.post("/import", needs=may("activity.record"))
def import_(request: Request, signed: Caller, given: Entered, document: Document) -> Response:
    """Say what would become of every line; take them all once somebody has seen that."""
    try:
        text = document.content.decode() if document.content else given.get("text", "")
        if "take" in given:
            api.import_(api.FileGiven(text=text), request, signed)
            return sent_to(LIST, "activities_imported")
        lines = api.look(read(api.FileGiven, {"text": text}), request)
    except UnicodeDecodeError:
        return _importing(request, "", BadFields("The file is not in UTF-8.", hint="Save it as CSV in UTF-8."))
    except (InvalidInput, Conflict, BadFields) as error:
        return _importing(request, given.get("text", ""), error)
    return _importing(request, text, lines=lines)


@routes.get("/{activity}", needs=may("commitment.read"))
def show(activity: str, request: Request, signed: Caller) -> Response:
    """Show an activity."""
    known = api.show(activity, request)
    practice = house_of(request).book.practices.get(known.practice)
    return page(
        request,
        "activity.html",
        steps=_STEPS,
        known=known,
        practice=practice,
        names=readable_names(request, signed, {known.by, known.withdrawn_by or ""}),
        words=words,
    )


@routes.get("/{activity}/withdraw", needs=may("activity.record"))
def ask_withdrawal(activity: str, request: Request) -> Response:
    """Ask why an activity does not count any more."""
    return _withdrawing(request, activity, {})


@routes.post("/{activity}/withdraw", needs=may("activity.record"))
def withdraw(activity: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Let an activity count no more."""
    try:
        api.withdraw(activity, read(api.WithdrawalGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _withdrawing(request, activity, given, error)
    return sent_to(f"{LIST}/{activity}", "activity_withdrawn")


def _wanted(given: Mapping[str, str], document: Brought) -> dict[str, object]:
    """Return what a form states, as the API takes it. Raises NoDocument."""
    digest = document.digest or given.get("document_digest", "").strip().lower()
    if not digest:
        raise NoDocument
    fields: dict[str, object] = {field.name: given.get(field.name, "").strip() for field in _fields({})}
    fields |= {"document_digest": digest, "document_name": document.name}
    return {key: value for key, value in fields.items() if value != "" or key not in ("ends", "expires")}


def _fields(names: Mapping[str, str]) -> tuple[Field, ...]:
    options = tuple((name, f"{name} {told}") for name, told in names.items())
    return (
        Field(name="practice", label="Practice", kind="select", options=options, words=("practice",)),
        Field(name="kind", label="Kind", kind="select", options=tuple(words.KINDS.items())),
        Field(
            name="title", label="What was done", hint="In a few words. It may be published.", required=True, longest=200
        ),
        Field(name="begins", label="On, or from", kind="date", required=True, longest=10),
        Field(name="ends", label="To", kind="date", longest=10),
        Field(
            name="expires",
            label="Counts until",
            kind="date",
            hint="Without a day, as long as the practice's cadence says. Three years at most.",
            longest=10,
        ),
        Field(name="people", label="Who took part", hint="Kept here, and not published.", longest=500),
        Field(name="notes", label="Notes", kind="area", hint="Kept here, and not published.", longest=4000),
    )


def _form(request: Request, values: Mapping[str, str], error: SeawallError | None = None) -> Response:
    book = house_of(request).book
    fields = _fields({each.id: each.name for each in book.practices.values() if each.id not in book.off})
    return page(
        request,
        "activity_add.html",
        steps=_STEPS,
        fields=fields,
        digest=_DIGEST,
        values=values,
        error=error,
        places=(*fields, _DIGEST),
        back=LIST,
    )


def _importing(
    request: Request, text: str, error: SeawallError | None = None, lines: list[api.LineShown] | None = None
) -> Response:
    return page(
        request,
        "activity_import.html",
        steps=_STEPS,
        text=text,
        lines=lines,
        faulty=sum(bool(each.problem) for each in lines or ()),
        columns=",".join(api.EntryGiven.model_fields),
        error=error,
    )


def _withdrawing(
    request: Request, activity: str, values: Mapping[str, str], error: SeawallError | None = None
) -> Response:
    known = api.show(activity, request)
    return page(
        request,
        "form.html",
        title="Withdraw an activity",
        lead=f"{known.title}. It does not count any more from now on, and who took part and the notes are erased. "
        "That it was stated stays on record.",
        steps=(*_STEPS, (known.title, f"{LIST}/{activity}")),
        fields=_WHY,
        values=values,
        error=error,
        submit="Withdraw it",
        back=f"{LIST}/{activity}",
    )


def _row(each: api.ActivityShown, names: Mapping[str, str]) -> Row:
    cells: dict[str, Any] = each.model_dump(include={"title", "practice", "state", "expires_at", "recorded_at"})
    cells |= {"kind": words.KINDS[each.kind], "by": names.get(each.by, each.by)}
    return Row(cells=cells, href=f"{LIST}/{each.id}")
