"""`seawall audit`: find records, take them out, follow them, let them flow to other systems, check what came out."""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.declared import acted, host_only, needs, offered, reach
from seawall.app.commands.options import BY, JSON, Command, instance, say, say_page
from seawall.app.remote import Remote, path, query
from seawall.audit.entry import Entry
from seawall.vocabulary.errors import InvalidInput

if TYPE_CHECKING:
    # Only for the type checker: checking a file must not load PostgreSQL.
    from seawall.audit.export import Exported
    from seawall.store import Transaction

_LAST = 2**63 - 1
_FORMS = ("jsonl", "csv", "cef", "ocsf")
_FORM = click.option(
    "--form", type=click.Choice(_FORMS), default="jsonl", show_default=True, help="How lines are written."
)
_KIND = click.option(
    "--kind", "kinds", multiple=True, help="Only this kind, or person.* for all of a kind; repeatable."
)
_TIMES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_MOMENT = click.DateTime(_TIMES)


class SecretMissing(InvalidInput):
    """The variable that should hold the secret of a webhook is empty."""

    code = "audit.secret_missing"


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
        _KIND,
    ):
        command = option(command)
    return command


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


@click.group()
def audit() -> None:
    """Records: find them, take them out, let them flow to other systems."""


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


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """Where records flow to, how far they are, and what failed."""

    id: str
    way: str
    form: str
    target: str
    kinds: tuple[str, ...]
    behind: int
    sent: int
    sent_at: datetime | None
    failures: int
    error: str | None
    again_at: datetime | None


