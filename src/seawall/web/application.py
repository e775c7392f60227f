"""The application: routes of all parts behind one shield."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI

from seawall.web import errors, scim, sign_in
from seawall.web.api import ROUTES as API
from seawall.web.console import ROUTES as CONSOLE
from seawall.web.console import error_page
from seawall.web.house import House
from seawall.web.portal import ROUTES as PORTAL
from seawall.web.portal import error_page as portal_error_page
from seawall.web.routes import Routes
from seawall.web.shield import Network, Shield

PARTS: tuple[Routes, ...] = (*API, sign_in.routes, *CONSOLE, *PORTAL)


def application(house: House, *, behind_front: bool = False, proxies: Iterable[Network] = ()) -> Any:
    """Return the ASGI application of a house; `behind_front` where a process of ours says whom it serves."""
    return Shield(
        inner(house),
        hosts={house.site.domain},
        home=house.site.origins[0],
        behind_front=behind_front,
        proxies=proxies,
        https=all(origin.startswith("https://") for origin in house.site.origins),
    )


def inner(house: House) -> FastAPI:
    """Return the routes without the shield, as tests list them."""
    app = FastAPI(title="Seawall", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    app.state.error_page, app.state.portal_error_page = error_page, portal_error_page
    for part in PARTS:
        # The very routes, so that whoever lists them sees each with what it declares.
        app.router.routes.extend(part.router.routes)
    app.router.routes.append(scim.mount(house))
    errors.install(app)
    return app
