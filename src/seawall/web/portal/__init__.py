"""The portal for everybody under `/portal`: notices, appeals, reports, feedback, each behind a link of its own.

    link -> page -> a form -> a room's function -> another link

Whoever has a link is whoever it was given to; nobody signs in. A look changes nothing, only buttons do. No page names
another site, none keeps anything in the browser but what its forms need, and all work without a script. What a link
does not open, never opened or opens no more looks the same.
"""

from seawall.web.portal import appealing, export, following, front, notice, reporting, saying
from seawall.web.portal.page import error_page
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    front.routes,
    notice.routes,
    appealing.routes,
    following.routes,
    reporting.routes,
    saying.routes,
    export.routes,
)

__all__ = ["ROUTES", "error_page"]