@audit.command()
@offered("audit.read", reads=True)
@_filtered
@click.option("--after", type=int, default=-1, help="Go on behind this index, the last of the page before.")
@click.option("--newest", is_flag=True, help="The newest first; then --before goes on.")
@click.option("--before", type=int, default=None, help="Go on before this index, newest first.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@JSON
def search(
    kinds: tuple[str, ...], actor: str, subject: str, since: datetime | None, until: datetime | None,
    after: int, newest: bool, before: int | None, limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Find records: index, time, kind, who did it, what it concerns."""
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
        from seawall.audit.search import Filter
        from seawall.audit.search import search as find

        return list(map(_found, find(tx, Filter(**wanted), **where)))

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
@_FORM
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
@needs("audit.export", host="it reads for as long as it runs; a stream does so from the server")
@_KIND
@_FORM
@click.option("--after", type=int, default=None, help="Begin behind this index; left out, with what comes next.")
@click.option("--count", type=click.IntRange(1), default=None, help="End after so many lines.")
@click.option("--every", type=click.FloatRange(0.05, 60), default=1.0, show_default=True, help="Seconds between looks.")
@BY
@JSON
def follow(
    kinds: tuple[str, ...], form: str, after: int | None, count: int | None, every: float, by: str, as_json: bool
) -> None:
    """Write records as they are numbered, until Ctrl-C. That somebody follows is a record."""
    from seawall.audit.formats import form_of
    from seawall.audit.search import following, last_index
    from seawall.vocabulary.records.audit import AuditFollowed

    form = "jsonl" if as_json else form
    here, chosen, previous, written = instance(), form_of(form), None, 0
    with here.database().begin() as tx:
        start = (last_index(tx) if after is None else after) + 1
        here.record(tx, AuditFollowed(form=form, kinds=kinds, first=start, by=by))
        acted(tx)
    click.echo(chosen.head, nl=False)
    while count is None or written < count:
        with here.database().begin() as tx:
            found, behind = following(tx, start, kinds, 500)
        for entry in found[: None if count is None else count - written]:
            click.echo(chosen.line(entry, previous), nl=False)
            previous, written = entry.index, written + 1
        if behind == start:
            time.sleep(every)
        start = behind


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


@audit.command()
@offered("audit.read", reads=True)
@JSON
def streams(as_json: bool) -> None:
    """List where records flow to: how far, what failed last, when it is tried again."""
    found = reach(list[Flow], api=lambda there: there.call("GET", path("audit", "streams")), host=_flows)
    say(found, as_json, *(map(_flow, found) if found else ["Records flow nowhere."]))


def _flows(tx: "Transaction") -> list[Flow]:
    from seawall.audit.search import last_index
    from seawall.audit.streams import every

    last, plain = last_index(tx), set(Flow.__struct_fields__) - {"behind"}
    return [Flow(behind=last + 1 - each.next, **{name: getattr(each, name) for name in plain}) for each in every(tx)]


def _flow(each: Flow) -> str:
    state = f"failed {each.failures} times: {each.error}, again {each.again_at:%H:%M:%S}" if each.again_at else "ok"
    return f"{each.id}  {each.way}  {each.form}  {each.target}  {each.behind} behind  {state}"


@audit.command("stream-add")
@needs("audit.export", host="where records may flow to, and its secret, the host decides")
@click.argument("way", type=click.Choice(("webhook", "syslog")))
@click.argument("target")
@click.option("--form", type=click.Choice(_FORMS), default="ocsf", show_default=True, help="How lines are written.")
@_KIND
@click.option(
    "--secret-env", default="", help="The variable with the secret that signs a webhook; 32 characters or more."
)
@click.option(
    "--authority", type=click.Path(path_type=Path, exists=True), default=None, help="A PEM file that TLS trusts."
)
@click.option("--private", is_flag=True, help="The target is not on the public internet.")
@click.option("--from-now", is_flag=True, help="Leave out what was recorded before.")
@BY
@JSON
def stream_add(
    way: str, target: str, form: str, kinds: tuple[str, ...], secret_env: str, authority: Path | None,
    private: bool, from_now: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Let records flow by WAY to TARGET: https://…, or syslog+tls://, +tcp:// or +udp:// with host and port."""
    from seawall.audit.search import last_index
    from seawall.audit.sending import checked
    from seawall.audit.streams import add
    from seawall.vault import Retention

    here, where, secret = instance(), checked(way, target), _secret(way, secret_env)
    pem = authority.read_text("utf-8") if authority is not None else ""
    with here.database().begin() as tx:
        item = here.vault().put(tx, secret.encode(), owner="audit", retention=Retention.CREDENTIAL) if secret else None
        made = add(
            tx, way=way, form=form, target=where, private=private, kinds=kinds, secret=item, authority=pem,
            start=last_index(tx) + 1 if from_now else 0, by=by, record=here.record, clock=here.clock,
        )  # fmt: skip
        acted(tx)
    say({"stream": made.id}, as_json, f"{made.id} begins within a minute.")


def _secret(way: str, variable: str) -> str:
    import os

    if way != "webhook":
        return ""
    found = os.environ.get(variable, "")
    if len(found) < 32:
        raise SecretMissing(
            f"The variable {variable!r} holds {len(found)} characters.",
            hint="A webhook is signed: put 32 characters or more into a variable and name it with --secret-env.",
        )
    return found


@audit.command("stream-remove")
@needs("audit.export", host="where records may flow to, the host decides")
@click.argument("stream")
@BY
@JSON
def stream_remove(stream: str, by: str, as_json: bool) -> None:
    """Let records flow to STREAM (its id) no more; its secret is erased."""
    from seawall.audit.streams import remove

    here = instance()
    with here.database().begin() as tx:
        gone = remove(tx, stream, by=by, record=here.record)
        if gone.secret is not None:
            here.vault().erase(tx, gone.secret, by=by, reason_code="stream_removed")
        acted(tx)
    say({"removed": stream}, as_json, f"{stream} is removed.")


@audit.command("stream-send")
@needs("audit.export", host="the worker does it by itself, within the minute", reads=True)
@JSON
def stream_send(as_json: bool) -> None:
    """Send now what is due, instead of within the minute."""
    from seawall.app.auditing import deliver_now

    sent = deliver_now(instance())
    say({"looked_at": sent}, as_json, f"{sent} records were looked at. `seawall audit streams` shows what failed.")
