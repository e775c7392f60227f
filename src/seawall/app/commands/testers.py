"""`seawall testers`: engagements of outside testers, their people, their keys, the statement of a test."""

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from seawall.access import testers as rooms
from seawall.access.testers import Check, Engagement, Plan, Tester, TesterKey
from seawall.app.commands.declared import needs
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.gateway.testing import tested
from seawall.store import Transaction


class _Moment(click.ParamType[datetime]):
    """A moment such as 2026-02-01 or 2026-02-01T09:00+00:00; without a zone it is UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment."""
        if isinstance(value, datetime):
            return value
        try:
            given = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment such as 2026-02-01T09:00.", param, ctx)
        return given if given.tzinfo is not None else given.replace(tzinfo=UTC)


_REQUESTS = click.option("--requests", "request_budget", type=click.IntRange(min=1), help="At most so many requests.")
_TOKENS = click.option("--tokens", "token_budget", type=click.IntRange(min=1), help="At most so many tokens.")


@click.group()
def testers() -> None:
    """Outside testers: engagements, who is let in, their keys, what a test ran under."""


@testers.command()
@needs("tester.manage")
@click.argument("organisation")
@click.option("--purpose", required=True, help="What is tested and why; kept in the vault.")
@click.option("--project", required=True, help="The project whose models are tested.")
@click.option("--owner", required=True, help="Who answers for it: the id of a person here.")
@click.option("--begins", type=_Moment(), default=None, help="From when on keys work, in UTC; now by default.")
@click.option("--ends", type=_Moment(), required=True, help="From when on they do not, in UTC.")
@click.option("--model", "models", multiple=True, required=True, help="A model that may be reached; may be repeated.")
@click.option("--address", "addresses", multiple=True, required=True, help="A network, such as 192.0.2.0/24; repeat.")
@_REQUESTS
@_TOKENS
@BY
@JSON
def add(organisation: str, begins: datetime | None, by: str, as_json: bool, **plan: Any) -> None:
    """Set up an engagement of ORGANISATION."""
    here = instance()
    given = Plan(organisation=organisation, begins=begins or here.clock(), **plan)
    with here.database().begin() as tx:
        made = rooms.make(tx, here.edges(), given, by=by)
        shown = _shown(tx, made)
    say(shown, as_json, made.id, f"Next: seawall testers validate {made.id} PERSON --checked identity_document")


