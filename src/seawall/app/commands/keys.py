"""`seawall keys`: make, list and revoke keys."""

import getpass
import json
from typing import Any

import click
import msgspec

from seawall.access import keys as rooms

_BY = click.option(
    "--by", default=lambda: f"host:{getpass.getuser()}", show_default="host:<user>", help="Who does this."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _instance() -> Any:
    return click.get_current_context().obj


@click.group()
def keys() -> None:
    """Keys of projects."""


@keys.command()
@click.argument("project")
@click.argument("name")
@click.option("--zero-retention", is_flag=True, default=None, help="Nothing that comes with this key is kept.")
@_BY
@_JSON
def create(project: str, name: str, zero_retention: bool | None, by: str, as_json: bool) -> None:
    """Make a key NAME of PROJECT. It is shown once."""
    instance = _instance()
    with instance.database().begin() as tx:
        key, secret = rooms.create_key(
            tx, project, name, zero_retention=zero_retention, by=by, record=instance.record, clock=instance.clock
        )
    click.echo(json.dumps({"key": key, "secret": secret}) if as_json else f"{key}\n{secret}\nIt is not shown again.")


@keys.command("list")
@click.option("--project", default=None, help="Only keys of this project.")
@_JSON
def list_(project: str | None, as_json: bool) -> None:
    """List keys, newest first."""
    with _instance().database().begin() as tx:
        found = rooms.list_keys(tx, project)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("There is no key yet. Make one: seawall keys create PROJECT NAME")
    for key in () if as_json else found:
        state = f"revoked {key.revoked_at}" if key.revoked_at else "works"
        click.echo(f"{key.key}  {key.prefix}…  {key.name}  {key.project}  {state}")


@keys.command()
@click.argument("key")
@_BY
@_JSON
def revoke(key: str, by: str, as_json: bool) -> None:
    """End KEY (its id) now, in every gateway process."""
    instance = _instance()
    with instance.database().begin() as tx:
        rooms.revoke_key(tx, key, by=by, record=instance.record, clock=instance.clock)
    click.echo(json.dumps({"revoked": key}) if as_json else f"{key} is revoked.")
