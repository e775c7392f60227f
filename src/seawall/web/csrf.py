"""No other site may make a browser change anything: same origin, and a token that only our own pages know.

The token is a keyed digest of the session, or of a cookie that the sign-in pages set where there is none yet.
"""

import hmac
import secrets

from fastapi import Request

from seawall.vocabulary.errors import SeawallError
from seawall.web.house import House
from seawall.web.signed import Signed, house_of

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
        return _token(house, signed.session.id)
    before = request.cookies.get(BEFORE) or getattr(request.state, "before", None) or secrets.token_urlsafe(24)
    request.state.before = before
    return _token(house, before)


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
    belongs = signed.session.id if signed is not None else request.cookies.get(BEFORE)
    given = request.headers.get(HEADER) or await _field(request)
    if not belongs or not given or not hmac.compare_digest(given.encode(), _token(house, belongs).encode()):
        raise ForeignRequest


async def _field(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/")):
        return ""
    found = (await request.form()).get(FIELD)
    return found if isinstance(found, str) else ""


def _token(house: House, belongs: str) -> str:
    return house.edges.keyed("csrf", belongs).hex()
