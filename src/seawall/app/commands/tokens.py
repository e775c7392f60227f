"""`seawall tokens`: make, list and end tokens of service accounts, on the host itself."""

from datetime import timedelta

import click

from seawall.access.people import people
from seawall.access.people import tokens as rooms
from seawall.access.people.tokens import LONGEST, USUAL, Token
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page


@click.group()
def tokens() -> None:
    """Tokens of service accounts: make, list, end."""


@tokens.command()
@needs("person.add")
@click.argument("service")
@click.argument("name")
@click.option("--owner", default=None, help="The person who answers for it; whoever is behind the account by default.")
@click.option(
    "--days", type=click.IntRange(1, LONGEST.days), default=USUAL.days, show_default=True, help="How long it works."
)
@BY
@JSON
def create(service: str, name: str, owner: str | None, days: int, by: str, as_json: bool) -> None:
    """Make a token NAME of SERVICE (the account's id). Its secret is shown once."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        known = people.find(tx, service)
        made, secret = rooms.make(
            tx,
            here.edges(),
            known,
            name,
            owner=people.find(tx, owner or known.human),
            by=by,
            good_for=timedelta(days=days),
        )
    until = f"It works until {made.ends_at:%d %B %Y} and is not shown again."
    say({"token": made, "secret": secret}, as_json, made.id, secret, until)


@tokens.command("list")
@needs("person.read")
@click.option("--of", "person", default=None, help="Only those of this account.")
@paged
@JSON
def list_(person: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """List tokens: id, name, account, owner, until when."""
    with instance().database().begin() as tx:
        found = page(rooms.every(tx, person), lambda token: token.id, after, limit)
    nothing = "There is no token yet. Make one: seawall tokens create SERVICE NAME"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda token: token.id)


@tokens.command()
@needs("person.change")
@click.argument("token")
@BY
@JSON
def end(token: str, by: str, as_json: bool) -> None:
    """End TOKEN (its id) now."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        rooms.end(tx, here.edges(), token, by=by)
    say({"ended": token}, as_json, f"{token} is ended.")


def _line(token: Token) -> str:
    state = f"ended {token.ended_at:%d %B %Y}" if token.ended_at else f"until {token.ends_at:%d %B %Y}"
    return f"{token.id}  {token.name}  {token.person}  for {token.owner}  {state}"
