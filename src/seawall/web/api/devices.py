"""Let programs in that have no browser, such as the command line (RFC 8628). Its two routes speak as that says."""

from datetime import datetime

from fastapi import Form, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from seawall.access.people import Session
from seawall.access.sign_in import devices
from seawall.access.sign_in.devices import GOOD_FOR, INTERVAL_S, Device, NotFromHere, Refusal
from seawall.web.routes import PROGRAM, SIGNED_IN, Caller, Routes
from seawall.web.signed import bound_to, house_of

routes = Routes("/api/device", tags=["device"])
PAGE = "/console/device"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_TOLD = {
    Refusal.PENDING: "Nobody has decided yet.",
    Refusal.SLOW_DOWN: "That was too soon after the time before.",
    Refusal.EXPIRED: "The code has run out, was used, or is not this program's.",
    Refusal.DENIED: "The person refused it.",
}


class CodeGiven(BaseModel):
    """The code that a program shows."""

    user_code: str = Field(max_length=40)


class Decision(CodeGiven):
    """Whether the program with that code may act as the person who says so."""

    approve: bool = True


class DeviceShown(BaseModel):
    """A program that wants to be let in, or its session proven: what it calls itself, since when, until when."""

    device: str
    program: str
    proves: bool
    asked_at: datetime
    ends_at: datetime


@routes.post("", needs=PROGRAM)
def ask(request: Request) -> dict[str, str | int]:
    """Give a program its codes."""
    return _codes(request)


@routes.post("/prove", needs=SIGNED_IN)
def ask_to_prove(request: Request, signed: Caller) -> dict[str, str | int]:
    """Give a program codes with which its person proves its session anew, by a passkey in a browser."""
    if signed.by_cookie or signed.token is not None:
        raise NotFromHere
    return _codes(request, signed.session)


def _codes(request: Request, session: Session | None = None) -> dict[str, str | int]:
    house = house_of(request)
    sender = request.client.host if request.client else ""
    with house.database.begin() as tx:
        codes = devices.ask(tx, house.edges, program=bound_to(request), asked_from=sender, session=session)
    where = f"{house.site.origins[0]}{PAGE}"
    return {
        "device_code": codes.device_code,
        "user_code": codes.user_code,
        "verification_uri": where,
        "verification_uri_complete": f"{where}?user_code={codes.user_code}",
        "expires_in": int(GOOD_FOR.total_seconds()),
        "interval": INTERVAL_S,
    }


@routes.post("/token", needs=PROGRAM)
def token(
    request: Request,
    grant_type: str = Form(default="", max_length=100),
    device_code: str = Form(default="", max_length=200),
) -> Response:
    """Give a program that was let in the token of its session, once."""
    if grant_type != GRANT:
        return _refused("unsupported_grant_type", f"The grant type is {GRANT}.")
    house = house_of(request)
    with house.database.begin() as tx:
        found = devices.poll(tx, house.edges, device_code, program=bound_to(request))
        left = (found[0].ends_at - house.edges.clock()) if isinstance(found, tuple) else GOOD_FOR
    if isinstance(found, Refusal):
        return _refused(found.value, _TOLD[found])
    session, secret = found
    told = {"access_token": secret, "token_type": "Bearer", "expires_in": int(left.total_seconds())}
    return JSONResponse(told | {"session": session.id, "person": session.person})


@routes.post("/waiting", needs=SIGNED_IN)
def waiting(given: CodeGiven, request: Request, signed: Caller) -> DeviceShown:
    """Show the program that waits with a code, before it is let in."""
    house = house_of(request)
    return _shown(devices.waiting(house.database, house.edges, given.user_code, signed.session))


@routes.post("/approve", needs=SIGNED_IN)
def approve(given: Decision, request: Request, signed: Caller) -> DeviceShown:
    """Let the program that waits with a code in as the person who is signed in, or refuse it."""
    house = house_of(request)
    return _shown(devices.decide(house.database, house.edges, given.user_code, signed.session, approved=given.approve))


def _shown(device: Device) -> DeviceShown:
    return DeviceShown(
        device=device.id,
        program=device.program,
        proves=device.proves,
        asked_at=device.asked_at,
        ends_at=device.ends_at,
    )


def _refused(error: str, told: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": told}, status_code=400)
