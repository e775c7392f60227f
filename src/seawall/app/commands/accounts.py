"""`seawall accounts`: who is in which standing and why, and what a person can do about it."""

import getpass
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click
import msgspec

from seawall import enforce
from seawall.enforce import Account, Entry
from seawall.vocabulary.ids import AccountId, DecisionId
from seawall.vocabulary.standing import Standing, State


def _instance() -> Any:
    return click.get_current_context().obj


def _person() -> str:
    return f"host:{getpass.getuser()}"


def _because(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)
    command = click.option("--by", default=_person, show_default="host:<user>", help="Who does this.")(command)
    return click.option("--reason-code", required=True, help="A code such as appeal_upheld.")(command)


_days = click.option("--days", type=click.FloatRange(min=0, min_open=True, max=36_500), help="For how long.")


def _words(standing: Standing) -> str:
    rate = f", {standing.per_minute} requests a minute" if standing.per_minute else ""
    until = f", until {standing.until:%Y-%m-%d %H:%M} UTC" if standing.until else ""
    return f"{standing.state.value}{rate}{until}"


def _say(about: str, standing: Standing, as_json: bool) -> None:
    shown = {"of": about, "standing": standing}
    click.echo(msgspec.json.encode(shown).decode() if as_json else f"{about}: {_words(standing)}.")


@click.group()
def accounts() -> None:
    """Standing of accounts: list, show, restrict, suspend, ban, reinstate, reverse a decision."""


@accounts.command("list")
@click.option("--after", default=None, help="Go on after this account.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(after: str | None, limit: int, state: str | None, as_json: bool) -> None:
    """List accounts that something was held against."""
    instance = _instance()
    with instance.database().begin() as tx:
        found = enforce.accounts(
            tx, AccountId(after) if after else None, limit, now=instance.clock(), state=State(state) if state else None
        )
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("No such account.")
    for account in () if as_json else found:
        click.echo(_account(account))


def _account(account: Account) -> str:
    kind = "end user" if account.has_end_user else "whole key"
    return f"{account.id}  {account.project}  {kind}  {_words(account.standing)}"


@accounts.command()
@click.argument("account")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def show(account: str, as_json: bool) -> None:
    """Show the history of ACCOUNT."""
    instance = _instance()
    with instance.database().begin() as tx:
        found = enforce.history(tx, AccountId(account))
        standing = enforce.standing(tx, AccountId(account), now=instance.clock())
    if as_json:
        click.echo(msgspec.json.encode({"account": account, "standing": standing, "history": found}).decode())
        return
    click.echo(f"{account}: {_words(standing)}.")
    for entry in found:
        click.echo(_line(entry))


def _line(entry: Entry) -> str:
    by = f" by {entry.by} ({entry.reason_code})" if entry.by else ""
    if entry.what == "decision":
        told = f"{entry.id}: {entry.measure}, because of {', '.join(entry.because) or 'no rule'}"
    elif entry.what == "strike":
        told = f"{entry.rule} ({entry.category}) weighs {entry.weight:g} until {entry.expires_at:%Y-%m-%d %H:%M}"
    elif entry.what == "standing":
        until = f" until {entry.until:%Y-%m-%d %H:%M}" if entry.until else ""
        at_weight = f" at weight {entry.at_weight:g}" if entry.at_weight is not None else ""
        told = f"{entry.from_state} to {entry.to_state}{until}, {entry.cause}{at_weight}{by}"
    else:
        told = f"{entry.decision or entry.measure}{by}"
    undone = "  (reversed)" if entry.reversed_at else ""
    return f"  {entry.at:%Y-%m-%d %H:%M}  {entry.what:<8}  {told}{undone}"


def _act(name: str, account: str, days: float | None, by: str, reason_code: str, as_json: bool, **more: Any) -> None:
    instance = _instance()
    until = None if days is None else instance.clock() + timedelta(days=days)
    act = getattr(enforce, name)
    with instance.database().begin() as tx:
        standing = act(
            tx, AccountId(account), by=by, reason_code=reason_code, until=until,
            record=instance.record, clock=instance.clock, **more,
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
    instance = _instance()
    with instance.database().begin() as tx:
        standing = enforce.reinstate(
            tx, AccountId(account), by=by, reason_code=reason_code, record=instance.record, clock=instance.clock
        )
    _say(account, standing, as_json)


@accounts.command()
@click.argument("decision")
@_because
def reverse(decision: str, by: str, reason_code: str, as_json: bool) -> None:
    """Undo everything that followed from DECISION."""
    instance = _instance()
    with instance.database().begin() as tx:
        standing = enforce.reverse(
            tx, DecisionId(decision), by=by, reason_code=reason_code, record=instance.record, clock=instance.clock
        )
    _say(decision, standing, as_json)
