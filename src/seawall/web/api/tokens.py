"""Tokens of service accounts: make, list, end. A secret is shown once."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.people import people, tokens
from seawall.access.people.tokens import LONGEST, USUAL, Token
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/tokens", tags=["tokens"])


class TokenWanted(BaseModel):
    """A token to be made; `owner` is the person who answers for it, whoever makes it where left out."""

    person: str = Field(max_length=100)
    name: str = Field(max_length=200)
    owner: str = Field(default="", max_length=100)
    days: int = Field(default=USUAL.days, ge=1, le=LONGEST.days)


class TokenShown(BaseModel):
    """A token without its secret."""

    id: str
    person: str
    name: str
    owner: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    used_at: datetime | None


class TokenMade(TokenShown):
    """A token with its secret, which nothing can show again."""

    secret: str


class TokensPage(BaseModel):
    """A page of tokens; `next` is the `after` of the page that follows."""

    tokens: list[TokenShown]
    next: str


@routes.get("", needs=may("person.read"))
def every(request: Request, person: str | None = None, after: str = "", limit: int = 100) -> TokensPage:
    """List tokens in the order in which they were made."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(tokens.every(tx, person), lambda token: str(token.id), after, limit)
    return TokensPage(tokens=[TokenShown(**shown(each)) for each in taken], next=following)


@routes.post("", needs=may("person.add"))
def make(given: TokenWanted, request: Request, signed: Caller) -> TokenMade:
    """Make a token of a service account."""
    house = house_of(request)
    with house.database.begin() as tx:
        service, owner = people.find(tx, given.person), people.find(tx, given.owner or signed.person.id)
        made, secret = tokens.make(
            tx,
            house.edges,
            service,
            given.name,
            owner=owner,
            by=signed.person.id,
            good_for=timedelta(days=given.days),
        )
    return TokenMade(**shown(made), secret=secret)


@routes.get("/{token}", needs=may("person.read"))
def show(token: str, request: Request) -> TokenShown:
    """Show a token, one that ended too."""
    with house_of(request).database.begin() as tx:
        return TokenShown(**shown(tokens.named(tx, token)))


@routes.delete("/{token}", needs=may("person.change"))
def end(token: str, request: Request, signed: Caller) -> TokenShown:
    """End a token now."""
    house = house_of(request)
    with house.database.begin() as tx:
        return TokenShown(**shown(tokens.end(tx, house.edges, token, by=signed.person.id)))


def shown(token: Token) -> dict[str, Any]:
    """Return a token as JSON shows it."""
    return {field: getattr(token, field) for field in TokenShown.model_fields}
