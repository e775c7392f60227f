"""Make a page from a template and values. Everything is escaped; templates mark nothing as safe but drawn QR codes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from seawall.access.people import people
from seawall.vocabulary.errors import SeawallError
from seawall.web import csrf
from seawall.web.console import nav, times
from seawall.web.console.alarm import alarms_for
from seawall.web.console.assets import asset
from seawall.web.console.forms import Field, wrong
from seawall.web.console.notices import NOTICES
from seawall.web.signed import Signed, house_of

_MADE = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MADE.globals.update(asset=asset, absolute=times.absolute, iso=times.iso, stamp=times.stamp)
_MADE.filters["path"] = partial(quote, safe="")


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    error: SeawallError | None = None,
    places: tuple[Field, ...] = (),
    **values: Any,
) -> Response:
    """Return a page, with the navigation of whoever is signed in.

    What went wrong stands at the field that the `error` speaks of: one of `fields`, unless `places` names others.
    """
    signed: Signed | None = getattr(request.state, "signed", None)
    if error is not None:
        status = error.status
    values.setdefault("wrong", None if error is None else wrong(error, places or values.get("fields", ())))
    shown = _MADE.get_template(template).render(
        **_around(request, signed),
        notice=NOTICES.get(request.query_params.get("said", ""), ""),
        token=csrf.token_for(request, signed),
        **values,
    )
    return HTMLResponse(shown, status)


def confirmation(
    request: Request,
    *,
    title: str,
    will: tuple[str, ...],
    submit: str,
    steps: tuple[tuple[str, str], ...],
    action: str = "",
    error: SeawallError | None = None,
) -> Response:
    """Ask whether to go on: what will happen, a button that does it, and a way back to the last of the steps.

    The button sends to where the page is, unless `action` names another address.
    """
    back, at = steps[-1][1], action or request.url.path
    return page(request, "confirm.html", title=title, steps=steps, will=will, submit=submit, action=at, back=back,
                error=error)  # fmt: skip


def sent_to(path: str, said: str = "") -> Response:
    """Send the browser on to a page of ours, with a notice there."""
    return RedirectResponse(f"{path}?said={said}" if said else path, status_code=303)


def _around(request: Request, signed: Signed | None) -> dict[str, Any]:
    house = house_of(request)
    now = house.edges.clock()
    around = {"here": request.url.path, "now": now, "relative": partial(times.relative, now=now), "signed": signed}
    if signed is None:
        return around | {"entries": (), "my_name": "", "can": _nothing, "banner": ()}
    with house.database.begin() as tx:
        name = people.profile_of(tx, house.edges, signed.person.id).name
        banner = alarms_for(tx, house, signed)
    can: Callable[..., bool] = partial(nav.could, house.desk.rights, signed)
    return around | {"entries": nav.offered(house.desk.rights, signed), "my_name": name, "can": can, "banner": banner}


def _nothing(action: str, name: str = "any") -> bool:
    return False
