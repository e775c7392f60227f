"""Releases: propose, read what one rests on, sign off with others, refuse, withdraw."""

from datetime import datetime
from typing import Any

from fastapi import Request, Response
from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field

from seawall.risk import (
    Applies,
    Board,
    Brought,
    Part,
    Plan,
    Refusal,
    Release,
    Risk,
    Withdrawal,
    find,
    signed_off,
)
from seawall.risk import attach as attach_document
from seawall.risk import every as every_release
from seawall.risk import propose as propose_release
from seawall.risk import refuse as refuse_release
from seawall.risk import shown as release_shown
from seawall.risk import withdraw as withdraw_release
from seawall.risk.reading import read
from seawall.risk.statement import statement as stated
from seawall.store import Transaction
from seawall.web.approved import done
from seawall.web.paging import page
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/releases", tags=["releases"])
_LARGEST = 1536 * 1024


class DocumentGiven(BaseModel):
    """A document: its content in base64, or the digest of a public one."""

    part: Part
    title: str = Field(default="", max_length=120)
    content: Base64Bytes | None = Field(default=None, max_length=_LARGEST)
    public: str | None = Field(default=None, max_length=64)

    def brought(self) -> Brought:
        """Return it as the room takes it."""
        return Brought(part=self.part, title=self.title, content=self.content, public=self.public)


class ReleaseGiven(BaseModel):
    """What is proposed. Conditions are published word for word once it is signed off."""

    model: str = Field(max_length=100)
    version: str = Field(max_length=100)
    applies: Applies
    risk: Risk
    expires_at: AwareDatetime
    documents: list[DocumentGiven] = Field(max_length=20)
    conditions: list[str] = Field(default=[], max_length=20)

    def plan(self) -> Plan:
        """Return it as the room takes it."""
        told = self.model_dump(exclude={"documents", "conditions"})
        documents = tuple(each.brought() for each in self.documents)
        return Plan(**told, documents=documents, conditions=tuple(self.conditions))


class SignOffGiven(BaseModel):
    """What is missing, all of it, by its codes; the digest that was agreed to, and the request under which."""

    lacking: list[str] = Field(max_length=50)
    statement: str | None = Field(default=None, max_length=64)
    approval: str | None = Field(default=None, max_length=60)


class RefusalGiven(BaseModel):
    """Why, as a code and in words that are kept in the vault."""

    reason_code: Refusal
    reason: str = Field(max_length=4000)


class WithdrawalGiven(BaseModel):
    """Why, as a code."""

    reason_code: Withdrawal


class DocumentShown(BaseModel):
    """A document by its digest; `public` where the hub publishes it."""

    part: str
    title: str
    sha256: str
    public: bool


class MissingShown(BaseModel):
    """Something that is missing: the code that a sign-off names, and what it means."""

    code: str
    says: str


class ReleaseShown(BaseModel):
    """A release. `missing` is what it lacks now or, once it is signed off, what its statement said was missing."""

    id: str
    model: str
    version: str
    applies: str
    risk: str
    conditions: list[str]
    expires_at: datetime
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    statement: str | None
    record: str | None
    reason_code: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    documents: list[DocumentShown]
    missing: list[MissingShown]


class ReleaseWhole(ReleaseShown):
    """A release, and why it was refused."""

    reason: str


class ReleasesPage(BaseModel):
    """A page of releases, newest first; `next` is the `after` of the page that follows."""

    releases: list[ReleaseShown]
    next: str


class SignOffShown(BaseModel):
    """A sign-off as everybody may see it."""

    release: str
    model: str
    version: str
    applies: str
    risk: str
    conditions: list[str]
    missing: list[str]
    statement: str
    record: str
    signed_at: datetime
    expires_at: datetime
    state: str


class StatementShown(BaseModel):
    """What would be signed off now: its canonical text, and the digest of that."""

    text: str
    sha256: str
    missing: list[str]


def board_of(request: Request) -> Board:
    """Return what releases are decided with."""
    board = house_of(request).board
    if board is None:
        raise RuntimeError("no releases are wired in")
    return board


