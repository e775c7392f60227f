"""Investigations: search across accounts, save what was found, with a trail; what was said shows only when asked."""

from typing import Any, Literal

import msgspec
from fastapi import Request
from pydantic import AwareDatetime, BaseModel, Field

from seawall.access import projects
from seawall.investigations import How, Investigation, Search, looking, opening, searching
from seawall.investigations.finding import Hit
from seawall.investigations.model import Wanted
from seawall.investigations.permits import Step, permit
from seawall.investigations.rows import find, trail_of
from seawall.investigations.vectors import why_not
from seawall.store import Transaction
from seawall.vocabulary.ids import ProjectId
from seawall.web.offices import inquiry_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/investigations", tags=["investigations"])


class NameGiven(BaseModel):
    """What it is called. It lies in the vault."""

    name: str = Field(max_length=1000)


class NoteGiven(BaseModel):
    """A note for whoever reads the investigation."""

    text: str = Field(max_length=20_000)


class PinGiven(BaseModel):
    """What is saved into it."""

    what: Literal["exchange", "account"]
    thing: str = Field(max_length=100)


class ReadersGiven(BaseModel):
    """Who alone may see it; null leaves it to the roles."""

    readers: list[str] | None = Field(max_length=50)


class CodeGiven(BaseModel):
    """Why, as a code."""

    reason_code: str = Field(max_length=40)


class SearchGiven(BaseModel):
    """What is looked for: `typed` is what somebody writes, `value` an id or a closed word, `like` an exchange."""

    how: How
    value: str = Field(default="", max_length=200)
    typed: str = Field(default="", max_length=20_000)
    like: str = Field(default="", max_length=100)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    project: str = Field(default="", max_length=80)
    least: float = Field(default=0.0, ge=0.0, le=1.0)

    def wanted(self, tx: Transaction) -> Wanted:
        """Return it as the room takes it. Raises NoSuchProject."""
        project = ProjectId(projects.find(tx, self.project).id) if self.project else None
        names = ("how", "value", "typed", "like", "since", "until", "least")
        return Wanted(project=project, **{name: getattr(self, name) for name in names})


@routes.get("", needs=may("investigation.read"))
def every(
    request: Request, signed: Caller, only_open: bool = False, after: str = "", limit: int = 100
) -> dict[str, Any]:
    """List the investigations that somebody may see, newest first."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = opening.every(tx, reader=signed.person.id, only_open=only_open, after=after, limit=limit)
        told = [shown(each, looking.name_of(tx, desk, each.name_item)) for each in found]
    return {"investigations": told, "next": found[-1].id if found and len(found) >= limit else ""}


@routes.post("", needs=may("investigation.open"), status_code=201)
def begin(given: NameGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Open an investigation, which only whoever opens it reads for now."""
    with house_of(request).database.begin() as tx:
        return shown(opening.begin(tx, inquiry_of(request), given.name, by=signed.person.id), given.name.strip())


@routes.get("/similarity", needs=may("investigation.read"))
def similarity(request: Request) -> dict[str, Any]:
    """Say whether prompts can be compared here, and why not."""
    with house_of(request).database.begin() as tx:
        why = why_not(tx)
    return {"available": not why, "why_not": why}


@routes.get("/{investigation}", needs=may("investigation.read", of="investigation"))
def show(investigation: str, request: Request, signed: Caller, before: int | None = None) -> dict[str, Any]:
    """Show an investigation with what was saved into it and its trail, newest first."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = find(tx, investigation)
        permit(tx, desk, found, Step.READ, signed.person.id)
        name, notes = looking.typed(tx, desk, found.id, by=signed.person.id)
        trail = trail_of(tx, found.id, before=before)
        pins = opening.pins_of(tx, found.id)
    steps = [{**msgspec.to_builtins(each), "text": notes.get(each.item or "")} for each in trail]
    more = trail[-1].seq if len(trail) >= _STEPS else None
    return {**shown(found, name), "pins": msgspec.to_builtins(pins), "trail": steps, "next": more}


@routes.post("/{investigation}/searches", needs=may("investigation.manage", of="investigation"), status_code=201)
def search(investigation: str, given: SearchGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Look for exchanges; a search through what was said is done by a worker."""
    desk, by = inquiry_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        return told(searching.search(tx, desk, investigation, given.wanted(tx), by=by))


