"""`seawall metrics`: the public numbers; close them; verify them as anyone can, count again as auditors can."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.declared import host_only, offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import path, query

if TYPE_CHECKING:
    # Only for the type checker: verifying must not load PostgreSQL.
    from seawall.metrics.showing import Number, Shown
    from seawall.store import Transaction

_PERIOD = click.argument("period")
_DAY_S, _HOUR_S = 86_400, 3600


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was closed; `new` is false where it was closed before."""

    record: str
    period: str
    corrects: str | None
    new: bool


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A closing."""

    record: str
    period: str
    corrects: str | None
    at: datetime


@click.group()
def metrics() -> None:
    """The public numbers: what was decided, how often, how fast, with which error."""


@metrics.command()
@offered("metrics.read", reads=True)
@click.argument("period", required=False)
@JSON
def show(period: str | None, as_json: bool) -> None:
    """Show the numbers of PERIOD (2026-01, 2026-H1; this month by default): as closed, or as they stand."""
    found = _shown(period or f"{instance().clock():%Y-%m}")
    say(found, as_json, *(() if as_json else _page(found)))


@metrics.command("list")
@offered("metrics.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List what was closed: period, record, when."""

    def host(tx: "Transaction") -> list[Listed]:
        from seawall.metrics.reading import closed

        return [
            Listed(record=each.record, period=each.period, corrects=each.corrects, at=each.at) for each in closed(tx)
        ]

    every = reach(list[Listed], api=lambda there: there.call("GET", path("metrics")), host=host)
    found = page(every, lambda each: each.record, after, limit)
    say_page(
        found,
        as_json,
        lambda each: f"{each.period:<8} {each.record}  {each.at:%Y-%m-%d %H:%M}" + _of(each.corrects),
        nothing="No period is closed yet.",
        limit=limit,
        name=lambda each: each.record,
    )


@metrics.command()
@offered("metrics.close")
@_PERIOD
@click.option("--correct", is_flag=True, help="Close a correction of what was closed before, as a further record.")
@BY
@JSON
def close(period: str, correct: bool, by: str, as_json: bool) -> None:
    """Close the numbers of PERIOD, as a public record: once, when it is over. Over the API others must agree."""

    def host(tx: "Transaction") -> Done:
        from seawall.metrics import closing
        from seawall.metrics.period import period as named

        here = instance()
        given: dict[str, Any] = {"correct": correct, "by": by, "record": here.record, "clock": here.clock}
        made, new = closing.close(tx, named(period), **given)
        return Done(record=made.record, period=made.period, corrects=made.corrects, new=new)

    done = reach(
        Done,
        api=lambda there: there.do("metrics.close", period=period, correct=correct),
        host=host,
        changed=lambda done: done.new,
    )
    told = (
        f"{done.period} is closed by {done.record}" if done.new else f"{done.period} was closed already: {done.record}"
    )
    say(done, as_json, f"{told}{_of(done.corrects)}.")


@metrics.command()
@offered("metrics.read", reads=True)
@_PERIOD
@click.option("--form", type=click.Choice(("csv", "json")), default="csv", show_default=True, help="Of the file.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="The file to write; standard output if none."
)
@JSON
def export(period: str, form: str, out: Path | None, as_json: bool) -> None:
    """Write the numbers of PERIOD as a file, each with its definition and source."""

    def host(tx: "Transaction") -> str:
        from seawall.metrics.showing import as_csv, rows
        from seawall.metrics.showing import show as shown

        found = shown(tx, period, clock=instance().clock)
        return as_csv(rows(found)) if form == "csv" else msgspec.json.format(msgspec.json.encode(found)).decode()

    where = f"{path('metrics', period, 'export')}?{query({'form': form})}"
    text = reach(str, api=lambda there: there.answer("GET", where).body.decode(), host=host)
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_bytes(text.encode())
    say({"file": str(out), "form": form, "period": period}, as_json, f"{out} is written.")