@routes.get("", needs=may("release.read"))
def every(request: Request, after: str = "", limit: int = 100) -> ReleasesPage:
    """List releases, newest first."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        taken, following = page(every_release(tx, board), lambda each: str(each.id), after, limit)
    return ReleasesPage(releases=[shown(each) for each in taken], next=following)


@routes.get("/signed-off", needs=may("release.read"))
def public(request: Request) -> list[SignOffShown]:
    """List what was signed off, as the public record of each says it."""
    with house_of(request).database.begin() as tx:
        found = signed_off(tx, board_of(request))
    return [SignOffShown.model_validate(each, from_attributes=True) for each in found]


@routes.post("", needs=may("release.propose"))
def propose(given: ReleaseGiven, request: Request, signed: Caller) -> ReleaseWhole:
    """Propose a release with its documents."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        return whole(tx, board, propose_release(tx, board, given.plan(), by=signed.person.id))


@routes.get("/{release}", needs=may("release.read", of="release"))
def show(release: str, request: Request) -> ReleaseWhole:
    """Show a release with what is missing."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        return whole(tx, board, find(tx, board, release))


@routes.get("/{release}/statement", needs=may("release.read", of="release"))
def statement(release: str, request: Request) -> StatementShown:
    """Show the statement of a release as it is now, word for word. Raises what makes it none."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        made = stated(tx, board, find(tx, board, release))
    return StatementShown(text=made.text, sha256=made.sha256, missing=list(made.missing))


@routes.get("/{release}/documents/{digest}", needs=may("release.read", of="release"), response_model=None)
def document(release: str, digest: str, request: Request, signed: Caller) -> Response:
    """Give a document that is not public, which is recorded."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        found = read(tx, board, release, digest, by=signed.person.id)
    # Whatever it is, a browser neither shows it here nor guesses.
    told = {"content-disposition": f'attachment; filename="{digest[:12]}"'}
    return Response(found, media_type="application/octet-stream", headers=told)


@routes.put("/{release}/documents", needs=may("release.propose", of="release"))
def attach(release: str, given: DocumentGiven, request: Request, signed: Caller) -> ReleaseWhole:
    """Hand a document in, or another in the place of one of the same title."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        return whole(tx, board, attach_document(tx, board, release, given.brought(), by=signed.person.id))


@routes.post("/{release}/sign-off", needs=SIGNED_IN)
def sign_off(release: str, given: SignOffGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Sign a release off as others agreed. Without an approval the refusal says which request to make."""
    parameters: dict[str, Any] = {"release": release}
    if given.statement is None:
        parameters |= {"lacking": given.lacking}
    else:
        parameters |= {"statement": given.statement, "missing": given.lacking}
    return done(request, signed, "release.sign_off", parameters, given.approval)


@routes.post("/{release}/refuse", needs=may("release.refuse", of="release"))
def refuse(release: str, given: RefusalGiven, request: Request, signed: Caller) -> ReleaseWhole:
    """Refuse a proposed release."""
    board, by = board_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        made = refuse_release(tx, board, release, code=given.reason_code, reason=given.reason, by=by)
        return whole(tx, board, made)


@routes.post("/{release}/withdraw", needs=may("release.withdraw", of="release"))
def withdraw(release: str, given: WithdrawalGiven, request: Request, signed: Caller) -> ReleaseWhole:
    """Take a proposal back, or end a sign-off before its time."""
    board = board_of(request)
    with house_of(request).database.begin() as tx:
        made = withdraw_release(tx, board, release, code=given.reason_code, by=signed.person.id)
        return whole(tx, board, made)


def shown(found: Release) -> ReleaseShown:
    """Return a release as lists show it."""
    return ReleaseShown.model_validate(release_shown(found), from_attributes=True)


def whole(tx: Transaction, board: Board, found: Release) -> ReleaseWhole:
    """Return a release with why it was refused."""
    reason = "" if found.reason is None else board.edges.vault.get(tx, found.reason).decode()
    return ReleaseWhole(**shown(found).model_dump(), reason=reason)
