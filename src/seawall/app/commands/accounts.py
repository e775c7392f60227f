"""`seawall accounts`: who is in which standing and why, and what a person can do about it."""

from datetime import timedelta
from typing import Any

import click
import msgspec

from seawall import enforce
from seawall.access.keys import project_of
from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, Command, instance, paged, say, say_page
from seawall.app.remote import path, query
from seawall.enforce import Account, Entry, Label, Whole
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId
from seawall.vocabulary.standing import Standing, State, limits_of


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account is now; `of` is what was acted on."""

    of: str
    standing: Standing


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Labels that were taken off."""

    ended: tuple[str, ...]


def _because(command: Command) -> Command:
    return click.option("--reason-code", required=True, help="A code such as appeal_upheld.")(BY(JSON(command)))


_days = click.option("--days", type=click.FloatRange(min=0, min_open=True, max=36_500), help="For how long.")


def _words(standing: Standing) -> str:
    rate = f", {standing.per_minute} requests a minute" if standing.per_minute else ""
    rate += f", without {', '.join(standing.limits)}" if standing.limits else ""
    until = f", until {standing.until:%Y-%m-%d %H:%M} UTC" if standing.until else ""
    return f"{standing.state.value}{rate}{until}"


def _say(found: Stands, as_json: bool) -> None:
    say(found, as_json, f"{found.of}: {_words(found.standing)}.")


@click.group()
def accounts() -> None:
    """Accounts: list, show, history; warn, restrict, suspend, ban, reinstate, label; reverse a decision."""


@accounts.command("list")
@offered("account.read", reads=True)
@paged
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state now.")
@click.option("--key", default="", help="Only those of this key.")
@click.option("--project", default="", help="Only those of the project with this id.")
@click.option("--label", default="", help="Only those with this label now.")
@JSON
def list_(after: str | None, limit: int, state: str | None, key: str, project: str, label: str, as_json: bool) -> None:
    """List accounts that something was held against: account, project, whose it is, standing."""
    here, asked = instance(), {"key": key, "project": project, "label": label}

    def host(tx: Transaction) -> list[Account]:
        wanted = State(state) if state else None
        return enforce.accounts(tx, AccountId(after or ""), limit, now=here.clock(), state=wanted, **asked)

    found = reach(
        list[Account],
        api=lambda there: there.pages(path("accounts"), "accounts", after=after, limit=limit, state=state, **asked),
        host=host,
    )
    say_page(found, as_json, _account, nothing="No such account.", limit=limit, name=lambda account: account.id)


def _account(account: Account) -> str:
    kind = "end user" if account.has_end_user else "whole key"
    return f"{account.id}  {account.project}  {kind}  {_words(account.standing)}"


def _paged(command: Command) -> Command:
    skip = click.option("--skip", type=click.IntRange(0), default=0, show_default=True, help="Go on after so many.")
    limit = click.option(
        "--limit", type=click.IntRange(1, 500), default=500, show_default=True, help="At most so many."
    )
    return skip(limit(JSON(command)))


def _whole(account: str, skip: int, limit: int) -> Whole:
    now = instance().clock
    where = f"{path('accounts', account)}?{query({'skip': skip, 'limit': limit})}"
    return reach(
        Whole,
        api=lambda there: there.call("GET", where),
        host=lambda tx: enforce.whole(tx, AccountId(account), now=now(), skip=skip, limit=limit),
    )


@accounts.command()
@offered("account.read", reads=True)
@click.argument("account")
@_paged
def show(account: str, skip: int, limit: int, as_json: bool) -> None:
    """Show where ACCOUNT stands, its labels, what it shares with others, and its history, oldest first."""
    found = _whole(account, skip, limit)
    told = [f"{account}: {_words(found.standing)}.", *_about(found), *map(_line, found.history)]
    say(found, as_json, *told, *_rest(found, skip + limit))


