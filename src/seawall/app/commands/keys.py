"""`seawall keys`: make, list and revoke keys."""

from typing import Any

import click
import msgspec

from seawall.access import keys as rooms
from seawall.access.applications import owned_by
from seawall.access.model import KeyShown
from seawall.app.commands.declared import offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.app.remote import Remote, path


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new key; the secret is shown this once."""

    key: str
    secret: str


@click.group()
def keys() -> None:
    """Keys of projects: make, list, revoke."""


@keys.command()
@offered("key.create", zero_retention="key.create_zero_retention")
@click.argument("project")
@click.argument("name")
@click.option("--zero-retention", is_flag=True, default=None, help="Nothing that comes with this key is kept.")
@click.option("--owner", default="", help="Who answers for the application, by id; whoever makes the key by default.")
@BY
@JSON
def create(project: str, name: str, zero_retention: bool | None, owner: str, by: str, as_json: bool) -> None:
    """Make a key NAME of PROJECT, for one application. Its secret is shown once."""
    here = instance()

    def api(there: Remote) -> Any:
        if zero_retention:
            return there.do("key.create_zero_retention", project=project, name=name)
        made = there.call("POST", path("projects", project, "keys"), {"name": name, "owner": owner})
        return {"key": made["id"], "secret": made["secret"]}

    def host(tx: Any) -> Made:
        ours: Any = {"by": by, "record": here.record, "clock": here.clock}
        answers = owned_by(tx, owner) if owner else ""
        key, secret = rooms.create_key(tx, project, name, zero_retention=zero_retention, owner=answers, **ours)
        return Made(key=key, secret=secret)

    made = reach(Made, api=api, host=host)
    say(made, as_json, made.key, made.secret, "It is not shown again.")


@keys.command("list")
@offered("project.read", reads=True)
@click.option("--project", default=None, help="Only keys of this project.")
@paged
@JSON
def list_(project: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """List keys, newest first: id, beginning of the secret, name, project, who answers for it, state."""
    found = reach_page(
        KeyShown,
        api=lambda there: there.pages(path("keys"), "keys", after=after, limit=limit, project=project),
        host=lambda tx: rooms.list_keys(tx, project),
        name=lambda key: key.key,
        after=after,
        limit=limit,
    )
    nothing = "There is no key yet. Make one: seawall keys create PROJECT NAME"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda key: key.key)


def _line(key: KeyShown) -> str:
    state = f"revoked {key.revoked_at}" if key.revoked_at else "works"
    return f"{key.key}  {key.prefix}…  {key.name}  {key.project}  of {key.owner or 'nobody'}  {state}"


@keys.command()
@offered("key.revoke")
@click.argument("key")
@BY
@JSON
def revoke(key: str, by: str, as_json: bool) -> None:
    """End KEY (its id) now, in every gateway process."""
    here = instance()

    def host(tx: Any) -> dict[str, str]:
        rooms.revoke_key(tx, key, by=by, record=here.record, clock=here.clock)
        return {"revoked": key}

    done = reach(dict[str, str], api=lambda there: there.call("DELETE", path("keys", key)), host=host)
    say(done, as_json, f"{key} is revoked.")
