"""One token of a service account: whose it is, who answers for it; end it."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people
from seawall.vocabulary.errors import NotFound
from seawall.web.api import tokens as api
from seawall.web.console.naming import names_of
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.console.tokens import STEPS, state_of, where
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/tokens/{token}", tags=["console"])


class TokenOver(NotFound):
    """The token has ended."""

    code = "web.token_over"

    def __init__(self, token: str) -> None:
        super().__init__(f"The token {token} has ended.", hint="There is nothing left to end.")


@routes.get("", needs=may("person.read"))
def show(token: str, request: Request) -> Response:
    """Show a token, one that ended too; never its secret."""
    known, house = api.show(token, request), house_of(request)
    with house.database.begin() as tx:
        active = {who: people.find(tx, who).active for who in (known.person, known.owner)}
    return page(
        request,
        "token.html",
        steps=STEPS,
        known=known,
        state=state_of(known, active, house.edges.clock()),
        names=names_of(request, {known.person, known.owner, known.made_by}),
        path=where(known.id),
    )


@routes.get("/end", needs=may("person.change"))
def ask_end(token: str, request: Request) -> Response:
    """Say what ending a token does."""
    known = api.show(token, request)
    if known.ended_at is not None:
        raise TokenOver(known.id)
    names = names_of(request, {known.person})
    return confirmation(
        request,
        title=f"End the token {known.name}",
        steps=(*STEPS, (known.name, where(known.id))),
        will=(
            f"Whatever calls the API with it as {names.get(known.person, known.person)} is refused from the next "
            "request on.",
            "It cannot be undone; a new token can be made.",
        ),
        submit="End the token",
    )


@routes.post("/end", needs=may("person.change"))
def end(token: str, request: Request, signed: Caller) -> Response:
    """End a token now."""
    api.end(token, request, signed)
    return sent_to(where(token), "token_ended")
