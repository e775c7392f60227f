"""The first page of the portal, for whoever comes without a link."""

from fastapi import Request
from fastapi.responses import Response

from seawall.web.portal.page import page
from seawall.web.routes import PORTAL, Routes

routes = Routes("/portal", tags=["portal"])


@routes.get("", needs=PORTAL)
def show(request: Request) -> Response:
    """Say what this is."""
    return page(request, "front.html")
