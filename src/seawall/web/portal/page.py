"""Make a page of the portal. Everything is escaped. Nothing of the address is on it but in forms that need the link."""

from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from seawall.cases.speaking import FIRST, LANGUAGES, saying
from seawall.cases.speaking import marked as _
from seawall.vocabulary.errors import SeawallError
from seawall.web import csrf
from seawall.web.pace import TooManyAttempts
from seawall.web.portal.language import CHOICE, language, onward, said_of, templates

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
    403: _("This cannot be done"),
    404: _("This link does not work"),
    409: _("This cannot be done"),
    413: _("That is too much"),
    422: _("Something is missing"),
    429: _("Too many attempts"),
}
_WRONG = _("Something went wrong")
_LOST = _("Either it never did, or its time is over, or it was taken back.")
_ANEW = _("Ask for a new one where you got it from.")


def page(request: Request, template: str, *, status: int = 200, form: bool = False, **values: Any) -> Response:
    """Return a page in the language of whoever reads; one with a `form` sets the cookie that it belongs to."""
    token, spoken_in = csrf.token_for(request, None) if form else "", language(request)
    shown = templates(spoken_in).get_template(template).render(
        token=token,
        names={},
        language=spoken_in,
        languages=LANGUAGES,
        choice=CHOICE,
        onward=partial(onward, request),
        **values,
    )  # fmt: skip
    told = {"content-language": spoken_in, "vary": "accept-language"}
    return HTMLResponse(shown, status, _HEADERS | told)


def sent_to(request: Request, path: str) -> Response:
    """Send the browser on to a page of the portal."""
    return RedirectResponse(onward(request, path), status_code=303, headers=_HEADERS)


def error_page(request: Request, error: SeawallError, status: int) -> Response:
    """Return the page that tells of an error. A page that is not there and a link that does not work look alike."""
    lost, spoken_in = status in (404, 405), language(request)
    say = saying(spoken_in)
    ours = spoken_in == FIRST
    shown = page(
        request,
        "wrong.html",
        status=404 if lost else status,
        title=say(_TITLES.get(404 if lost else status, _WRONG)),
        message=say(_LOST) if lost else error.message if ours else said_of(error, say),
        hint=say(_ANEW) if lost else error.hint if ours else "",
    )
    if isinstance(error, TooManyAttempts):
        shown.headers["retry-after"] = str(error.wait_s)
    return shown
