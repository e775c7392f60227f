"""`seawall notices`: where notices are on their way, and which nobody took over. Their words are the person's."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import JSON, say
from seawall.app.remote import path, query

if TYPE_CHECKING:
    # Only for the type checker: help need not load PostgreSQL.
    from seawall.store import Transaction


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How a notice fares on one channel."""

    channel: str
    endpoint: str | None
    state: str
    attempts: int
    taken_at: datetime | None
    error: str | None


class OnItsWay(msgspec.Struct, frozen=True, kw_only=True):
    """A notice without its words."""

    id: str
    project: str
    account: str
    at: datetime
    given_at: datetime | None
    decision: str | None
    act: str | None
    receipts: tuple[Way, ...]


@click.group()
def notices() -> None:
    """Notices to people: what waits, what was taken over, what could not be delivered."""


@notices.command("list")
@offered("notice.read", reads=True)
@click.option("--undelivered", is_flag=True, help="Only those that nobody took over.")
@click.option("--after", default="", help="Go on after this one, the last of the page before.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@JSON
def list_(undelivered: bool, after: str, limit: int, as_json: bool) -> None:
    """List notices, newest first, with what webhook and e-mail made of each."""
    asked = query({"undelivered": str(undelivered).lower(), "after": after, "limit": limit})

    def here(tx: "Transaction") -> list[OnItsWay]:
        from seawall.cases.notices import underway

        return msgspec.convert(
            msgspec.to_builtins(underway(tx, undelivered=undelivered, after=after, limit=limit)), list[OnItsWay]
        )

    found: Sequence[OnItsWay] = reach(
        list[OnItsWay], api=lambda there: there.call("GET", f"{path('notices')}?{asked}")["notices"], host=here
    )
    more = [f"… there may be more: --after {found[-1].id}"] if len(found) == limit else []
    say(found, as_json, *(map(_line, found) if found else ["There is none."]), *more)


def _line(each: OnItsWay) -> str:
    ways = [f"{way.channel} {way.state}{f' ({way.error})' if way.error else ''}" for way in each.receipts]
    state = f"taken over {each.given_at:%d %b %H:%M}" if each.given_at else "waits for the product"
    return f"{each.id}  {each.account}  {each.at:%d %b %H:%M}  {'; '.join([state, *ways])}"
