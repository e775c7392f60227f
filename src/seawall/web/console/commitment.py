"""One framework, one commitment, one practice: what it says, where it stands, and the records that carry it."""

from fastapi import Request
from fastapi.responses import Response

from seawall.commitments import activities
from seawall.commitments.answers import due_line, framework_line, item_line, practice_line
from seawall.commitments.model import MEANS, Book, State
from seawall.commitments.status import Status
from seawall.web.console import commitment_words as words
from seawall.web.console.commitments import HOME, STEPS, standing
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes(HOME, tags=["console"])
_FRAMEWORKS = (*STEPS, ("Frameworks", f"{HOME}/frameworks"))


@routes.get("/frameworks/{name}", needs=may("commitment.read"))
def framework(name: str, request: Request) -> Response:
    """Show a framework with its commitments, and what is certain of it."""
    book, now = house_of(request).book, standing(request)
    known = book.framework(name)
    groups = [(each.title, [item for item in known.items if item.group == each.id]) for each in known.groups]
    return page(
        request,
        "framework.html",
        steps=_FRAMEWORKS,
        known=known,
        line=framework_line(book, known, now),
        adopted=book.adopts.get(name),
        groups=groups or [("", list(known.items))],
        now_items=now.items,
        sections=[each for each in book.outline.sections if name in each.related],
        words=words,
    )


@routes.get("/items/{name}", needs=may("commitment.read"))
def item(name: str, request: Request) -> Response:
    """Show a commitment, and the practices that serve it."""
    book, now = house_of(request).book, standing(request)
    known = book.item(name)
    of = book.frameworks[book.framework_of[name]]
    return page(
        request,
        "commitment.html",
        steps=(*_FRAMEWORKS, (of.short_name, f"{HOME}/frameworks/{of.id}")),
        known=known,
        of=of,
        where=now.items[name],
        practices=[practice_line(book.practices[each], now.practices[each]) for each in now.items[name].practices],
        sections=[book.sections[each] for each in known.sections],
        sources=[each for each in of.sources if each.id in known.sources],
        means=MEANS,
        words=words,
    )


@routes.get("/practices/{name}", needs=may("commitment.read"))
def practice(name: str, request: Request, signed: Caller) -> Response:
    """Show a practice: its rules with their records, what people stated, what renews it."""
    house, now = house_of(request), standing(request)
    known = house.book.practice(name)
    with house.database.begin() as tx:
        stated = activities.every(tx, name)
    return page(
        request,
        "practice.html",
        steps=(*STEPS, ("Practices", f"{HOME}/practices")),
        known=known,
        where=now.practices[name],
        renews=due_line(known, now.practices[name]),
        applies=now.practices[name].state is not State.NOT_APPLICABLE,
        serves=_serves(house.book, known.commitments, now),
        related=[house.book.frameworks[each] for each in house.book.related(known)],
        section=house.book.sections[known.section],
        capability=house.book.capabilities[known.capability],
        stated=stated,
        names=readable_names(request, signed, {each.by for each in stated}),
        means=MEANS,
        words=words,
    )


def _serves(book: Book, names: tuple[str, ...], now: Status) -> list[tuple[str, object]]:
    return [
        (book.frameworks[book.framework_of[each]].short_name, item_line(book.items[each], now.items[each]))
        for each in names
    ]