@accounts.command()
@offered("account.read", reads=True)
@click.argument("account")
@_paged
def history(account: str, skip: int, limit: int, as_json: bool) -> None:
    """Show the history of ACCOUNT alone, oldest first."""
    found = _whole(account, skip, limit)
    say(
        {"history": found.history, "more": found.more}, as_json, *map(_line, found.history), *_rest(found, skip + limit)
    )


def _rest(found: Whole, following: int) -> list[str]:
    return [f"… {found.more} more: --skip {following}"] if found.more else []


def _about(found: Whole) -> list[str]:
    until = {each.id: f" until {each.expires_at:%Y-%m-%d %H:%M}" for each in found.labels if each.expires_at}
    whose = {each.id: each.by or f"decision {each.decision}" for each in found.labels}
    told = [
        f"  label {each.name} ({each.reason_code}){until.get(each.id, '')}, by {whose[each.id]}"
        for each in found.labels
    ]
    told += [
        f"  shares {' and '.join(each.shares)} with {each.account}, {each.state.value}" for each in found.shared.linked
    ]
    told += [f"  case {each}" for each in found.cases]
    return [f"  of key {found.key}, which has {found.shared.of_key} known accounts", *told]


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
    elif entry.what == "waits":
        until = f" until {entry.until:%Y-%m-%d %H:%M}" if entry.until else ""
        told = f"{entry.to_state}{until}, behind something graver, {entry.cause}"
    elif entry.what in ("label", "label_ended"):
        until = f" until {entry.expires_at:%Y-%m-%d %H:%M}" if entry.expires_at else ""
        told = f"{entry.label}{until}{by or f' by decision {entry.decision}'}"
    elif entry.what == "rule":
        told = f"{entry.rule} {'would have acted' if entry.cause == 'would_have' else f'failed: {entry.error}'}"
    else:
        told = f"{entry.decision or entry.measure}{by}"
    undone = "  (reversed)" if entry.reversed_at else ""
    return f"  {entry.at:%Y-%m-%d %H:%M}  {entry.what:<8}  {told}{undone}"