@testers.command("list")
@needs("tester.read")
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List engagements, newest first: id, organisation, state, until when, safeguards."""
    with instance().database().begin() as tx:
        found = [_shown(tx, each) for each in page(rooms.every(tx), lambda each: each.id, after, limit)]
    nothing = "Nobody outside tests anything."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: str(each["id"]))


@testers.command()
@needs("tester.read")
@click.argument("engagement")
@JSON
def show(engagement: str, as_json: bool) -> None:
    """Show ENGAGEMENT: conditions, budget and use, testers, keys."""
    here = instance()
    with here.database().begin() as tx:
        found = rooms.find(tx, engagement)
        people, keys = rooms.testers_of(tx, found.id), rooms.keys_of(tx, found.id)
        shown = _shown(tx, found) | {"purpose": rooms.purpose_of(tx, here.edges(), found)}
    whole = shown | {"testers": msgspec.to_builtins(people), "keys": msgspec.to_builtins(keys)}
    told = [
        f"  models {', '.join(found.models)}; from {', '.join(found.addresses)}",
        f"  {_used(shown['requests'], found.request_budget)} requests, "
        f"{_used(shown['tokens'], found.token_budget)} tokens",
    ]
    say(whole, as_json, _line(shown), *told, *map(_tester, people), *map(_key, keys))


@testers.command()
@needs("tester.manage")
@click.argument("engagement")
@click.argument("person")
@click.option("--checked", type=click.Choice([each.value for each in Check]), required=True, help="What was looked at.")
@BY
@JSON
def validate(engagement: str, person: str, checked: str, by: str, as_json: bool) -> None:
    """Let PERSON (their id) into ENGAGEMENT, having looked at who they are."""
    here = instance()
    with here.database().begin() as tx:
        made = rooms.validate(tx, here.edges(), engagement, person, checked=Check(checked), by=by)
    say(made, as_json, _tester(made), f"Next: seawall testers key {engagement} {person} NAME")


@testers.command()
@needs("tester.manage")
@click.argument("engagement")
@click.argument("person")
@BY
@JSON
def remove(engagement: str, person: str, by: str, as_json: bool) -> None:
    """Take PERSON (their id) out of ENGAGEMENT; their keys end."""
    here = instance()
    with here.database().begin() as tx:
        gone = rooms.remove(tx, here.edges(), engagement, person, by=by)
    say({"removed": person, "keys": gone}, as_json, f"{person} is taken out; {gone} keys ended.")


@testers.command()
@needs("tester.manage")
@click.argument("engagement")
@click.argument("person")
@click.argument("name")
@_REQUESTS
@_TOKENS
@BY
@JSON
def key(engagement: str, person: str, name: str, by: str, as_json: bool, **budgets: int | None) -> None:
    """Make a key NAME of tester PERSON (their id) in ENGAGEMENT. Its secret is shown once; nothing sent is kept."""
    here = instance()
    with here.database().begin() as tx:
        made, secret = rooms.make_key(tx, here.edges(), engagement, person, name, by=by, **budgets)
    say({"key": made, "secret": secret}, as_json, made, secret, "It is not shown again.")


@testers.command()
@needs("tester.manage")
@click.argument("engagement")
@BY
@JSON
def restore(engagement: str, by: str, as_json: bool) -> None:
    """Put the safeguards of ENGAGEMENT back. To lift them takes the approval of two others."""
    here = instance()
    with here.database().begin() as tx:
        shown = _shown(tx, rooms.restore_safeguards(tx, here.edges(), engagement, by=by))
    say(shown, as_json, _line(shown))


@testers.command()
@needs("tester.manage")
@click.argument("engagement")
@BY
@JSON
def end(engagement: str, by: str, as_json: bool) -> None:
    """End ENGAGEMENT and its keys now, in every gateway process."""
    here = instance()
    with here.database().begin() as tx:
        shown = _shown(tx, rooms.end(tx, here.edges(), engagement, by=by))
    say(shown, as_json, _line(shown))


@testers.command()
@needs("tester.manage")
@click.argument("engagement")
@BY
@JSON
def statement(engagement: str, by: str, as_json: bool) -> None:
    """State under which conditions the test of ENGAGEMENT ran so far, as a record of the ledger."""
    here = instance()
    with here.database().begin() as tx:
        record, conditions = rooms.issue(tx, here.edges(), engagement, tested, by=by)
    counts = conditions.counts
    told = f"{counts.exchanges} exchanges, {counts.without_safeguards} of them without safeguards, none kept"
    say(
        {"record": record, "conditions": conditions},
        as_json,
        record,
        told if not counts.kept_contents else f"{counts.exchanges} exchanges, {counts.kept_contents} of them KEPT",
        f"Once it is published, its proof is the signed statement: seawall ledger prove {record}",
    )


def _shown(tx: Transaction, found: Engagement) -> dict[str, Any]:
    requests, tokens = rooms.used(tx, found.id)
    shown: dict[str, Any] = msgspec.to_builtins(found)
    return shown | {"state": found.state(instance().clock()).value, "requests": requests, "tokens": tokens}


def _line(shown: dict[str, Any]) -> str:
    lifted = "" if shown["safeguards"] else "  WITHOUT SAFEGUARDS"
    return f"{shown['id']}  {shown['organisation']}  {shown['state']}  until {shown['ends']}{lifted}"


def _used(used: int, budget: int | None) -> str:
    return str(used) if budget is None else f"{used} of {budget}"


def _tester(tester: Tester) -> str:
    state = "removed" if tester.removed_at else "" if tester.has_factor else "has no second factor yet"
    return f"  {tester.person}  {tester.checked.value}, looked at by {tester.validated_by}  {state}".rstrip()


def _key(each: TesterKey) -> str:
    state = "revoked" if each.revoked else "works"
    return f"  {each.key}  of {each.person}  {_used(each.requests, each.request_budget)} requests  {state}"
