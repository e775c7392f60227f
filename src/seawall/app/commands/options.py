"""What the commands share: --json, --by, lists that are shown a page at a time, the instance that they work on."""

import getpass
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from seawall.vocabulary.errors import NotFound

Command = Callable[..., None]
T = TypeVar("T")
_FILES = (".yaml", ".yml", ".cedar")

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of sentences.")
_LIMIT = click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many."
)


class NothingToGoOnAfter(NotFound):
    """A list was to go on after something that is not in it."""

    code = "app.nothing_to_go_on_after"

    def __init__(self, after: str) -> None:
        super().__init__(f"{after!r} is not in this list.", hint="Give --after what the page before ended with.")


def instance() -> Any:
    """Return what the command line hands to its commands."""
    return click.get_current_context().obj


def person() -> str:
    """Return who runs this command, as records name them."""
    try:
        return f"host:{getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in some containers
        return f"host:{os.getuid()}"


def _nobody(_: click.Context, parameter: click.Parameter, given: str) -> str:
    if given.startswith("pe_"):
        raise click.BadParameter("nobody is signed in here, so it cannot be a person's id.", param=parameter)
    return given


BY = click.option(
    "--by",
    default=person,
    callback=_nobody,
    show_default="host:<user>",
    help="Who does this, as the record names them; it proves nobody.",
)


def paged(command: Command) -> Command:
    """Give a list --limit and --after."""
    after = click.option("--after", default=None, help="Go on after this one, the last of the page before.")
    return _LIMIT(after(command))


def page(rows: Sequence[T], name: Callable[[T], str], after: str | None, limit: int) -> Sequence[T]:
    """Return a page of a whole list. Raises NothingToGoOnAfter."""
    names = [name(row) for row in rows]
    if after is not None and after not in names:
        raise NothingToGoOnAfter(after)
    begin = 0 if after is None else names.index(after) + 1
    return rows[begin : begin + limit]


def texts(folder: Path) -> dict[str, str]:
    """Return the files of a policy, or of Cedar policies, by their names in a folder."""
    found = sorted(each for each in folder.rglob("*") if each.suffix in _FILES and each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_text("utf-8") for each in found}


def say(shown: object, as_json: bool, *sentences: str) -> None:
    """Print one thing: as JSON, or as sentences."""
    if as_json:
        click.echo(msgspec.json.encode(shown).decode())
        return
    for sentence in sentences:
        click.echo(sentence)


def say_page(
    rows: Sequence[T], as_json: bool, line: Callable[[T], str], *, nothing: str, limit: int, name: Callable[[T], str]
) -> None:
    """Print a page of a list, and how to go on when there may be more."""
    more = [f"… there may be more: --after {name(rows[-1])}"] if len(rows) == limit else []
    say(rows, as_json, *(map(line, rows) if rows else [nothing]), *more)