@routes.get("/{investigation}/searches", needs=may("investigation.read", of="investigation"))
def searches(investigation: str, request: Request, signed: Caller, after: str = "", limit: int = 50) -> dict[str, Any]:
    """List what was looked for, newest first."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = find(tx, investigation)
        permit(tx, desk, found, Step.READ, signed.person.id)
        made = searching.searches_of(tx, found.id, after=after, limit=limit)
    return {"searches": [told(each) for each in made], "next": made[-1].id if len(made) >= limit else ""}


@routes.get("/{investigation}/searches/{search_id}", needs=may("investigation.read", of="investigation"))
def results(
    investigation: str, search_id: str, request: Request, signed: Caller, after: str = "", limit: int = 50
) -> dict[str, Any]:
    """Show a page of what a search finds now, never a word of it."""
    desk, by = inquiry_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        made, page = searching.results(tx, desk, investigation, search_id, by=by, after=after, limit=limit)
    return {**told(made), "exchanges": [row(each) for each in page.hits], "next": page.next}


@routes.post("/{investigation}/exchanges/{exchange}/look", needs=may("investigation.look", of="investigation"))
def look(investigation: str, exchange: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Show what was said in an exchange, which is recorded."""
    with house_of(request).database.begin() as tx:
        seen = looking.look(tx, inquiry_of(request), investigation, exchange, by=signed.person.id)
    return {**row(Hit(shown=seen.shown)), "texts": msgspec.to_builtins(seen.texts)}


@routes.post("/{investigation}/pins", needs=may("investigation.manage", of="investigation"))
def pin(investigation: str, given: PinGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Save an exchange or an account into an investigation."""
    desk, by = inquiry_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        found = opening.pin(tx, desk, investigation, given.what, given.thing, by=by)
        return {"pins": msgspec.to_builtins(opening.pins_of(tx, found.id))}


@routes.delete("/{investigation}/pins/{what}/{thing}", needs=may("investigation.manage", of="investigation"))
def unpin(investigation: str, what: str, thing: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Take something out again."""
    desk, by = inquiry_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        found = opening.unpin(tx, desk, investigation, what, thing, by=by)
        return {"pins": msgspec.to_builtins(opening.pins_of(tx, found.id))}


@routes.post("/{investigation}/notes", needs=may("investigation.manage", of="investigation"))
def note(investigation: str, given: NoteGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Write a note."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = opening.note(tx, desk, investigation, given.text, by=signed.person.id)
        return shown(found, looking.name_of(tx, desk, found.name_item))


@routes.put("/{investigation}/readers", needs=may("investigation.manage", of="investigation"))
def change_readers(investigation: str, given: ReadersGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Say who alone may see an investigation. Whoever says it stays among them."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = opening.change_readers(tx, desk, investigation, given.readers, by=signed.person.id)
        return shown(found, looking.name_of(tx, desk, found.name_item))


@routes.post("/{investigation}/close", needs=may("investigation.manage", of="investigation"))
def close(investigation: str, given: CodeGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """End an investigation, and what still runs in it."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = opening.close(tx, desk, investigation, reason_code=given.reason_code, by=signed.person.id)
        return shown(found, looking.name_of(tx, desk, found.name_item))


@routes.post("/{investigation}/reopen", needs=may("investigation.manage", of="investigation"))
def reopen(investigation: str, given: CodeGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Go on with an investigation that was closed."""
    desk = inquiry_of(request)
    with house_of(request).database.begin() as tx:
        found = opening.reopen(tx, desk, investigation, reason_code=given.reason_code, by=signed.person.id)
        return shown(found, looking.name_of(tx, desk, found.name_item))


def shown(found: Investigation, name: str) -> dict[str, Any]:
    """Return an investigation as lists show it."""
    return {**msgspec.to_builtins(found), "name": name}


def told(made: Search) -> dict[str, Any]:
    """Return a search, without what was typed or the digest that stands for it."""
    names = ("id", "how", "like", "since", "until", "project", "least", "by", "at", "state", "read", "hits", "whole")
    kept = {name: getattr(made, name) for name in names}
    return {**msgspec.to_builtins(kept), "value": made.value if made.item is None else ""}


def row(hit: Hit) -> dict[str, Any]:
    """Return an exchange as lists show it: never a word of it, nor where in it anything was found."""
    found = [
        {"category": each.category, "detector": each.detector, "release": each.release, "score": each.score}
        for each in (one.finding for one in hit.shown.findings)
        if not each.failed
    ]
    names = ("exchange", "account", "key", "project", "at", "model", "measure", "because", "decisions")
    kept = {name: getattr(hit.shown, name) for name in names}
    return {**msgspec.to_builtins(kept), "findings": found, "near": hit.near}


_STEPS = 100