@accounts.command()
@offered("account.change_standing")
@click.argument("key")
@click.option("--end-user", default=None, help="As the requests name them; left out, the account of the key itself.")
@JSON
def meet(key: str, end_user: str | None, as_json: bool) -> None:
    """Make the account of KEY (its id) and an end user known, so that something can be done about it; show its id."""
    here = instance()

    def host(tx: Transaction) -> Stands:
        project, account = project_of(tx, key), here.account(key, end_user)
        enforce.meet(tx, account, key=KeyId(key), project=project, has_end_user=bool(end_user), clock=here.clock)
        return Stands(of=account, standing=enforce.standing(tx, account, now=here.clock()))

    given = {"key": key, "end_user": end_user}
    _say(reach(Stands, api=lambda there: there.call("POST", path("accounts", "meet"), given), host=host), as_json)


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@_days
@_because
def warn(account: str, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Warn ACCOUNT, which goes on being served."""
    _act("warn", account, by, reason_code, as_json, days=days)


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@click.option("--per-minute", type=click.IntRange(min=1), help="Requests that still pass.")
@click.option("--no-tools", is_flag=True, help="Refuse requests with tools.")
@click.option("--no-media", is_flag=True, help="Refuse requests with images, recordings or binary documents.")
@click.option("--no-model", "models", multiple=True, help="Refuse this model; may be given again.")
@_days
@_because
def restrict(
    account: str,
    per_minute: int | None,
    no_tools: bool,
    no_media: bool,
    models: tuple[str, ...],
    days: float | None,
    by: str,
    reason_code: str,
    as_json: bool,
) -> None:
    """Limit ACCOUNT to a rate, or hold tools, media or models back from it.

    The account of a whole key is its id followed by `:all`: what holds for it holds for everybody behind the key.
    """
    limits = limits_of(tools=not no_tools, media=not no_media, without_models=models)
    asked = {"per_minute": per_minute, "tools": not no_tools, "media": not no_media, "without_models": models}
    ours = {"per_minute": per_minute, "limits": limits}
    _act("restrict", account, by, reason_code, as_json, asked=asked, days=days, **ours)


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@click.argument("name")
@_days
@_because
def label(account: str, name: str, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Give ACCOUNT the label NAME."""
    here = instance()

    def host(tx: Transaction) -> Label:
        until = None if days is None else here.clock() + timedelta(days=days)
        ours = {"by": by, "reason_code": reason_code, "record": here.record, "clock": here.clock}
        return enforce.label(tx, AccountId(account), name, until=until, **ours)

    given = {"name": name, "days": days, "reason_code": reason_code}
    found = reach(Label, api=lambda there: there.call("POST", path("accounts", account, "labels"), given), host=host)
    say(found, as_json, f"{account}: {name}.")


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@click.argument("name")
@_because
def unlabel(account: str, name: str, by: str, reason_code: str, as_json: bool) -> None:
    """Take the label NAME off ACCOUNT."""
    here, where = instance(), path("accounts", account, "labels", name, "end")

    def host(tx: Transaction) -> Ended:
        ours = {"by": by, "reason_code": reason_code, "record": here.record, "clock": here.clock}
        return Ended(ended=tuple(each.id for each in enforce.end_label(tx, AccountId(account), name, **ours)))

    found = reach(Ended, api=lambda there: there.call("POST", where, {"reason_code": reason_code}), host=host)
    say(found, as_json, f"{account}: without {name}.")


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@_days
@_because
def suspend(account: str, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Refuse everything of ACCOUNT."""
    _act("suspend", account, by, reason_code, as_json, days=days)


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@_days
@_because
def ban(account: str, days: float | None, by: str, reason_code: str, as_json: bool) -> None:
    """Refuse everything of ACCOUNT for good."""
    _act("ban", account, by, reason_code, as_json, days=days)


@accounts.command()
@offered("account.change_standing")
@click.argument("account")
@_because
def reinstate(account: str, by: str, reason_code: str, as_json: bool) -> None:
    """Lift everything that holds against ACCOUNT; its strikes stop counting."""
    _act("reinstate", account, by, reason_code, as_json)


@accounts.command()
@offered("account.change_standing")
@click.argument("decision")
@_because
def reverse(decision: str, by: str, reason_code: str, as_json: bool) -> None:
    """Undo everything that followed from DECISION."""
    here, where = instance(), path("accounts", "decisions", decision, "reverse")
    ours = {"by": by, "reason_code": reason_code, "record": here.record, "clock": here.clock}
    found = reach(
        Stands,
        api=lambda there: there.call("POST", where, {"reason_code": reason_code}),
        host=lambda tx: Stands(of=decision, standing=enforce.reverse(tx, DecisionId(decision), **ours)),
    )
    _say(found, as_json)


def _act(
    name: str,
    account: str,
    by: str,
    reason_code: str,
    as_json: bool,
    *,
    asked: dict[str, Any] | None = None,
    **given: Any,
) -> None:
    """Do what a person decided; both ways take the same of it but for how long, which the host counts from now."""
    here, act = instance(), getattr(enforce, name)

    def host(tx: Transaction) -> Stands:
        more = {field: value for field, value in given.items() if field != "days"}
        if "days" in given:
            more["until"] = None if given["days"] is None else here.clock() + timedelta(days=given["days"])
        ours = {"by": by, "reason_code": reason_code, "record": here.record, "clock": here.clock}
        return Stands(of=account, standing=act(tx, AccountId(account), **ours, **more))

    told = {"reason_code": reason_code} | ({"days": given.get("days")} | asked if asked else given)
    _say(reach(Stands, api=lambda there: there.call("POST", path("accounts", account, name), told), host=host), as_json)
