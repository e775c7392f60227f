"""`seawall tokens`: make, list and end tokens of service accounts."""

from datetime import timedelta
from typing import Any

import click
import msgspec

from seawall.access.people import people
from seawall.access.people import tokens as rooms
from seawall.access.people.tokens import LONGEST, USUAL, Token
from seawall.app.commands.declared import offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.app.remote import Remote, path
from seawall.store import Transaction


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new token; its secret is shown this once."""

    token: Token
    secret: str


@click.group()
def tokens() -> None:
    """Tokens of service accounts: make, list, end."""


@tokens.command()
@offered("person.add")
@click.argument("service")
@click.argument("name")
@click.option(
    "--owner",
    default=None,
    help="Who answers for it; whoever is signed in, or on the host whose account it is.",
)
@click.option(
    "--days", type=click.IntRange(1, LONGEST.days), default=USUAL.days, show_default=True, help="How long it works."
)
@BY
@JSON
def create(service: str, name: str, owner: str | None, days: int, by: str, as_json: bool) -> None:
    """Make a token NAME of SERVICE (the account's id). Its secret is shown once."""
    here = instance()

    def api(there: Remote) -> Any:
        given = {"person": service, "name": name, "owner": owner or "", "days": days}
        made = there.call("POST", path("tokens"), given)
        return {"token": made, "secret": made["secret"]}

    def host(tx: Transaction) -> Made:
        known = people.find(tx, service)
        answers, good_for = people.find(tx, owner or known.human), timedelta(days=days)
        made, secret = rooms.make(tx, here.edges(), known, name, owner=answers, by=by, good_for=good_for)
        return Made(token=made, secret=secret)

    made = reach(Made, api=api, host=host)
    until = f"It works until {made.token.ends_at:%d %B %Y} and is not shown again."
    say(made, as_json, made.token.id, made.secret, until)


@tokens.command("list")
@offered("person.read", reads=True)
@click.option("--of", "person", default=None, help="Only those of this account.")
@paged
@JSON
def list_(person: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """List tokens: id, name, account, owner, until when."""
    found = reach_page(
        Token,
        api=lambda there: there.pages(path("tokens"), "tokens", after=after, limit=limit, person=person),
        host=lambda tx: rooms.every(tx, person),
        name=lambda token: token.id,
        after=after,
        limit=limit,
    )
    nothing = "There is no token yet. Make one: seawall tokens create SERVICE NAME"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda token: token.id)


@tokens.command()
@offered("person.change")
@click.argument("token")
@BY
@JSON
def end(token: str, by: str, as_json: bool) -> None:
    """End TOKEN (its id) now."""
    here = instance()
    reach(
        Token,
        api=lambda there: there.call("DELETE", path("tokens", token)),
        host=lambda tx: rooms.end(tx, here.edges(), token, by=by),
    )
    say({"ended": token}, as_json, f"{token} is ended.")


def _line(token: Token) -> str:
    state = f"ended {token.ended_at:%d %B %Y}" if token.ended_at else f"until {token.ends_at:%d %B %Y}"
    return f"{token.id}  {token.name}  {token.person}  for {token.owner}  {state}"
