"""`seawall keys`: make, list and revoke keys."""

import click

from seawall.access import keys as rooms
from seawall.access.model import KeyShown
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page


@click.group()
def keys() -> None:
    """Keys of projects: make, list, revoke."""


@keys.command()
@needs("key.create", zero_retention="key.create_zero_retention")
@click.argument("project")
@click.argument("name")
@click.option("--zero-retention", is_flag=True, default=None, help="Nothing that comes with this key is kept.")
@BY
@JSON
def create(project: str, name: str, zero_retention: bool | None, by: str, as_json: bool) -> None:
    """Make a key NAME of PROJECT. Its secret is shown once."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        key, secret = rooms.create_key(
            tx, project, name, zero_retention=zero_retention, by=by, record=here.record, clock=here.clock
        )
    say({"key": key, "secret": secret}, as_json, key, secret, "It is not shown again.")


@keys.command("list")
@needs("project.read")
@click.option("--project", default=None, help="Only keys of this project.")
@paged
@JSON
def list_(project: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """List keys, newest first: id, beginning of the secret, name, project, state."""
    with instance().database().begin() as tx:
        found = page(rooms.list_keys(tx, project), lambda key: key.key, after, limit)
    nothing = "There is no key yet. Make one: seawall keys create PROJECT NAME"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda key: key.key)


def _line(key: KeyShown) -> str:
    state = f"revoked {key.revoked_at}" if key.revoked_at else "works"
    return f"{key.key}  {key.prefix}…  {key.name}  {key.project}  {state}"


@keys.command()
@needs("key.revoke")
@click.argument("key")
@BY
@JSON
def revoke(key: str, by: str, as_json: bool) -> None:
    """End KEY (its id) now, in every gateway process."""
    here = instance()
    with here.database().begin() as tx:
        rooms.revoke_key(tx, key, by=by, record=here.record, clock=here.clock)
    say({"revoked": key}, as_json, f"{key} is revoked.")
