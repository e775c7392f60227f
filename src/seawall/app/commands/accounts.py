"""`seawall accounts`: who is in which standing and why, and what a person can do about it."""

from datetime import timedelta
from typing import Any

import click

from seawall import enforce
from seawall.access.keys import project_of
from seawall.app.commands.options import BY, JSON, Command, instance, paged, say, say_page
from seawall.enforce import Account, Entry
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId
from seawall.vocabulary.standing import Standing, State


def _because(command: Command) -> Command:
    return click.option("--reason-code", required=True, help="A code such as appeal_upheld.")(BY(JSON(command)))


_days = click.option("--days", type=click.FloatRange(min=0, min_open=True, max=36_500), help="For how long.")


def _words(standing: Standing) -> str:
    rate = f", {standing.per_minute} requests a minute" if standing.per_minute else ""
    until = f", until {standing.until:%Y-%m-%d %H:%M} UTC" if standing.until else ""
    return f"{standing.state.value}{rate}{until}"


def _say(about: str, standing: Standing, as_json: bool) -> None:
    say({"of": about, "standing": standing}, as_json, f"{about}: {_words(standing)}.")


@click.group()
def accounts() -> None:
    """Standing of accounts: list, show, restrict, suspend, ban, reinstate, reverse a decision."""


@accounts.command("list")
@paged
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state now.")
@JSON
def list_(after: str | None, limit: int, state: str | None, as_json: bool) -> None:
    """List accounts that something was held against: account, project, whose it is, standing."""
    here = instance()
    with here.database().begin() as tx:
        found = enforce.accounts(
            tx, AccountId(after) if after else None, limit, now=here.clock(), state=State(state) if state else None
        )
    say_page(found, as_json, _account, nothing="No such account.", limit=limit, name=lambda account: account.id)


def _account(account: Account) -> str:
    kind = "end user" if account.has_end_user else "whole key"
    return f"{account.id}  {account.project}  {kind}  {_words(account.standing)}"


@accounts.command()
@click.argument("account")
@click.option("--skip", type=click.IntRange(0), default=0, show_default=True, help="Go on after so many entries.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="At most so many.")
@JSON
def show(account: str, skip: int, limit: int, as_json: bool) -> None:
    """Show where ACCOUNT stands and its history, oldest first: decisions, strikes, changes, acts of people."""
    here = instance()
    with here.database().begin() as tx:
        whole = enforce.history(tx, AccountId(account))
        standing = enforce.standing(tx, AccountId(account), now=here.clock())
    found = whole[skip : skip + limit]
    more = len(whole) - skip - len(found)
    shown = {"account": account, "standing": standing, "history": found, "more": max(more, 0)}
    rest = [f"… {more} more: --skip {skip + limit}"] if more > 0 else []
    say(shown, as_json, f"{account}: {_words(standing)}.", *map(_line, found), *rest)


def _line(entry: Entry) -> str:
    by = f" by {entry.by} ({entry.reason_code})" if entry.by else ""
    if entry.what == "decision":
        told = f"{entry.id}: {entry.measure}, because of {', '.join(entry.because) or 'no rule'}"
    elif entry.what == "strike":
        told = f"{entry.rule} ({entry.category}) weighs {entry.weight:g} until {entry.expires_at:%Y-%m-%d %H:%M}"
    elif entry.what == "standing":
        until = f" until {entry.until:%Y-%m-%d %H:%M}" if entry.until else ""
        same = entry.from_state == entry.to_state
        changed = f"still {entry.to_state}" if same else f"{entry.from_state} to {entry.to_state}"
        at_weight = f" at weight {entry.at_weight:g}" if entry.at_weight is not None else ""
        told = f"{changed}{until}, {entry.cause}{at_weight}{by}"
    else:
        told = f"{entry.decision or entry.measure}{by}"
    undone = "  (reversed)" if entry.reversed_at else ""
    return f"  {entry.at:%Y-%m-%d %H:%M}  {entry.what:<8}  {told}{undone}"


@accounts.command()
@click.argument("key")
@click.option("--end-user", default=None, help="As the requests name them; left out, the account of the key itself.")
@JSON
def meet(key: str, end_user: str | None, as_json: bool) -> None:
    """Make the account of KEY (its id) and an end user known, so that something can be done about it; show its id."""
    here = instance()
    with here.database().begin() as tx:
        project = project_of(tx, key)
        account = enforce.account_id(here.account_secret(), KeyId(key), end_user)
        enforce.meet(tx, account, key=KeyId(key), project=project, has_end_user=bool(end_user), clock=here.clock)
        standing = enforce.standing(tx, account, now=here.clock())
    _say(account, standing, as_json)


def _act(name: str, account: str, days: float | None, by: str, reason_code: str, as_json: bool, **more: Any) -> None:
    here = instance()
    until = None if days is None else here.clock() + timedelta(days=days)
    act = getattr(enforce, name)
    with here.database().begin() as tx:
        standing = act(
            tx, AccountId(account), by=by, reason_code=reason_code, until=until,
            record=here.record, clock=here.clock, **more,
        )  # fmt: skip
    _say(account, standing, as_json)


@accounts.command()
@click.argument("account")
@click.option("--per-minute", type=click.IntRange(min=1), required=True, help="Requests that still pass.")
@_days
@_because
def restrict(account: str, per_minute: int, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Limit ACCOUNT to a rate."""
    _act("restrict", account, days, by, reason_code, as_json, per_minute=per_minute)


@accounts.command()
@click.argument("account")
@_days
@_because
def suspend(account: str, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Refuse everything of ACCOUNT."""
    _act("suspend", account, days, by, reason_code, as_json)


@accounts.command()
@click.argument("account")
@_days
@_because
def ban(account: str, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Refuse everything of ACCOUNT for good."""
    _act("ban", account, days, by, reason_code, as_json)


@accounts.command()
@click.argument("account")
@_because
def reinstate(account: str, by: str, reason_code: str, as_json: bool) -> None:
    """Lift everything that holds against ACCOUNT; its strikes stop counting."""
    here = instance()
    with here.database().begin() as tx:
        standing = enforce.reinstate(
            tx, AccountId(account), by=by, reason_code=reason_code, record=here.record, clock=here.clock
        )
    _say(account, standing, as_json)


@accounts.command()
@click.argument("decision")
@_because
def reverse(decision: str, by: str, reason_code: str, as_json: bool) -> None:
    """Undo everything that followed from DECISION."""
    here = instance()
    with here.database().begin() as tx:
        standing = enforce.reverse(
            tx, DecisionId(decision), by=by, reason_code=reason_code, record=here.record, clock=here.clock
        )
    _say(decision, standing, as_json)
