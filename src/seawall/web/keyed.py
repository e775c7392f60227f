"""Through which project's key a program comes: the same key as at the gateway, looked up anew for each request."""

from fastapi import Request

from seawall.access.keys import find_held
from seawall.access.model import KeyRefused
from seawall.cases.flags import From
from seawall.web.signed import house_of


def through_key(request: Request) -> From:
    """Return through which key a request comes; a wrong one counts against its address.

    Raises KeyRefused, TooManyAttempts.
    """
    house = house_of(request)
    scheme, _, stated = request.headers.get("authorization", "").partition(" ")
    bearer = stated.strip() if scheme.lower() == "bearer" else None
    try:
        with house.database.begin() as tx:
            held = find_held(tx, request.headers.get("x-api-key") or bearer)
    except KeyRefused:
        if house.pace is not None:
            house.pace.take(request.client.host if request.client is not None else "")
        raise
    return From(project=held.project, key=held.key, zero_retention=held.zero_retention)
