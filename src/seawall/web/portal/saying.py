"""Say what one thinks of a commitment, from the hub's page of it; without an account, and see the answer later.

What nobody stands by has no form: its address looks like one that never was.
"""

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic import Field as Bounds

from seawall.cases import feedback
from seawall.cases.feedback import taking
from seawall.cases.links import LinkRefused, Opens
from seawall.cases.speaking import marked as _
from seawall.vocabulary.errors import SeawallError
from seawall.web import csrf
from seawall.web.console.forms import Entered, Field, read
from seawall.web.offices import office_of
from seawall.web.portal.language import entered, refused, say_in, spoken
from seawall.web.portal.page import page, sent_to
from seawall.web.portal.reporting import CONTACT, TRAP, OpenTooLong
from seawall.web.promised import Promise, named, promised
from seawall.web.routes import PORTAL, Routes, paced
from seawall.web.signed import house_of

routes = Routes("/portal/feedback", tags=["portal"])
_FIELDS = (
    Field(
        name="words",
        label=_("What do you want to say?"),
        kind="area",
        hint=_("What is missing, what is wrong, what you see otherwise. Up to 4,000 characters."),
        required=True,
        longest=taking.LONGEST,
        words=("feedback has",),
    ),
    CONTACT,
)


class Said(BaseModel):
    """What the form sends."""

    words: str = Bounds(max_length=taking.LONGEST * 2)
    contact: str = Bounds(default="", max_length=taking.LONGEST_CONTACT * 2)


@routes.get("/said/{token}", needs=PORTAL)
def said(token: str, request: Request) -> Response:
    """Show what became of it."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, Opens.FEEDBACK)
        found = taking.follow(tx, office, link.about)
    house = house_of(request)
    return page(
        request, "said.html", found=found, promise=named(house.book, found.about), promised_in=house.book_language
    )


@routes.get("/{about}", needs=PORTAL)
def ask(about: str, request: Request) -> Response:
    """Ask what somebody thinks of a framework or a commitment."""
    return _asked(request, _promise(request, about))


@routes.post("/{about}", needs=PORTAL)
def say(about: str, request: Request, given: Entered) -> Response:
    """Take it in, and lead to its page."""
    house, office, promise = house_of(request), office_of(request), _promise(request, about)
    if not csrf.fits(request, given.get(csrf.FIELD, "")):
        # What was written is not lost to whoever took longer than the form lasts.
        return _asked(request, promise, given, OpenTooLong())
    if given.get(TRAP):
        return sent_to(request, "/portal/report/thanks")
    try:
        stated = read(Said, given)
        paced(request, house.report_pace)
        wanted = feedback.Given(framework=promise.framework, about=promise.about, **stated.model_dump())
        with house.database.begin() as tx:
            _made, leads = taking.take(tx, office, wanted)
    except SeawallError as error:
        return _asked(request, promise, given, error)
    return sent_to(request, f"/portal/feedback/said/{leads}")


def _promise(request: Request, about: str) -> Promise:
    """Return what an address names. Raises LinkRefused where nobody stands by it."""
    house = house_of(request)
    found = promised(house.book, about, house.edges.clock())
    if found is None:
        raise LinkRefused
    return found


def _asked(
    request: Request, promise: Promise, values: Entered | None = None, error: SeawallError | None = None
) -> Response:
    return page(
        request,
        "saying.html",
        status=error.status if error is not None else 200,
        form=True,
        promise=promise,
        promised_in=house_of(request).book_language,
        fields=spoken(_FIELDS, say_in(request)),
        values=values or {},
        trap=TRAP,
        wrong=refused(request, error, _FIELDS) if error is not None else None,
    )
