"""The application: routes of all parts behind one shield."""

from typing import Any

from fastapi import FastAPI

from seawall.web import errors
from seawall.web.api import ROUTES as API
from seawall.web.house import House
from seawall.web.routes import Routes
from seawall.web.shield import Shield

PARTS: tuple[Routes, ...] = (*API,)


def application(house: House, *, behind_front: bool = False) -> Any:
    """Return the ASGI application of a house; `behind_front` where a process of ours says whom it serves."""
    return Shield(
        inner(house),
        hosts={house.site.domain},
        home=house.site.origins[0],
        behind_front=behind_front,
        https=all(origin.startswith("https://") for origin in house.site.origins),
    )


def inner(house: House) -> FastAPI:
    """Return the routes without the shield, as tests list them."""
    app = FastAPI(title="Seawall", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    for part in PARTS:
        # The very routes, so that whoever lists them sees each with what it declares.
        app.router.routes.extend(part.router.routes)
    errors.install(app)
    return app
