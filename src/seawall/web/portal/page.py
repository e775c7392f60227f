"""Make a page of the portal. Everything is escaped. Nothing of the address is on it but in forms that need the link."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from seawall.vocabulary.errors import SeawallError
from seawall.web import csrf
from seawall.web.console import times
from seawall.web.console.assets import asset
from seawall.web.pace import TooManyAttempts

_HERE = Path(__file__).parent
_MADE = Environment(
    # The blocks of forms are those of the console.
    loader=FileSystemLoader([_HERE / "templates", _HERE.parent / "console" / "templates"]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MADE.globals.update(asset=asset, absolute=times.absolute, iso=times.iso)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
_TITLES = {
    403: "This cannot be done",
    404: "This link does not work",
    409: "This cannot be done",
    413: "That is too much",
    422: "Something is missing",
    429: "Too many attempts",
}


def page(request: Request, template: str, *, status: int = 200, form: bool = False, **values: Any) -> Response:
    """Return a page; one with a `form` sets the cookie that it belongs to."""
    token = csrf.token_for(request, None) if form else ""
    relative: Callable[..., str] = partial(times.relative, now=request.app.state.house.edges.clock())
    shown = _MADE.get_template(template).render(token=token, relative=relative, names={}, **values)
    return HTMLResponse(shown, status, _HEADERS)


def sent_to(path: str) -> Response:
    """Send the browser on to a page of the portal."""
    return RedirectResponse(path, status_code=303, headers=_HEADERS)


def error_page(request: Request, error: SeawallError, status: int) -> Response:
    """Return the page that tells of an error. A page that is not there and a link that does not work look alike."""
    lost = status in (404, 405)
    shown = page(
        request,
        "wrong.html",
        status=404 if lost else status,
        title=_TITLES.get(404 if lost else status, "Something went wrong"),
        message="Either it never did, or its time is over, or it was taken back." if lost else error.message,
        hint="Ask for a new one where you got it from." if lost else error.hint,
    )
    if isinstance(error, TooManyAttempts):
        shown.headers["retry-after"] = str(error.wait_s)
    return shown
