"""`seawall testers`: engagements of outside testers, their people, their keys, the statement of a test."""

from datetime import UTC, datetime
from typing import Any

import click

from seawall.access import testers as rooms
from seawall.access.testers import Check, Plan, TesterKey
from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.commands.tester_shapes import Made, Shown, Stated, Validated, Whole, seen, validated, whole
from seawall.app.remote import Remote, path
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
@offered("tester.begin")
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
    """Begin an engagement of ORGANISATION."""
    here = instance()
    given = Plan(organisation=organisation, begins=begins or here.clock(), **plan)
    shown = reach(
        Shown,
        api=lambda there: there.call("POST", path("testers"), given),
        host=lambda tx: seen(tx, rooms.make(tx, here.edges(), given, by=by)),
    )
    say(shown, as_json, shown.id, f"Next: seawall testers validate {shown.id} PERSON --checked identity_document")


@testers.command("list")
@offered("tester.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List engagements, newest first: id, organisation, state, until when, safeguards."""

    def host(tx: Transaction) -> list[Shown]:
        return [seen(tx, each) for each in page(rooms.every(tx), lambda each: each.id, after, limit)]

    found = reach(
        list[Shown], api=lambda there: there.pages(path("testers"), "engagements", after=after, limit=limit), host=host
    )
    nothing = "Nobody outside tests anything."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@testers.command()
@offered("tester.read", reads=True)
@click.argument("engagement")
@JSON
def show(engagement: str, as_json: bool) -> None:
    """Show ENGAGEMENT: conditions, budget and use, testers, keys."""
    found = reach(
        Whole,
        api=lambda there: there.call("GET", path("testers", engagement)),
        host=lambda tx: whole(tx, rooms.find(tx, engagement)),
    )
    told = [
        f"  models {', '.join(found.models)}; from {', '.join(found.addresses)}",
        f"  {_used(found.requests, found.request_budget)} requests, {_used(found.tokens, found.token_budget)} tokens",
    ]
    say(found, as_json, _line(found), *told, *map(_tester, found.testers), *map(_key, found.keys))


@testers.command()
@offered("tester.manage")
@click.argument("engagement")
@click.argument("person")
@click.option("--checked", type=click.Choice([each.value for each in Check]), required=True, help="What was looked at.")
@BY
@JSON
def validate(engagement: str, person: str, checked: str, by: str, as_json: bool) -> None:
    """Let PERSON (their id) into ENGAGEMENT, having looked at who they are."""
    here = instance()

    def api(there: Remote) -> Any:
        whole = there.call("POST", path("testers", engagement, "testers"), {"person": person, "checked": checked})
        return next(each for each in reversed(whole["testers"]) if each["person"] == person)

    def host(tx: Transaction) -> Validated:
        return validated(rooms.validate(tx, here.edges(), engagement, person, checked=Check(checked), by=by))

    made = reach(Validated, api=api, host=host)
    say(made, as_json, _tester(made), f"Next: seawall testers key {engagement} {person} NAME")


@testers.command()
@offered("tester.manage")
@click.argument("engagement")
@click.argument("person")
@BY
@JSON
def remove(engagement: str, person: str, by: str, as_json: bool) -> None:
    """Take PERSON (their id) out of ENGAGEMENT; their keys end."""
    here = instance()

    def host(tx: Transaction) -> Whole:
        rooms.remove(tx, here.edges(), engagement, person, by=by)
        return whole(tx, rooms.find(tx, engagement))

    left = reach(
        Whole, api=lambda there: there.call("DELETE", path("testers", engagement, "testers", person)), host=host
    )
    gone = sum(each.person == person and each.revoked for each in left.keys)
    say({"removed": person, "keys": gone}, as_json, f"{person} is taken out; none of their {gone} keys works.")


@testers.command()
@offered("tester.manage")
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

    def host(tx: Transaction) -> Made:
        made, secret = rooms.make_key(tx, here.edges(), engagement, person, name, by=by, **budgets)
        return Made(key=made, secret=secret)

    given = {"person": person, "name": name} | budgets
    made = reach(Made, api=lambda there: there.call("POST", path("testers", engagement, "keys"), given), host=host)
    say(made, as_json, made.key, made.secret, "It is not shown again.")


@testers.command()
@offered("tester.manage")
@click.argument("engagement")
@BY
@JSON
def restore(engagement: str, by: str, as_json: bool) -> None:
    """Put the safeguards of ENGAGEMENT back. To lift them takes the approval of two others."""
    here = instance()
    shown = reach(
        Shown,
        api=lambda there: there.call("POST", path("testers", engagement, "safeguards")),
        host=lambda tx: seen(tx, rooms.restore_safeguards(tx, here.edges(), engagement, by=by)),
    )
    say(shown, as_json, _line(shown))


@testers.command()
@offered("tester.manage")
@click.argument("engagement")
@BY
@JSON
def end(engagement: str, by: str, as_json: bool) -> None:
    """End ENGAGEMENT and its keys now, in every gateway process."""
    here = instance()
    shown = reach(
        Shown,
        api=lambda there: there.call("POST", path("testers", engagement, "end")),
        host=lambda tx: seen(tx, rooms.end(tx, here.edges(), engagement, by=by)),
    )
    say(shown, as_json, _line(shown))


@testers.command()
@offered("tester.manage")
@click.argument("engagement")
@BY
@JSON
def statement(engagement: str, by: str, as_json: bool) -> None:
    """State under which conditions the test of ENGAGEMENT ran so far, as a record of the ledger."""
    here = instance()

    def host(tx: Transaction) -> Stated:
        record, conditions = rooms.issue(tx, here.edges(), engagement, tested, by=by)
        return Stated(record=record, conditions=conditions)

    made = reach(Stated, api=lambda there: there.call("POST", path("testers", engagement, "statement")), host=host)
    counts = made.conditions.counts
    told = f"{counts.exchanges} exchanges, {counts.without_safeguards} of them without safeguards, none kept"
    say(
        made,
        as_json,
        made.record,
        told if not counts.kept_contents else f"{counts.exchanges} exchanges, {counts.kept_contents} of them KEPT",
        f"Once it is published, its proof is the signed statement: seawall ledger prove {made.record}",
    )


def _line(shown: Shown) -> str:
    lifted = "" if shown.safeguards else "  WITHOUT SAFEGUARDS"
    return f"{shown.id}  {shown.organisation}  {shown.state}  until {shown.ends:%Y-%m-%d %H:%M} UTC{lifted}"


def _used(used: int, budget: int | None) -> str:
    return str(used) if budget is None else f"{used} of {budget}"


def _tester(tester: Validated) -> str:
    state = "removed" if tester.removed_at else "" if tester.has_factor else "has no second factor yet"
    return f"  {tester.person}  {tester.checked}, looked at by {tester.validated_by}  {state}".rstrip()


def _key(each: TesterKey) -> str:
    state = "revoked" if each.revoked else "works"
    return f"  {each.key}  of {each.person}  {_used(each.requests, each.request_budget)} requests  {state}"
