"""The form for people who use no product of the operator: what, where, in their words, and how they are reached.

One field is hidden from people; whoever fills it in is thanked and nothing is kept.
"""

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic import Field as Bounds

from seawall.cases import reports
from seawall.cases.reports import About, Report
from seawall.cases.speaking import marked as _
from seawall.vocabulary.errors import SeawallError
from seawall.web import csrf
from seawall.web.console.forms import Entered, Field, read
from seawall.web.offices import office_of
from seawall.web.portal.language import language, refused, say_in, spoken
from seawall.web.portal.page import page, sent_to
from seawall.web.portal.words import ABOUT
from seawall.web.routes import PORTAL, Routes, paced
from seawall.web.signed import house_of

routes = Routes("/portal/report", tags=["portal"])
TRAP = "website"
CONTACT = Field(
    name="contact",
    label=_("Your e-mail address"),
    kind="email",
    hint=_("We write once it is answered. Without it, keep the address of the next page."),
    autocomplete="email",
    longest=reports.LONGEST_CONTACT,
    words=("e-mail address",),
)
_FIELDS = (
    Field(
        name="about",
        label=_("What is it about?"),
        kind="select",
        options=(("", _("Choose one")), *((each.value, told) for each, told in ABOUT.items())),
        required=True,
        words=("nothing was chosen",),
    ),
    Field(
        name="place",
        label=_("Where did you see it?"),
        hint=_("The product and the address or the name of the conversation, as far as you know."),
        required=True,
        longest=reports.LONGEST_PLACE,
    ),
    Field(
        name="words",
        label=_("What happened?"),
        kind="area",
        hint=_("In your own words, up to 8,000 characters. Copy nothing here that is itself harmful."),
        required=True,
        longest=reports.LONGEST,
        words=("report has",),
    ),
    CONTACT,
)


class Given(BaseModel):
    """A report as the form sends it."""

    about: About
    place: str = Bounds(max_length=reports.LONGEST_PLACE * 2)
    words: str = Bounds(max_length=reports.LONGEST * 2)
    contact: str = Bounds(default="", max_length=reports.LONGEST_CONTACT * 2)


@routes.get("", needs=PORTAL)
def ask(request: Request) -> Response:
    """Ask what somebody wants to report."""
    return _asked(request)


@routes.get("/thanks", needs=PORTAL)
def thanks(request: Request) -> Response:
    """Thank whoever filled in what people do not see."""
    return page(request, "thanks.html")


@routes.post("", needs=PORTAL)
def report(request: Request, given: Entered) -> Response:
    """Take a report in, and lead to its page."""
    house, office = house_of(request), office_of(request)
    if not csrf.fits(request, given.get(csrf.FIELD, "")):
        # What was written is not lost to whoever took longer than the form lasts.
        return _asked(request, given, OpenTooLong())
    if given.get(TRAP):
        return sent_to(request, "/portal/report/thanks")
    try:
        if not given.get("about"):
            raise NothingChosen
        stated = read(Given, given)
        paced(request, house.report_pace)
        with house.database.begin() as tx:
            _made, leads = reports.report(tx, office, Report(language=language(request), **stated.model_dump()))
    except SeawallError as error:
        return _asked(request, given, error)
    return sent_to(request, f"/portal/reported/{leads}")


class NothingChosen(SeawallError):
    """A report does not say what it is about."""

    code, status = "web.nothing_chosen", 422

    def __init__(self) -> None:
        super().__init__("Nothing was chosen.", hint="Choose what comes nearest.")


class OpenTooLong(SeawallError):
    """A form was not sent from its page, or too late."""

    code, status = "web.open_too_long", 403

    def __init__(self) -> None:
        super().__init__("This form was open for too long.", hint="Nothing was sent. Look it over and send it again.")


def _asked(request: Request, values: Entered | None = None, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "reporting.html",
        status=error.status if error is not None else 200,
        form=True,
        fields=spoken(_FIELDS, say_in(request)),
        values=values or {},
        trap=TRAP,
        wrong=refused(request, error, _FIELDS) if error is not None else None,
    )
