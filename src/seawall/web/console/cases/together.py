"""Settle cases alike: those that were chosen, a preview of what would follow, then exactly that, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import Outcome, Ruling, bulk
from seawall.cases.bulk import MOST, Preview
from seawall.cases.errors import NoSuchBulk
from seawall.cases.model import Case
from seawall.cases.permits import Step
from seawall.cases.permits import may as may_do
from seawall.cases.rows import find
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound, SeawallError
from seawall.web.console.cases import ruling, words
from seawall.web.console.cases.case import REFUSALS
from seawall.web.console.cases.shelf import OPEN
from seawall.web.console.forms import Ticked
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.offices import known, office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/cases/together", tags=["console"])
Given = Mapping[str, Sequence[str]]
WHY_NOT = {
    "unknown": "there is no such case",
    "not_permitted": "you may not settle it",
    "child_safety": "each of these is settled by itself",
    "appeal": "each appeal has an answer of its own",
    "decided": "it is settled",
    "merged": "it was merged into another",
    "waits": "it waits",
    "taken": "somebody else has it",
    "second_review": "it takes a second reviewer",
    "own_work": "you took part in what it is about",
}


@routes.get("", needs=may("case.decide"))
def ask(request: Request, signed: Caller) -> Response:
    """Ask how the chosen cases are to be settled."""
    return _asked(request, signed, request.query_params.getlist("case"), {})


@routes.post("", needs=may("case.decide"))
def preview(request: Request, signed: Caller, given: Ticked) -> Response:
    """Show what would follow; nothing does yet."""
    house, chosen, values = house_of(request), given.get("case", ()), _plain(given)
    try:
        wanted = ruling.entered(values, house.edges.clock())
        with house.database.begin() as tx:
            made = bulk.preview(tx, office_of(request), chosen, wanted, by=signed.person.id)
            cases = {each.case: find(tx, each.case) for each in made.cases}
    except REFUSALS as error:
        return _asked(request, signed, chosen, values, error)
    return _previewed(request, made, wanted, cases)


@routes.get("/{preview}", needs=may("case.decide"))
def back(preview: str) -> Response:
    """Lead back to the list where a preview is loaded anew."""
    return sent_to(OPEN.path)


@routes.post("/{preview}", needs=may("case.decide"))
def decide(preview: str, request: Request, signed: Caller, given: Ticked) -> Response:
    """Settle exactly what the preview showed."""
    digest = "".join(given.get("digest", ())[:1])[:64]
    try:
        with house_of(request).database.begin() as tx:
            bulk.decide(tx, office_of(request), preview, digest, by=signed.person.id)
    except (*REFUSALS, NoSuchBulk) as error:
        return _asked(request, signed, given.get("case", ()), _plain(given), error)
    return sent_to(OPEN.path, "settled_together")


def _asked(
    request: Request,
    signed: Signed,
    chosen: Sequence[str],
    values: Mapping[str, str],
    error: SeawallError | None = None,
) -> Response:
    ids = sorted(set(chosen))[:MOST]
    if error is None and not ids:
        error = BadFields("No case was chosen.", hint="Choose some in the list first.")
    with house_of(request).database.begin() as tx:
        cases = [case for case in (_seen(tx, request, signed, each) for each in ids) if case is not None]
    fields = ruling.fields(None)
    return page(
        request,
        "cases/together.html",
        steps=OPEN.steps,
        shelf=OPEN,
        cases=cases,
        fields=fields,
        values=values or {"outcome": Outcome.NOTHING.value},
        error=error,
        words=words,
        due=words.due,
    )


def _previewed(request: Request, made: Preview, wanted: Ruling, cases: Mapping[str, Case]) -> Response:
    values: dict[str, Any] = {"outcome": wanted.outcome.value, "reason": wanted.reason}
    return page(
        request,
        "cases/preview.html",
        steps=(*OPEN.steps, ("Settle together", "/console/cases/together")),
        shelf=OPEN,
        made=made,
        wanted=wanted,
        cases=cases,
        why_not=WHY_NOT,
        words=words,
        values=values,
        until=house_of(request).edges.clock() + bulk.GOOD_FOR,
    )


def _seen(tx: Transaction, request: Request, signed: Signed, name: str) -> Case | None:
    try:
        case = find(tx, known(tx, name, sealed=False))
    except NotFound:
        return None
    return case if may_do(tx, office_of(request), case, Step.READ, signed.person.id) else None


def _plain(given: Given) -> dict[str, str]:
    return {name: "".join(found[:1]) for name, found in given.items() if name != "case"}
