"""See what became of a flag or a report."""

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import flags, reports
from seawall.cases.links import Opens
from seawall.web.offices import office_of
from seawall.web.portal.language import entered, say_in
from seawall.web.portal.page import page
from seawall.web.portal.words import ABOUT
from seawall.web.routes import PORTAL, Routes
from seawall.web.signed import house_of

routes = Routes("/portal", tags=["portal"])


@routes.get("/flag/{token}", needs=PORTAL)
def flag(token: str, request: Request) -> Response:
    """Say what became of a flag."""
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, Opens.FLAG)
        found = flags.follow(tx, link.about, through=link.through)
    return page(request, "flag.html", flag=found)


@routes.get("/reported/{token}", needs=PORTAL)
def report(token: str, request: Request) -> Response:
    """Say where a report is, and its answer."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, Opens.REPORT)
        found = reports.followed(tx, office, link.about)
    return page(
        request, "reported.html", report=found, about=say_in(request)(ABOUT[found.about]), now=office.edges.clock()
    )
