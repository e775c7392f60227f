"""The notice page: what was decided, by which rule, on which exchange, for how long, and how to appeal."""

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import facing
from seawall.cases.links import Link, Opens
from seawall.store import Transaction
from seawall.web.offices import office_of
from seawall.web.portal.language import entered, say_in
from seawall.web.portal.page import page
from seawall.web.portal.words import rule_of
from seawall.web.routes import PORTAL, Routes
from seawall.web.signed import house_of

routes = Routes("/portal/notice", tags=["portal"])
NOTICES = (Opens.NOTICE, Opens.CONTENT, Opens.MACHINE)


@routes.get("/{token}", needs=PORTAL)
def show(token: str, request: Request) -> Response:
    """Show a notice."""
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, *NOTICES)
        return shown(request, tx, link, token)


@routes.post("/{token}", needs=PORTAL)
def look(token: str, request: Request) -> Response:
    """Show a notice with what the person wrote, on the fresh word of the product; that is recorded."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, Opens.CONTENT)
        said = facing.content(tx, office, link)
        return shown(request, tx, link, token, said=said or "", looked=True)


def shown(
    request: Request, tx: Transaction, link: Link, token: str, *, said: str = "", looked: bool = False
) -> Response:
    """Return the page of a notice."""
    asked = facing.legal(tx, office_of(request), link, say_in(request))
    if asked is not None:
        return page(request, "legal.html", notice=asked)
    told = facing.told(tx, office_of(request), link, say_in(request))
    return page(
        request,
        "notice.html",
        told=told,
        notice=told.notice,
        rule=rule_of(tx, told.category),
        link=token,
        said=said,
        looked=looked,
    )
