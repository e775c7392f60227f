"""No other site may make a browser change anything: same origin, and a token that only our own pages know.

The token is a keyed digest of the session, or of a cookie that the sign-in pages set where there is none yet.
"""

import hmac
import secrets

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from seawall.vocabulary.errors import SeawallError
from seawall.web.house import House
from seawall.web.signed import Signed, caught, house_of

FIELD = "csrf"
HEADER = "x-csrf-token"
BEFORE = "__Host-seawall-form"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignRequest(SeawallError):
    """A request that changes something did not come from a page of ours."""

    code, status = "web.foreign_request", 403

    def __init__(self) -> None:
        super().__init__("This request did not come from a page of this site.", hint="Load the page again and repeat.")


def token_for(request: Request, signed: Signed | None) -> str:
    """Return the token for the forms of a page; where nobody is signed in, a cookie carries what it belongs to."""
    house = house_of(request)
    if signed is not None:
        return _tokens(house, signed.session.id)[0]
    return _tokens(house, browser_of(request))[0]


def browser_of(request: Request) -> str:
    """Return what a browser is known by before anybody is signed in there: a cookie, set where there is none yet."""
    before: str = request.cookies.get(BEFORE) or getattr(request.state, "before", None) or secrets.token_urlsafe(24)
    request.state.before = before
    return before


async def check(request: Request, signed: Signed | None) -> None:
    """Let a request that changes something through only from our own pages. Raises ForeignRequest."""
    if request.method in SAFE or (signed is not None and not signed.by_cookie):
        return
    house = house_of(request)
    origin = request.headers.get("origin")
    if origin is not None and origin not in house.site.origins:
        raise ForeignRequest
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignRequest
    given = (request.headers.get(HEADER) or await _field(request)).encode()
    if signed is None:
        if _fits(house, given, request.cookies.get(BEFORE)):
            return
        # Whoever is signed in proves more by what anyone may call: their page's token belongs to the session.
        signed = await run_in_threadpool(caught, request)
    if not _fits(house, given, signed.session.id if signed is not None else None):
        raise ForeignRequest


async def check_unreferred(request: Request) -> None:
    """Refuse what another site makes a browser send to a page that tells no site where it is. Raises ForeignRequest.

    Such a page states no origin with its forms. The path holds a secret that no other site knows, or else the route
    asks for `fits` as well.
    """
    if request.method in SAFE:
        return
    if request.headers.get("origin", "null") not in ("null", *house_of(request).site.origins):
        raise ForeignRequest
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignRequest


def fits(request: Request, given: str) -> bool:
    """Tell whether a form's token belongs to the cookie of the page that it was on."""
    return _fits(house_of(request), given.encode("utf-8", "surrogatepass"), request.cookies.get(BEFORE))


async def _field(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/")):
        return ""
    found = (await request.form()).get(FIELD)
    return found if isinstance(found, str) else ""


def _fits(house: House, given: bytes, belongs: str | None) -> bool:
    known = _tokens(house, belongs) if belongs else []
    return any(hmac.compare_digest(given, each.encode()) for each in known)


def _tokens(house: House, belongs: str) -> list[str]:
    return [each.hex() for each in house.edges.every_keyed("csrf", belongs)]
