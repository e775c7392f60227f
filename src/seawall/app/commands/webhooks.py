"""`seawall webhooks`: where events of projects go to, what was not taken, and having it sent again."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import path, query

if TYPE_CHECKING:
    # Only for the type checker: help need not load PostgreSQL.
    from seawall.store import Transaction


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint."""

    id: str
    project: str
    url: str
    private: bool
    kinds: tuple[str, ...]
    added_at: datetime
    secret: str = ""


class Lying(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as lists show it."""

    delivery: str
    kind: str
    about: str
    channel: str
    endpoint: str | None
    state: str
    attempts: int
    again_at: datetime | None
    error: str | None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was put into the outbox."""

    event: str
    delivery: str = ""


@click.group()
def webhooks() -> None:
    """Webhooks: tell other systems what happened, signed, at least once."""


@webhooks.command()
@offered("webhook.change")
@click.argument("project")
@click.argument("url")
@click.option("--kind", "kinds", multiple=True, help="Only events of this kind; repeatable. All without it.")
@click.option("--private", is_flag=True, help="The address is not on the public internet.")
@BY
@JSON
def add(project: str, url: str, kinds: tuple[str, ...], private: bool, by: str, as_json: bool) -> None:
    """Let events of PROJECT go to URL. The secret that signs them is shown this once."""

    def here(tx: "Transaction") -> Hook:
        from seawall.access import projects
        from seawall.outbox import endpoints
        from seawall.outbox.errors import KeepsNothing

        found = projects.find(tx, project)
        if found.zero_retention:
            raise KeepsNothing(found.name)
        made, secret = endpoints.add(
            tx, project=found.id, url=url, kinds=kinds, private=private, by=by, **_edges()
        )  # fmt: skip
        return _hook(made, secret=secret)

    given = {"project": project, "url": url, "kinds": list(kinds), "private": private}
    made = reach(Hook, api=lambda there: there.call("POST", path("webhooks"), given), host=here)
    say(made, as_json, f"{made.id} begins with the next event. Its secret, shown only now:", made.secret)


@webhooks.command("list")
@offered("webhook.read", reads=True)
@click.option("--dead", is_flag=True, help="Deliveries that are tried no more, instead of endpoints.")
@click.option("--waiting", is_flag=True, help="Deliveries that were not taken yet, instead of endpoints.")
@paged
@JSON
def list_(dead: bool, waiting: bool, after: str | None, limit: int, as_json: bool) -> None:
    """List endpoints; with an option deliveries, newest first."""
    if dead or waiting:
        state = "dead" if dead else "waiting"
        asked = query({"state": state})
        lying = reach(
            list[Lying],
            api=lambda there: there.call("GET", f"{path('webhooks', 'deliveries')}?{asked}")["deliveries"],
            host=lambda tx: _lying(tx, state),
        )
        found = page(lying, lambda each: each.delivery, after, limit)
        say_page(found, as_json, _line, nothing="There is none.", limit=limit, name=lambda each: each.delivery)
        return
    every = reach(list[Hook], api=lambda there: there.call("GET", path("webhooks")), host=_hooks)
    hooks = page(every, lambda each: each.id, after, limit)
    say_page(hooks, as_json, _told, nothing="Events go nowhere.", limit=limit, name=lambda each: each.id)


def _told(each: Hook) -> str:
    return f"{each.id}  {each.project}  {each.url}  {', '.join(each.kinds)}"


@webhooks.command()
@offered("webhook.change")
@click.argument("endpoint")
@BY
@JSON
def test(endpoint: str, by: str, as_json: bool) -> None:
    """Send ENDPOINT an event that tells of nothing."""

    def here(tx: "Transaction") -> Done:
        from seawall.outbox import replay

        here = instance()
        return Done(event=replay.test(tx, endpoint, by=by, record=here.record, clock=here.clock).id)

    done = reach(Done, api=lambda there: there.call("POST", path("webhooks", endpoint, "test")), host=here)
    say(done, as_json, f"{done.event} is on its way. `seawall webhooks list --waiting` shows it until it is taken.")


@webhooks.command()
@offered("webhook.change")
@click.argument("delivery")
@BY
@JSON
def replay(delivery: str, by: str, as_json: bool) -> None:
    """Have DELIVERY sent again, under its own id."""

    def here(tx: "Transaction") -> Done:
        from seawall.outbox import replay as again

        found = again.replay(tx, delivery, by=by, record=instance().record, clock=instance().clock)
        return Done(event=found.event, delivery=found.id)

    there_at = path("webhooks", "deliveries", delivery, "replay")
    done = reach(Done, api=lambda there: there.call("POST", there_at), host=here)
    say(done, as_json, f"{done.delivery} is tried again.")


@webhooks.command()
@offered("webhook.change")
@click.argument("endpoint")
@BY
@JSON
def rotate(endpoint: str, by: str, as_json: bool) -> None:
    """Make a new secret of ENDPOINT, shown this once; the one before signs beside it for a day."""

    def here(tx: "Transaction") -> Hook:
        from seawall.outbox import endpoints

        made, secret = endpoints.rotate(tx, endpoint, by=by, **_edges())
        return _hook(made, secret=secret)

    made = reach(Hook, api=lambda there: there.call("POST", path("webhooks", endpoint, "rotate")), host=here)
    say(made, as_json, f"{made.id} has a new secret, shown only now:", made.secret)


@webhooks.command()
@offered("webhook.change")
@click.argument("endpoint")
@BY
@JSON
def end(endpoint: str, by: str, as_json: bool) -> None:
    """Let nothing go to ENDPOINT any more; its secret is erased, and what waits for it is dead."""

    def here(tx: "Transaction") -> Hook:
        from seawall.outbox import endpoints

        return _hook(endpoints.end(tx, endpoint, by=by, **_edges()))

    gone = reach(Hook, api=lambda there: there.call("DELETE", path("webhooks", endpoint)), host=here)
    say(gone, as_json, f"{gone.id} is ended.")


def _edges() -> dict[str, Any]:
    here = instance()
    return {"vault": here.vault(), "record": here.record, "clock": here.clock}


def _hook(found: Any, secret: str = "") -> Hook:
    plain = set(Hook.__struct_fields__) - {"secret"}
    return Hook(secret=secret, **{name: getattr(found, name) for name in plain})


def _hooks(tx: "Transaction") -> list[Hook]:
    from seawall.outbox import endpoints

    return [_hook(each) for each in endpoints.every(tx)]


def _lying(tx: "Transaction", state: str) -> list[Lying]:
    from seawall.outbox.kinds import State
    from seawall.outbox.replay import lying

    found = lying(tx, state=State(state))
    return [Lying(**{name: getattr(each, name) for name in Lying.__struct_fields__}) for each in found]


def _line(each: Lying) -> str:
    again = f"  again {each.again_at:%d %b %H:%M}" if each.again_at else ""
    where = each.endpoint or each.channel
    return f"{each.delivery}  {each.kind}  {each.about}  {where}  {each.attempts} tried  {each.error or '–'}{again}"