@metrics.command("transparency-report")
@offered("metrics.read", reads=True)
@_PERIOD
@click.option("--provider", required=True, help="Who reports.")
@click.option("--service", required=True, help="Of which service.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The directory to write.")
@JSON
def transparency_report(period: str, provider: str, service: str, out: Path, as_json: bool) -> None:
    """Write the files of the Digital Services Act's transparency report of PERIOD, which is closed."""

    def host(tx: "Transaction") -> dict[str, str]:
        from seawall.metrics import dsa
        from seawall.metrics.showing import show as shown

        found = shown(tx, period, clock=instance().clock)
        return dsa.files(found, dsa.Provider(name=provider, service=service))

    where = f"{path('metrics', period, 'transparency-report')}?{query({'provider': provider, 'service': service})}"
    made = reach(dict[str, str], api=lambda there: there.call("GET", where), host=host)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (out / name).write_bytes(text.encode())
    say({"files": sorted(made), "period": period}, as_json, *(f"{out / name} is written." for name in sorted(made)))


@metrics.command()
@host_only("it checks what anyone may check")
@click.argument("source")
@click.option("--key", required=True, help="The log's verifier key (name+id+base64), from somewhere you trust.")
@click.option("--period", default=None, help="Only this period; all that are closed by default.")
@click.option("--bodies", type=click.Path(path_type=Path, exists=True, file_okay=False), default=None,
              help="A folder of what `seawall audit export` writes: count every number again.")  # fmt: skip
@JSON
def verify(source: str, key: str, period: str | None, bodies: Path | None, as_json: bool) -> None:
    """Verify closed numbers: that they are in the log, add up, and give nothing away that they leave out.

    SOURCE is the published log, a directory or an address, or the proof file of one record. Exit status 1 where
    anything does not hold. Needs no server.
    """
    from seawall.app.verifying import verified

    report = verified(source, key, period=period, bodies=bodies)
    lines = [f"{each.period}  {each.record}  entry {each.index}" + _of(each.corrects) for each in report.closed]
    wrong = [f"  {each.period}: {each.what}" for each in report.wrong]
    counted = " Counted again." if bodies is not None else ""
    first = (
        f"Verified: {report.origin}, {len(report.closed)} closed.{counted}" if not wrong else f"NOT verified: {source}"
    )
    say(report, as_json, first, *lines, *wrong)
    if report.wrong:
        raise click.exceptions.Exit(1)


def _shown(period: str) -> "Shown":
    from seawall.metrics.showing import Shown
    from seawall.metrics.showing import show as shown

    return reach(
        Shown,
        api=lambda there: there.call("GET", path("metrics", period)),
        host=lambda tx: shown(tx, period, clock=instance().clock),
    )


def _page(found: "Shown") -> list[str]:
    state = f"closed by {found.record}" if found.record else f"{found.state}, not closed: as it stands"
    head = [f"{found.period}, {state}. Numbers below {found.smallest_cell} are left out.", ""]
    return head + [line for each in found.numbers for line in _number(each)]


def _number(number: "Number") -> list[str]:
    if not number.recorded:
        return [f"{number.title}: nothing recorded"]
    told = _figure(number) if number.has_figure else _value(number.total)
    of = f" of {_value(number.total)}" if number.has_figure else ""
    cells = ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in number.cells.items())
    return [f"{number.title}: {told}{of}" + (f" ({cells})" if cells else "")]


def _value(value: int | None) -> str:
    return "left out" if value is None else f"{value:,}"


def _figure(number: "Number") -> str:
    if number.figure is None:
        return "–"
    if number.unit == "seconds":
        return _time(number.figure)
    between = (
        f" (between {number.low / 10:.1f} and {number.high / 10:.1f} %)"
        if number.low is not None and number.high is not None
        else ""
    )
    return f"{number.figure / 10:.1f} %{between}"


def _time(seconds: int) -> str:
    return f"{seconds / _DAY_S:.1f} days" if seconds >= 2 * _DAY_S else f"{seconds / _HOUR_S:.1f} hours"


def _of(corrects: str | None) -> str:
    return f", a correction of {corrects}" if corrects else ""
