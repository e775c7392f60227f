"""What a search found, and one exchange of it: where it leads on, and what was said, once somebody asks for that."""

from fastapi import Request
from fastapi.responses import Response

from seawall.investigations import looking, searching
from seawall.investigations.indexing import release
from seawall.investigations.looking import Seen
from seawall.investigations.model import PAGE
from seawall.investigations.permits import Step
from seawall.investigations.permits import may as may_do
from seawall.investigations.rows import find
from seawall.investigations.vectors import why_not
from seawall.vocabulary.retained import Shown
from seawall.web.console import investigation_words as words
from seawall.web.console.cases.desk import around
from seawall.web.console.cases.texts import marked
from seawall.web.console.investigation import STEPS, where
from seawall.web.console.naming import project_names, readable_names
from seawall.web.console.page import page
from seawall.web.offices import inquiry_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/investigations/{investigation}", tags=["console"])


@routes.get("/searches/{search_id}", needs=may("investigation.read", of="investigation"))
def results(investigation: str, search_id: str, request: Request, signed: Caller) -> Response:
    """Show a page of what a search finds now."""
    house, desk, by = house_of(request), inquiry_of(request), signed.person.id
    after = request.query_params.get("after", "")[:100]
    with house.database.begin() as tx:
        made, found = searching.results(tx, desk, investigation, search_id, by=by, after=after, limit=PAGE)
        it = find(tx, investigation)
        sought = words.sought(made, looking.sought(tx, desk, made))
        name = looking.name_of(tx, desk, it.name_item)
    return page(
        request,
        "investigation_search.html",
        steps=(*STEPS, (name, where(it.id))),
        it=it,
        made=made,
        found=found,
        sought=sought,
        after=after,
        words=words,
        where=where,
        names=readable_names(request, signed, {made.by}),
    )


@routes.get("/exchanges/{exchange}", needs=may("investigation.read", of="investigation"))
def show(investigation: str, exchange: str, request: Request, signed: Caller) -> Response:
    """Show an exchange without what was said, and where it leads on."""
    return _page(request, signed, investigation, exchange, None)


@routes.get("/exchanges/{exchange}/look", needs=may("investigation.read", of="investigation"))
def ask_to_look(investigation: str, exchange: str, request: Request, signed: Caller) -> Response:
    """Show an exchange where its page was loaded anew: to look again is asked for again."""
    return _page(request, signed, investigation, exchange, None)


@routes.post("/exchanges/{exchange}/look", needs=may("investigation.look", of="investigation"))
def look(investigation: str, exchange: str, request: Request, signed: Caller) -> Response:
    """Show what was said, which is recorded."""
    with house_of(request).database.begin() as tx:
        seen = looking.look(tx, inquiry_of(request), investigation, exchange, by=signed.person.id)
    return _page(request, signed, investigation, exchange, seen)


def _page(request: Request, signed: Signed, investigation: str, exchange: str, seen: Seen | None) -> Response:
    house, desk, by = house_of(request), inquiry_of(request), signed.person.id
    with house.database.begin() as tx:
        shown = looking.show(tx, desk, investigation, exchange, by=by)
        it = find(tx, investigation)
        told = around(tx, house, signed) | {
            "looks_at": may_do(tx, desk, it, Step.LOOK, by),
            "manages": it.closed_at is None and may_do(tx, desk, it, Step.MANAGE, by),
            "compares": not why_not(tx),
        }
        name = looking.name_of(tx, desk, it.name_item)
    return page(
        request,
        "investigation_exchange.html",
        steps=(*STEPS, (name, where(it.id))),
        it=it,
        shown=shown,
        releases=_releases(shown),
        said=None if seen is None else marked(seen.texts, shown.findings),
        where=where,
        projects=project_names(request, signed),
        **told | {"words": words},
    )


def _releases(shown: Shown) -> dict[str, str]:
    """Return what was found by which release, as a search asks for it and as a page says it."""
    found = [each.finding for each in shown.findings if not each.finding.failed]
    return {release(each): f"{words.title_of(each.category)} by {each.detector} {each.release}" for each in found}
