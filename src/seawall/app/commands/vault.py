"""`seawall vault`: hold, release and erase items, rotate keys, do at once what is due."""

import getpass
from collections.abc import Callable
from typing import Any

import click
import msgspec

from seawall.vault import sweep
from seawall.vocabulary.ids import ItemId


def _person() -> str:
    return f"host:{getpass.getuser()}"


def _say(shown: msgspec.Struct, as_json: bool, sentence: str) -> None:
    click.echo(msgspec.json.encode(shown).decode() if as_json else sentence)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--by", default=_person, show_default="host:<user>", help="Who does this.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def _instance() -> Any:
    return click.get_current_context().obj


@click.group()
def vault() -> None:
    """Content that can be erased: hold, release, erase, rotate keys."""


@vault.command()
@click.argument("item")
@click.option("--reason", required=True, help="Why; kept in the vault, not in the record.")
@_options
def hold(item: str, reason: str, by: str, as_json: bool) -> None:
    """Forbid every deletion of ITEM until it is released."""
    instance = _instance()
    with instance.database().begin() as tx:
        held = instance.vault().hold(tx, ItemId(item), reason=reason, by=by)
    _say(held, as_json, f"{item} is on hold ({held.hold}).")


@vault.command()
@click.argument("item")
@click.option("--hold", "which", default=None, help="Only this hold.")
@_options
def release(item: str, which: str | None, by: str, as_json: bool) -> None:
    """End the holds on ITEM. If it is overdue it goes with the next sweep."""
    instance = _instance()
    with instance.database().begin() as tx:
        released = instance.vault().release(tx, ItemId(item), by=by, hold=which)
    _say(released, as_json, f"{item} is released ({', '.join(released.holds)}).")


@vault.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def holds(as_json: bool) -> None:
    """List the open holds."""
    instance = _instance()
    with instance.database().begin() as tx:
        found = instance.vault().held(tx)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    for each in () if as_json else found:
        click.echo(f"{each.item}  {each.hold}  by {each.by}")


@vault.command()
@click.argument("item")
@click.option("--reason-code", required=True, help="A code such as person_asked; a text belongs elsewhere.")
@_options
def erase(item: str, reason_code: str, by: str, as_json: bool) -> None:
    """Destroy ITEM now, and the key that backups would need to read it."""
    instance = _instance()
    with instance.database().begin() as tx:
        erased = instance.vault().erase(tx, ItemId(item), by=by, reason_code=reason_code)
    swept = sweep(instance.vault(), instance.database(), instance.clock)
    _say(erased, as_json, f"{item} is erased; {swept.destroyed} keys destroyed, {swept.rewrapped} items moved.")


@vault.command()
@_options
def rotate(by: str, as_json: bool) -> None:
    """Retire every wrapping key, move all items to new ones, destroy the old ones."""
    instance = _instance()
    with instance.database().begin() as tx:
        rotated = instance.vault().rotate(tx, by=by)
    swept = sweep(instance.vault(), instance.database(), instance.clock)
    _say(rotated, as_json, f"{len(rotated.keys)} keys retired, {swept.rewrapped} items moved.")


@vault.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def due(as_json: bool) -> None:
    """Erase what is due now instead of at the next hour."""
    instance = _instance()
    swept = sweep(instance.vault(), instance.database(), instance.clock)
    _say(
        swept,
        as_json,
        f"{swept.erased} items erased, {swept.rewrapped} moved, {swept.destroyed} keys destroyed, "
        f"{len(swept.unreadable)} items do not open, {len(swept.missing)} keys are missing.",
    )
    if swept.unreadable or swept.missing:
        raise click.exceptions.Exit(1)
