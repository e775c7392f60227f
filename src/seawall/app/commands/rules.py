"""`seawall rules`: rules about accounts; see what is wrong, try them on the past, watch them, let them act."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.declared import host_only, offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.app.remote import path, query
from seawall.enforce.rules import publishing
from seawall.enforce.rules.listing import Came, Firing, newest
from seawall.enforce.rules.previewing import Preview, does
from seawall.enforce.rules.previewing import preview as previewed
from seawall.enforce.rules.publishing import InForce, RulesVersion
from seawall.policy.accounts.documents import RuleDoc
from seawall.policy.accounts.reading import RuleSet, RulesInvalid, read
from seawall.policy.problems import Place, problem
from seawall.store import Transaction

_FILE = click.argument("file", type=click.Path(path_type=Path))
_DAYS = click.option("--days", type=click.FloatRange(0, 90), default=30.0, show_default=True, help="Of how many days.")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = f"The file cannot be read ({type(error).__name__})."
        raise RulesInvalid([problem(Place(file.name), why, "It must be UTF-8 text.")]) from None


def _read(file: Path) -> RuleSet:
    return read(_text(file), file.name)


@click.group()
def rules() -> None:
    """Rules about accounts: check, preview, publish to be watched, let act, show."""


@rules.command()
@host_only("it reads files here")
@_FILE
@JSON
def check(file: Path, as_json: bool) -> None:
    """Say everything that is wrong with the rules in FILE; ends with 1 if anything is. Needs no database."""
    try:
        found = _read(file)
    except RulesInvalid as error:
        say({"ok": False, "problems": error.problems}, as_json, error.message)
        raise click.exceptions.Exit(1) from None
    acting = sum(each.mode == "enforce" for each in found.document.rules)
    shown = {"ok": True, "problems": (), "digest": found.digest, "rules": len(found.rules), "enforced": acting}
    say(shown, as_json, f"{len(found.rules)} rules are in order, {acting} of them act by themselves. {found.digest}")


@rules.command()
@offered("policy.draft", reads=True)
@_FILE
@_DAYS
@click.option("--limit", type=click.IntRange(1, 10_000), default=10_000, show_default=True, help="At most so many.")
@JSON
def preview(file: Path, days: float, limit: int, as_json: bool) -> None:
    """Ask the rules in FILE about past decisions, and show which would have fired for how many accounts."""
    here, given = instance(), {"file": _text(file), "days": days, "limit": limit}
    drafted = _read(file)

    def host(tx: Transaction) -> Preview:
        return previewed(tx, drafted, since=here.clock() - timedelta(days=days), limit=limit)

    where = path("account-rules", "preview")
    found = reach(Preview, api=lambda there: there.call("POST", where, given), host=host)
    head = f"{found.tried} decisions since {found.since:%Y-%m-%d}{'' if found.whole else ', the newest of more'}."
    told = [
        line
        for each in found.rules
        for line in (
            f"  {each.rule} ({each.mode}; {each.does}): {each.fired} times, {each.accounts} accounts, "
            f"{each.failed} without an answer",
            *(f"    {account}" for account in each.listed),
        )
    ]
    say(found, as_json, head, *told)


@rules.command()
@offered("policy.draft")
@_FILE
@BY
@JSON
def publish(file: Path, by: str, as_json: bool) -> None:
    """Put the rules in FILE into force. Those that would begin to act by themselves take `seawall rules enforce`."""
    here, drafted, given = instance(), _read(file), {"file": _text(file)}

    def host(tx: Transaction) -> RulesVersion:
        return publishing.publish(tx, drafted, by=by, record=here.record, clock=here.clock)

    where = path("account-rules", "publish")
    found = reach(
        RulesVersion,
        api=lambda there: there.call("POST", where, given),
        host=host,
        changed=lambda done: done.changed,
    )
    _say_version(found, as_json)


@rules.command()
@offered("account_rules.enforce")
@_FILE
@BY
@JSON
def enforce(file: Path, by: str, as_json: bool) -> None:
    """Put the rules in FILE into force and let those with `mode: enforce` act, once others agreed."""
    here, drafted = instance(), _read(file)

    def host(tx: Transaction) -> dict[str, Any]:
        held = publishing.latest(tx)
        replaces = None if held is None else held.digest
        ours = {"by": by, "record": here.record, "clock": here.clock}
        made = publishing.publish(tx, drafted, agreed=True, replaces=replaces, **ours)
        return {"version": made.version, "digest": made.digest, "changed": made.changed}

    found = reach(
        dict[str, Any],
        api=lambda there: there.do("account_rules.enforce", file=_text(file)),
        host=host,
        changed=lambda done: bool(done["changed"]),
    )
    say(found, as_json, f"Version {found['version']} ({found['digest'][:12]}) is in force.")


@rules.command()
@offered("policy.read", reads=True)
@_DAYS
@JSON
def show(days: float, as_json: bool) -> None:
    """Show the rules in force, and what came of each."""
    since = instance().clock() - timedelta(days=days)
    where = f"{path('account-rules')}?{query({'days': days})}"
    found = reach(
        InForce, api=lambda there: there.call("GET", where), host=lambda tx: publishing.shown(tx, since=since)
    )
    version = found.version
    head = "No rules are in force." if version is None else f"Version {version.version} ({version.digest[:12]})."
    say(found, as_json, head, *(line for each in found.rules.rules for line in _rule(each, found.came)))


@rules.command("list")
@offered("policy.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List what was in force, newest first."""
    found = reach_page(
        RulesVersion,
        api=lambda there: there.pages(path("account-rules", "versions"), "versions", after=after, limit=limit),
        host=lambda tx: publishing.versions(tx, 1_000_000),
        name=lambda each: str(each.version),
        after=after,
        limit=limit,
    )
    nothing = "No rules were ever in force."
    say_page(found, as_json, _version, nothing=nothing, limit=limit, name=lambda each: str(each.version))


@rules.command()
@offered("account.read", reads=True)
@click.argument("rule")
@paged
@JSON
def came(rule: str, after: str | None, limit: int, as_json: bool) -> None:
    """List what came of RULE, newest first: for which account, at which exchange."""
    where = path("account-rules", rule, "came")
    found = reach(
        list[Firing],
        api=lambda there: there.pages(where, "came", after=after, limit=limit),
        host=lambda tx: newest(tx, rule, limit=limit, after=after or ""),
    )
    say_page(found, as_json, _fired, nothing="Nothing came of it.", limit=limit, name=lambda each: each.id)


def _say_version(found: RulesVersion, as_json: bool) -> None:
    told = "is in force" if found.changed else "was in force already; nothing is published"
    say(found, as_json, f"Version {found.version} ({found.digest[:12]}) {told}.")


def _version(each: RulesVersion) -> str:
    return f"{each.version:>4}  {each.digest[:12]}  {each.published_at:%Y-%m-%d %H:%M}  by {each.by}"


def _rule(rule: RuleDoc, came: tuple[Came, ...]) -> list[str]:
    told = [f"    {each.outcome}: {each.times} times, {each.accounts} accounts, {each.reversed} reversed"
            for each in came if each.rule == rule.name]  # fmt: skip
    return [f"  {rule.name} ({rule.mode}; {does(rule)}): {rule.says}", f"    {rule.when}", *told]


def _fired(each: Firing) -> str:
    what = each.outcome if each.error is None else f"{each.outcome}: {each.error}"
    undone = "  (reversed)" if each.reversed_at else ""
    return f"{each.at:%Y-%m-%d %H:%M}  {each.account}  {each.exchange}  {what}  {each.decision or ''}{undone}"
