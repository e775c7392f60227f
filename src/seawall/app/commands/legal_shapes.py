"""What the commands of `seawall legal` share: moments, scopes, the path of a request, a file that is written once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.options import Command, say
from seawall.app.commands.signed import api
from seawall.app.labels import write_private
from seawall.app.remote import Remote, path
from seawall.cases.legal.kinds import Data
from seawall.vocabulary.errors import SeawallError

REQUEST = click.argument("request")


class Moment(click.ParamType[datetime]):
    """A day or a moment; one without a zone is UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or say what it should look like."""
        try:
            made = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment. Write 2027-03-01, or 2027-03-01T09:30+01:00.", param, ctx)
        return made if made.tzinfo is not None else made.replace(tzinfo=UTC)


def values(words: type[StrEnum]) -> list[str]:
    """Return the words that an option takes."""
    return [each.value for each in words]


def scoped(command: Command) -> Command:
    """Give a command what a scope is made of."""
    for option in (
        click.option("--until", type=Moment(), default=None, help="Up to, not including, when."),
        click.option("--since", type=Moment(), default=None, help="From when."),
        click.option(
            "--category",
            "categories",
            multiple=True,
            type=click.Choice(values(Data)),
            help="Which data; again for more.",
        ),
        click.option("--account", "accounts", multiple=True, help="Which account (ac_…); again for more."),
    ):
        command = option(command)
    return command


def scope_given(given: dict[str, Any]) -> dict[str, Any] | None:
    """Take the parts of a scope out of what was given; None where none was. One that lacks a part is told so."""
    parts = {name: given.pop(name) for name in ("accounts", "categories", "since", "until")}
    if not any(parts.values()):
        return None
    if not parts["accounts"] or parts["since"] is None or parts["until"] is None:
        raise click.UsageError("A scope takes --account, --since and --until, and --category where it reaches data.")
    return parts | {"since": parts["since"].isoformat(), "until": parts["until"].isoformat()}


def at(request: str = "", *what: str) -> str:
    """Return the path of requests, of one of them, or of a step of it."""
    return path("legal", "requests", *((request,) if request else ()), *what)


def step(server: str, token_file: Path | None, as_json: bool, request: str, what: str, given: object = None) -> None:
    """Do a step of a request, and show where it is then."""
    found = api(server, token_file).call("POST", at(request, what), given)
    say(found, as_json, line(found))


def stored(there: Remote, where: str, given: object, file: Path) -> None:
    """Write what the server answers into a new file that only its owner can read."""
    # Made first: some of it is given once, and without a file it would be lost.
    write_private(file, b"")
    try:
        file.write_bytes(there.answer("POST", where, given).body)
    except SeawallError:
        file.unlink()
        raise


def line(found: Mapping[str, Any]) -> str:
    """Return a request as one line."""
    late = "  late" if found["overdue"] else ""
    ended = f" ({found['outcome']})" if found["outcome"] else ""
    return (
        f"{found['id']}  {found['kind']}  {found['country']}  {found['tier']}  {found['state']}{ended}"
        f"  due {found['due_at']}{late}"
    )
