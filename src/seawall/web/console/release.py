"""One release: what it rests on and lacks; hand documents in, ask for its sign-off, refuse it, withdraw it."""

import json
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals import requests as asked
from seawall.access.approvals.model import OPEN
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import approvals
from seawall.web.api import releases as api
from seawall.web.api.approvals_shapes import Wanted
from seawall.web.console import release_words as words
from seawall.web.console.approvals import where as approval_at
from seawall.web.console.asking import REASON, permitted
from seawall.web.console.forms import Entered, Field, Ticked, Uploaded, read
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.console.releases import HOME, STEPS, brought, where
from seawall.web.errors import BadFields
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

ACT = "release.sign_off"
routes = Routes(f"{HOME}/{{release}}", tags=["console"])
_ATTACHED = (
    Field(name="part", label="What it is", kind="select", options=tuple(words.PARTS.items())),
    Field(name="file", label="File", kind="file", hint="At most 1 MiB. It is kept in the vault."),
    Field(
        name="public",
        label="Or the digest of a public document",
        hint="The SHA-256 of one that the hub publishes, in the place of a file.",
        longest=64,
        words=("digest", "public document"),
    ),
)
_REFUSAL = (
    Field(name="reason_code", label="Why", kind="select", options=tuple(words.REFUSALS.items())),
    Field(
        name="reason",
        label="In words",
        kind="area",
        hint="Whoever proposed it reads this. It is kept in the vault.",
        required=True,
        longest=4000,
    ),
)
_WITHDRAWAL = (
    Field(name="reason_code", label="Why", kind="select", options=tuple(words.WITHDRAWALS.items()),
          hint="It is published."),
)  # fmt: skip


@routes.get("", needs=may("release.read", of="release"))
def show(release: str, request: Request, signed: Caller) -> Response:
    """Show a release."""
    found = api.show(release, request)
    return page(
        request,
        "release.html",
        steps=STEPS,
        found=found,
        words=words,
        names=readable_names(request, signed, {found.proposed_by, found.decided_by or "", found.withdrawn_by or ""}),
        path=where(found.id),
        asked=_asked(request, found.id),
        proposed_here=found.proposed_by == signed.person.id,
    )


@routes.get("/documents/{digest}", needs=may("release.read", of="release"), response_model=None)
def document(release: str, digest: str, request: Request, signed: Caller) -> Response:
    """Give a document, which is recorded."""
    given: Response = api.document(release, digest, request, signed)
    return given


@routes.get("/attach", needs=may("release.propose", of="release"))
def ask_document(release: str, request: Request) -> Response:
    """Ask for another document."""
    return _attaching(request, release, {})


