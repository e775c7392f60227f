"""Records of the ledger: find them, take them out. That somebody did either is a record."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from seawall.audit import streams
from seawall.audit.classes import mapped
from seawall.audit.entry import Entry
from seawall.audit.export import export
from seawall.audit.formats import form_of
from seawall.audit.looking import look
from seawall.audit.search import Filter, last_index
from seawall.vocabulary.records import KINDS
from seawall.web.approved import done
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/audit", tags=["audit"])
MOST = 50_000
_ID = 200
# What PostgreSQL holds as text: no zero byte.
_WORD = "^[^\\x00]*$"


class EntryShown(BaseModel):
    """A numbered record; of a sealed one nothing but that it is there."""

    index: int
    id: str
    at: datetime
    kind: str
    family: str
    says: str
    actor: str
    subjects: list[str]
    fields: dict[str, Any]
    sealed: bool


class EntriesPage(BaseModel):
    """A page; `next` is the `after`, or newest first the `before`, of the page that follows; None for the last."""

    entries: list[EntryShown]
    next: int | None


class KindShown(BaseModel):
    """A kind of record."""

    kind: str
    family: str
    says: str


class StreamShown(BaseModel):
    """Where records flow to, how far they are, and what failed."""

    id: str
    way: str
    form: str
    target: str
    kinds: list[str]
    behind: int
    sent: int
    sent_at: datetime | None
    failures: int
    error: str | None
    again_at: datetime | None


class StreamGiven(BaseModel):
    """Where records are to flow to; `kinds` are set apart by commas. `credential` is a secret that was sealed."""

    way: str = Field(max_length=20)
    target: str = Field(max_length=2000)
    form: str = Field(default="ocsf", max_length=20)
    kinds: str = Field(default="", max_length=2000)
    secret: str = Field(default="", max_length=4000)
    credential: str | None = Field(default=None, max_length=60)
    authority: str = Field(default="", max_length=100_000)
    private: bool = False
    from_now: bool = False
    approval: str | None = Field(default=None, max_length=60)


class ExportAsked(BaseModel):
    """Which records, in which form."""

    form: str = "jsonl"
    kinds: list[Annotated[str, Field(max_length=_ID, pattern=_WORD)]] = Field(default=[], max_length=50)
    actor: str = Field(default="", max_length=_ID, pattern=_WORD)
    subject: str = Field(default="", max_length=_ID, pattern=_WORD)
    since: datetime | None = None
    until: datetime | None = None


@routes.get("", needs=may("audit.read"))
def find(
    request: Request,
    signed: Caller,
    kind: Annotated[list[str] | None, Query(max_length=50)] = None,
    actor: Annotated[str, Query(max_length=_ID)] = "",
    subject: Annotated[str, Query(max_length=_ID)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: int = -1,
    before: int | None = None,
    limit: int = 100,
) -> EntriesPage:
    """Find records by kind, actor, subject and period, oldest first; with `before`, newest first."""
    wanted = Filter(kinds=tuple(kind or ()), actor=actor, subject=subject, since=_utc(since), until=_utc(until))
    house, by = house_of(request), signed.person.id
    with house.database.begin() as tx:
        found = look(
            tx,
            wanted,
            by=by,
            record=house.edges.record,
            clock=house.edges.clock,
            after=after,
            before=before,
            limit=limit,
        )
    full = len(found) == max(1, min(limit, 500))
    return EntriesPage(entries=[_shown(each) for each in found], next=found[-1].index if full else None)


@routes.get("/kinds", needs=may("audit.read"))
def kinds() -> list[KindShown]:
    """List the kinds of records, each with what it is about."""
    return [KindShown(kind=name, family=mapped(name).family.value, says=mapped(name).says) for name in sorted(KINDS)]


@routes.get("/streams", needs=may("audit.read"))
def flows(request: Request) -> list[StreamShown]:
    """List where records flow to."""
    with house_of(request).database.begin() as tx:
        last = last_index(tx)
        return [
            StreamShown(
                behind=last + 1 - each.next,
                **{name: getattr(each, name) for name in StreamShown.model_fields if name not in ("behind", "kinds")},
                kinds=list(each.kinds),
            )
            for each in streams.every(tx)
        ]


@routes.post("/streams", needs=SIGNED_IN)
def add_flow(given: StreamGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Let records flow somewhere, as others agreed. Without an approval the refusal says which request to make."""
    parameters = given.model_dump(exclude={"approval", "secret", "credential"})
    parameters |= {"credential": given.credential} if given.credential is not None else {"secret": given.secret}
    return done(request, signed, "audit.stream_add", parameters, given.approval)


@routes.delete("/streams/{stream}", needs=may("audit.stream_remove", of="stream"))
def remove_flow(stream: str, request: Request, signed: Caller) -> dict[str, str]:
    """Let records flow there no more; its secret is erased."""
    house, by = house_of(request), signed.person.id
    with house.database.begin() as tx:
        gone = streams.remove(tx, stream, by=by, record=house.edges.record)
        if gone.secret is not None:
            house.edges.vault.erase(tx, gone.secret, by=by, reason_code="stream_removed")
    return {"removed": stream}


@routes.post("/export", needs=may("audit.export"))
def take_out(given: ExportAsked, request: Request, signed: Caller) -> Response:
    """Take records out as a file, up to 50,000; the record of it is written before the file leaves."""
    house, form, kept = house_of(request), form_of(given.form), BytesIO()
    wanted = Filter(
        kinds=tuple(given.kinds),
        actor=given.actor,
        subject=given.subject,
        since=_utc(given.since),
        until=_utc(given.until),
    )
    with house.database.begin() as tx:
        made = export(tx, wanted, form, kept.write, by=signed.person.id, record=house.edges.record, most=MOST)
    headers = {
        "content-disposition": f'attachment; filename="seawall-audit-{made.lines}.{form.suffix}"',
        "seawall-audit-lines": str(made.lines),
        "seawall-audit-digest": made.digest,
        "seawall-audit-exported": msgspec.json.encode(made).decode(),
    }
    return Response(kept.getvalue(), media_type=form.media, headers=headers)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _shown(entry: Entry) -> EntryShown:
    kind = mapped(entry.kind)
    return EntryShown(
        index=entry.index,
        id=entry.id,
        at=entry.at,
        kind=entry.kind,
        family=kind.family.value,
        says=kind.says,
        actor=entry.actor,
        subjects=list(entry.subjects),
        fields=entry.fields,
        sealed=entry.sealed,
    )
