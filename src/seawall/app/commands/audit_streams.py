"""The commands of `seawall audit` by which records flow: follow them here, or let them flow to other systems."""

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.declared import acted, needs, offered, reach
from seawall.app.commands.options import BY, JSON, instance, say
from seawall.app.remote import Remote, path

if TYPE_CHECKING:
    # Only for the type checker: what else `seawall audit` does need not load PostgreSQL.
    from seawall.store import Transaction

FORMS = ("jsonl", "csv", "cef", "ocsf")
FORM = click.option(
    "--form", type=click.Choice(FORMS), default="jsonl", show_default=True, help="How lines are written."
)
KIND = click.option("--kind", "kinds", multiple=True, help="Only this kind, or person.* for all of a kind; repeatable.")


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A stream that was made."""

    stream: str


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


@click.command()
@needs("audit.export", host="it reads for as long as it runs; a stream does so from the server")
@KIND
@FORM
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


@click.command()
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


@click.command("stream-add")
@offered("audit.stream_add")
@click.argument("way", type=click.Choice(("webhook", "syslog")))
@click.argument("target")
@click.option("--form", type=click.Choice(FORMS), default="ocsf", show_default=True, help="How lines are written.")
@KIND
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
    """Let records flow by WAY to TARGET: https://…, or syslog+tls://, +tcp:// or +udp:// with host and port.

    Others agree to it.
    """
    from seawall.audit import setting_up
    from seawall.vault import Retention

    here, secret = instance(), os.environ.get(secret_env, "") if secret_env else ""
    pem = authority.read_text("utf-8") if authority is not None else ""
    setting_up.check_secret(way, secret)
    plain: dict[str, Any] = {
        "way": way,
        "target": target,
        "form": form,
        "authority": pem,
        "private": private,
        "from_now": from_now,
    }

    def api(there: Remote) -> Any:
        return there.do("audit.stream_add", **plain, kinds=",".join(kinds), secret=secret)

    def host(tx: "Transaction") -> Made:
        where = setting_up.checked(**plain, kinds=kinds)
        owner, kept = setting_up.OWNER, Retention.CREDENTIAL
        item = here.vault().put(tx, secret.encode(), owner=owner, retention=kept) if secret else None
        made = setting_up.set_up(tx, where, item, by=by, record=here.record, clock=here.clock)
        return Made(stream=made.id)

    made = reach(Made, api=api, host=host)
    say(made, as_json, f"{made.stream} begins within a minute.")


@click.command("stream-remove")
@offered("audit.stream_remove")
@click.argument("stream")
@BY
@JSON
def stream_remove(stream: str, by: str, as_json: bool) -> None:
    """Let records flow to STREAM (its id) no more; its secret is erased."""
    from seawall.audit.streams import remove

    here = instance()

    def host(tx: "Transaction") -> dict[str, str]:
        gone = remove(tx, stream, by=by, record=here.record)
        if gone.secret is not None:
            here.vault().erase(tx, gone.secret, by=by, reason_code="stream_removed")
        return {"removed": stream}

    done = reach(dict[str, str], api=lambda there: there.call("DELETE", path("audit", "streams", stream)), host=host)
    say(done, as_json, f"{stream} is removed.")


@click.command("stream-send")
@needs("audit.export", host="the worker does it by itself, within the minute", reads=True)
@JSON
def stream_send(as_json: bool) -> None:
    """Send now what is due, instead of within the minute."""
    from seawall.app.auditing import deliver_now

    sent = deliver_now(instance())
    say({"looked_at": sent}, as_json, f"{sent} records were looked at. `seawall audit streams` shows what failed.")


COMMANDS = (follow, streams, stream_add, stream_remove, stream_send)
