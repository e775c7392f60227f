"""`seawall audit`: find records, take them out, follow them, let them flow to other systems, check what came out."""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.audit_streams import COMMANDS, FORM, KIND
from seawall.app.commands.declared import host_only, offered, reach
from seawall.app.commands.options import BY, JSON, Command, instance, say, say_page
from seawall.app.remote import Remote, path, query
from seawall.audit.entry import Entry
from seawall.vocabulary.errors import InvalidInput

if TYPE_CHECKING:
    # Only for the type checker: checking a file must not load PostgreSQL.
    from seawall.audit.export import Exported
    from seawall.store import Transaction

_LAST = 2**63 - 1
_TIMES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_MOMENT = click.DateTime(_TIMES)


class LinesMissing(InvalidInput):
    """What was taken out is not whole, or not what the log holds."""

    code = "audit.lines_missing"


def _filtered(command: Command) -> Command:
    """Give a command the options that choose records."""
    for option in (
        click.option("--until", type=_MOMENT, default=None, help="Only before this time, UTC."),
        click.option("--since", type=_MOMENT, default=None, help="Only from this time on, UTC."),
        click.option("--subject", default="", help="Only what concerns this id: a person, a key, an item, a request."),
        click.option("--actor", default="", help="Only what this one did: a person's id, or host:<user>."),
        KIND,
    ):
        command = option(command)
    return command


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


@click.group()
def audit() -> None:
    """Records: find them, take them out, let them flow to other systems."""


for _command in COMMANDS:
    audit.add_command(_command)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A record as a search shows it."""

    index: int
    id: str
    at: datetime
    kind: str
    actor: str
    subjects: tuple[str, ...]
    fields: dict[str, Any]
    sealed: bool


@audit.command()
@offered("audit.read", reads=True)
@_filtered
@click.option("--after", type=int, default=-1, help="Go on behind this index, the last of the page before.")
@click.option("--newest", is_flag=True, help="The newest first; then --before goes on.")
@click.option("--before", type=int, default=None, help="Go on before this index, newest first.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@BY
@JSON
def search(
    kinds: tuple[str, ...], actor: str, subject: str, since: datetime | None, until: datetime | None,
    after: int, newest: bool, before: int | None, limit: int, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Find records: index, time, kind, who did it, what it concerns. That somebody looked is a record."""
    wanted = _wanted(kinds, actor, subject, since, until)
    where: dict[str, Any] = {
        "after": after,
        "before": before if before is not None else (_LAST if newest else None),
        "limit": limit,
    }

    def api(there: Remote) -> Any:
        asked = {"kind": kinds, "actor": actor, "subject": subject, "since": wanted["since"], "until": wanted["until"]}
        return there.call("GET", f"{path('audit')}?{query(asked | where)}")["entries"]

    def host(tx: "Transaction") -> list[Found]:
        from seawall.audit.looking import look
        from seawall.audit.search import Filter

        here = instance()
        return list(map(_found, look(tx, Filter(**wanted), by=by, record=here.record, clock=here.clock, **where)))

    found = reach(list[Found], api=api, host=host)
    nothing = "No numbered record fits. New ones get their number within seconds."
    if as_json:
        say(found, as_json=True)
    else:
        say_page(found, False, _line, nothing=nothing, limit=limit, name=lambda each: str(each.index))


def _wanted(
    kinds: tuple[str, ...], actor: str, subject: str, since: datetime | None, until: datetime | None
) -> dict[str, Any]:
    """Return which records are chosen, as a filter takes it."""
    times = {"since": _utc(since), "until": _utc(until)}
    return {"kinds": kinds, "actor": actor, "subject": subject} | times


def _found(entry: Entry) -> Found:
    return Found(**{name: getattr(entry, name) for name in Found.__struct_fields__})


def _line(entry: Found) -> str:
    about = ", ".join(entry.subjects[:3]) or "-"
    return f"{entry.index}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.kind}  {entry.actor or 'seawall'}  {about}"


@audit.command()
@offered("audit.export")
@_filtered
@FORM
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write; - is standard output.")
@BY
@JSON
def export(
    kinds: tuple[str, ...], actor: str, subject: str, since: datetime | None, until: datetime | None,
    form: str, out: Path, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Take records out as a file. That they were is a record, written before the file is there."""
    from seawall.audit.export import Exported

    wanted = _wanted(kinds, actor, subject, since, until)
    with tempfile.TemporaryFile(dir=None if str(out) == "-" else out.parent) as kept:

        def api(there: Remote) -> Any:
            answer = there.answer("POST", path("audit", "export"), wanted | {"form": form})
            kept.write(answer.body)
            return json.loads(answer.headers["seawall-audit-exported"])

        made = reach(Exported, api=api, host=lambda tx: _taken(tx, wanted, form, kept.write, by))
        kept.seek(0)
        _hand_out(kept.read, out)
    if str(out) != "-":
        say(made, as_json, f"{made.lines} records are in {out}, up to entry {made.last}.")


def _taken(tx: "Transaction", wanted: dict[str, Any], form: str, put: Callable[[bytes], object], by: str) -> "Exported":
    from seawall.audit.export import export as take
    from seawall.audit.formats import form_of
    from seawall.audit.search import Filter

    return take(tx, Filter(**wanted), form_of(form), put, by=by, record=instance().record)


def _hand_out(read: Callable[[int], bytes], out: Path) -> None:
    if str(out) == "-":
        while part := read(65536):
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        return
    out.touch(mode=0o600)
    with out.open("wb") as file:
        while part := read(65536):
            file.write(part)


@audit.command()
@host_only("it reads files and a published ledger")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source", default=None, help="The published log, a directory or an address, to compare bodies with.")
@click.option("--key", default=None, help="The log's verifier key, from somewhere you trust; with --source.")
@JSON
def check(file: Path, source: str | None, key: str | None, as_json: bool) -> None:
    """Check a FILE of JSON lines: that none is missing in between and, with --source, that none was changed.

    Needs no server. What was cut off at the end shows by the lines and the last index of `audit.exported`.
    """
    from seawall.audit.consume import changed, gaps, links_of
    from seawall.ledger.note import Verifier
    from seawall.ledger.source import reader
    from seawall.ledger.verify import entries_of

    lines = file.read_bytes().splitlines()
    faults = gaps(links_of(lines))
    if source is not None:
        faults += changed(lines, entries_of(reader(source), Verifier.parse(key or "")))
    shown = {"lines": len(lines), "faults": faults}
    say(shown, as_json, f"{len(lines)} lines.", *(f"line {each.line}: {each.what}" for each in faults))
    if faults:
        raise click.exceptions.Exit(1)
