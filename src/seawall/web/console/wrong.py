"""Errors as pages. Where only a fresh passkey is missing, the browser is sent to prove one and comes back."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people.proofs import StepUpNeeded
from seawall.access.people.sessions import SessionEnded
from seawall.access.rights.rights import PasskeyNeeded
from seawall.vocabulary.errors import SeawallError
from seawall.web.console.page import page, sent_to
from seawall.web.pace import TooManyAttempts

_TITLES = {
    401: "You are not signed in",
    403: "You may not do this",
    404: "There is no such page",
    429: "Too many attempts",
}


def error_page(request: Request, error: SeawallError, status: int) -> Response:
    """Return the page that tells of an error."""
    if isinstance(error, StepUpNeeded | PasskeyNeeded):
        return _elsewhere(request, "/console/step-up")
    if isinstance(error, SessionEnded) and request.method == "GET":
        return _elsewhere(request, "/console/sign-in")
    title = _TITLES.get(status, "Something went wrong" if status >= 500 else "That did not work")
    shown = page(request, "error.html", status=status, title=title, told=error)
    if isinstance(error, TooManyAttempts):
        shown.headers["retry-after"] = str(error.wait_s)
    return shown


def _elsewhere(request: Request, path: str) -> Response:
    """Send the browser to a page that leads back; every form has a page of its own address."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = f"{path}?{urlencode({'next': back})}"
    if "hx-request" in request.headers:
        # A part of a page cannot hold another page: the script is told to load it whole.
        return Response(status_code=200, headers={"hx-redirect": where})
    return sent_to(where)