@routes.post("/attach", needs=may("release.propose", of="release"))
def attach(release: str, request: Request, signed: Caller, given: Entered, files: Uploaded) -> Response:
    """Hand a document in."""
    try:
        api.attach(release, read(api.DocumentGiven, _document(given, files.get("file", {}))), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _attaching(request, release, given, error)
    return sent_to(where(release), "document_attached")


@routes.get("/sign-off", needs=SIGNED_IN)
def ask_sign_off(release: str, request: Request, signed: Caller) -> Response:
    """Show the exact statement, and ask to name what is missing."""
    permitted(request, signed, ACT)
    return _signing(request, release, {})


@routes.post("/sign-off", needs=SIGNED_IN)
def sign_off(release: str, request: Request, signed: Caller, given: Entered, ticked: Ticked) -> Response:
    """Ask others to agree to the statement that was shown."""
    permitted(request, signed, ACT)
    lacking = ticked.get("lacking", ())
    parameters = {"release": release, "statement": given.get("statement", ""), "missing": list(lacking)}
    try:
        wanted = {"act": ACT, "parameters": parameters, "reason": given.get("reason", "")}
        made = approvals.ask(read(Wanted, wanted), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _signing(request, release, {**given, "lacking": lacking}, error)
    return sent_to(approval_at(made.id), "asked")


@routes.get("/refuse", needs=may("release.refuse", of="release"))
def ask_refusal(release: str, request: Request) -> Response:
    """Ask why it is refused."""
    return _refusing(request, release, {})


@routes.post("/refuse", needs=may("release.refuse", of="release"))
def refuse(release: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Refuse it."""
    try:
        api.refuse(release, read(api.RefusalGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _refusing(request, release, given, error)
    return sent_to(where(release), "release_refused")


@routes.get("/withdraw", needs=may("release.withdraw", of="release"))
def ask_withdrawal(release: str, request: Request) -> Response:
    """Ask why it is withdrawn."""
    return _withdrawing(request, release, {})


@routes.post("/withdraw", needs=may("release.withdraw", of="release"))
def withdraw(release: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Withdraw it."""
    try:
        api.withdraw(release, read(api.WithdrawalGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _withdrawing(request, release, given, error)
    return sent_to(where(release), "release_withdrawn")


def _document(given: Mapping[str, str], files: Mapping[str, bytes]) -> dict[str, object]:
    part, public = given.get("part", ""), given.get("public", "").strip().lower()
    found: list[dict[str, object]] = [{"part": part, "public": public}] if public else [*brought(part, files)]
    if not found:
        raise BadFields("File: none was chosen.", hint="Choose one, or name a public document by its digest.")
    return found[0]


def _asked(request: Request, release: str) -> str:
    """Return the page of the open request for its sign-off; nothing where nobody asks."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = [each for each in asked.open_ones(tx, house.edges) if (each.action, each.resource_id) == (ACT, release)]
    return next((approval_at(each.id) for each in found if each.state in OPEN), "")


def _attaching(request: Request, release: str, values: Entered, error: SeawallError | None = None) -> Response:
    lead = "A file of the same name takes the place of the one before, and what others agreed to is void."
    return _form(request, release, "Hand a document in", lead, _ATTACHED, "Hand it in", values, error)


def _refusing(request: Request, release: str, values: Entered, error: SeawallError | None = None) -> Response:
    lead = "It is closed at once, whatever others have said. It can be proposed anew."
    return _form(request, release, "Refuse the release", lead, _REFUSAL, "Refuse it", values, error)


def _withdrawing(request: Request, release: str, values: Entered, error: SeawallError | None = None) -> Response:
    lead = "Where it was signed off, that holds no longer from now on, and everybody may read so."
    return _form(request, release, "Withdraw the release", lead, _WITHDRAWAL, "Withdraw it", values, error)


def _form(
    request: Request,
    release: str,
    title: str,
    lead: str,
    fields: tuple[Field, ...],
    submit: str,
    values: Entered,
    error: SeawallError | None,
) -> Response:
    found = api.show(release, request)
    return page(
        request,
        "form.html",
        title=title,
        lead=f"{found.model} {found.version}. {lead}",
        steps=_steps(found),
        fields=fields,
        values=values,
        error=error,
        submit=submit,
        back=where(release),
    )


def _signing(request: Request, release: str, values: dict[str, object], error: SeawallError | None = None) -> Response:
    found = api.show(release, request)
    made = api.statement(release, request)
    options = tuple((each.code, each.says) for each in found.missing)
    missing = Field(
        name="lacking",
        label="What is missing",
        kind="ticks",
        options=options,
        hint="Tick each: whoever signs off names all of it. What nobody measured is no pass.",
        words=("missing",),
    )
    return page(
        request,
        "release_sign_off.html",
        steps=_steps(found),
        found=found,
        made=made,
        stated=json.dumps(json.loads(made.text), indent=2, ensure_ascii=False),
        words=words,
        fields=(missing, REASON),
        values=values,
        error=error,
        back=where(release),
    )


def _steps(found: api.ReleaseShown) -> tuple[tuple[str, str], ...]:
    return (*STEPS, (f"{found.model} {found.version}", where(found.id)))
