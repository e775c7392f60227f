"""Routes that declare who may call them. One that declares nothing cannot be made.

routes = Routes("/api/people", tags=["people"])

@routes.get("/{person}", needs=may("person.read", of="person"))
def show(person: str, signed: Caller) -> ...
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from seawall.access.model import KeyRefused
from seawall.access.rights import Resource, asked
from seawall.access.rights.actions import BY_NAME
from seawall.access.rights.rights import NotPermitted
from seawall.cases.flags import From
from seawall.web import csrf
from seawall.web.keyed import through_key
from seawall.web.pace import Pace
from seawall.web.signed import Signed, house_of, signed_in

Handler = Callable[..., Any]


class Need:
    """Who may call a route: anyone, on the portal too, a program, a project's key, somebody signed in or allowed."""

    def __init__(self, who: str, action: str | None = None, of: str | None = None) -> None:
        if action is not None and action not in BY_NAME:
            raise ValueError(f"{action!r} is no action of seawall.access.rights.actions")
        self.who, self.action, self.of = who, action, of

    async def __call__(self, request: Request) -> None:
        """Refuse whoever may not. Raises SessionEnded, NotPermitted, ForeignRequest, TooManyAttempts."""
        request.state.signed = None
        if self.who in ("anyone", "program"):
            if request.method not in csrf.SAFE:
                paced(request)
            if self.who == "anyone":
                await csrf.check(request, None)
            return
        if self.who == "portal":
            paced(request, house_of(request).portal_pace)
            await csrf.check_unreferred(request)
            return
        if self.who == "key":
            request.state.through = await run_in_threadpool(through_key, request)
            return
        signed = await run_in_threadpool(signed_in, request)
        request.state.signed = signed
        await csrf.check(request, signed)
        if signed is not None and self.action is not None:
            await run_in_threadpool(self._permit, request, signed)

    def _permit(self, request: Request, signed: Signed) -> None:
        permitted(request, signed, self.action or "", str(request.path_params[self.of]) if self.of else "any")


def permitted(request: Request, signed: Signed, action: str, name: str = "any") -> None:
    """Hold somebody against an action, where what is asked for says which it is. Raises NotPermitted, PasskeyNeeded."""
    house, thing = house_of(request), Resource(kind=BY_NAME[action].kind, id=name)
    # Where others must agree, they are asked, or have been, by what the route does: here only the rest is held.
    circumstances = asked(signed.session.proofs, house.edges.clock(), approved=True)
    house.desk.rights.may(signed.principal, action, thing, circumstances).required()


def paced(request: Request, by: Pace | None = None) -> None:
    """Count what somebody unknown tries against their address; by the pace of sign-ins where no other is named.

    Raises TooManyAttempts.
    """
    pace = by or house_of(request).pace
    if pace is not None:
        pace.take(request.client.host if request.client is not None else "")


ANYONE = Need("anyone")
# Anyone, and no cookie is considered: no browser does this on its own, so no page of ours needs to have asked for it.
PROGRAM = Need("program")
# Anyone, on pages that tell no other site where they are; each look counts against the address.
PORTAL = Need("portal")
# A key of a project, as at the gateway. No cookie is considered.
PROJECT_KEY = Need("key")
SIGNED_IN = Need("signed_in")


def may(action: str, *, of: str | None = None) -> Need:
    """Return the need to be allowed an action; `of` names the path's part that says to what."""
    return Need("action", action, of)


def caller(request: Request) -> Signed:
    """Return who calls, on a route that needs somebody."""
    found = request.state.signed
    if not isinstance(found, Signed):
        raise NotPermitted("Nobody is signed in here.", hint="Sign in first.")
    return found


Caller = Annotated[Signed, Depends(caller)]


def through(request: Request) -> From:
    """Return through which key a request comes, on a route that needs one."""
    found = request.state.through
    if not isinstance(found, From):
        raise KeyRefused("No key was sent.", hint="Send it as `x-api-key`.")
    return found


Through = Annotated[From, Depends(through)]


async def _closed(request: Request) -> AsyncIterator[None]:
    """Let no file that was handed in lie about, whether the route was reached or not."""
    try:
        yield
    finally:
        await request.close()


class Routes:
    """Routes under one prefix."""

    def __init__(self, prefix: str, *, tags: list[str] | None = None) -> None:
        self.router = APIRouter(prefix=prefix, tags=list(tags or []))

    def get(self, path: str, *, needs: Need, **given: Any) -> Callable[[Handler], Handler]:
        """Declare a route that reads."""
        return self._declare("GET", path, needs, given)

    def post(self, path: str, *, needs: Need, **given: Any) -> Callable[[Handler], Handler]:
        """Declare a route that changes something."""
        return self._declare("POST", path, needs, given)

    def put(self, path: str, *, needs: Need, **given: Any) -> Callable[[Handler], Handler]:
        """Declare a route that replaces something."""
        return self._declare("PUT", path, needs, given)

    def patch(self, path: str, *, needs: Need, **given: Any) -> Callable[[Handler], Handler]:
        """Declare a route that changes parts of something."""
        return self._declare("PATCH", path, needs, given)

    def delete(self, path: str, *, needs: Need, **given: Any) -> Callable[[Handler], Handler]:
        """Declare a route that ends something."""
        return self._declare("DELETE", path, needs, given)

    def _declare(self, method: str, path: str, needs: Need, given: dict[str, Any]) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            self.router.add_api_route(
                path, handler, methods=[method], dependencies=[Depends(_closed), Depends(needs)], **given
            )
            return handler

        return declare
