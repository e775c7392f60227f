"""`seawall commitments`: how what is promised stands, why, what is due; check an operator's directory; export."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.declared import host_only, offered, reach
from seawall.app.commands.options import JSON, instance, say
from seawall.app.remote import Remote, path, query
from seawall.commitments import activities, load, register
from seawall.commitments.answers import Due, Explained, FrameworkLine, Told, told
from seawall.commitments.answers import due as due_of
from seawall.commitments.answers import explain as explanation
from seawall.commitments.exporting import FORMS, exported
from seawall.commitments.following import catch_up
from seawall.commitments.status import Status
from seawall.commitments.watch import current
from seawall.store import Transaction


@click.group()
def commitments() -> None:
    """What is promised, what shows that it is kept, what is due."""


@commitments.command()
@offered("commitment.read", reads=True)
@click.option("--framework", default="", help="Only this one, with each of its commitments.")
@JSON
def status(framework: str, as_json: bool) -> None:
    """Say how every framework and practice stands."""
    found = reach(
        Told,
        api=lambda there: there.call("GET", path("commitments")),
        host=lambda tx: told(instance().book(), _now(tx)),
    )
    if framework:
        instance().book().framework(framework)
    chosen = [each for each in found.frameworks if framework in ("", each.framework)]
    say(found, as_json, *_lines(found, chosen, whole=bool(framework)))


@commitments.command()
@offered("commitment.read", reads=True)
@click.argument("name")
@JSON
def explain(name: str, as_json: bool) -> None:
    """Say why NAME, a practice such as P079 or a commitment such as hiroshima.3, is where it is."""
    found = reach(
        Explained,
        api=lambda there: there.call("GET", path("commitments", "explain", name)),
        host=lambda tx: explanation(instance().book(), _now(tx), name, activities.every(tx, name)),
    )
    say(found, as_json, *_why(found))


@commitments.command()
@offered("commitment.read", reads=True)
@click.option("--days", type=click.FloatRange(0, 3660), default=30, show_default=True, help="What runs out in so many.")
@click.option("--owner", default="", help="Only what this role or person answers for.")
@JSON
def due(days: float, owner: str, as_json: bool) -> None:
    """List practices whose evidence ran out, or does so soon."""
    found = reach(
        list[Due],
        api=lambda there: there.call("GET", f"{path('commitments', 'due')}?{query({'days': days})}"),
        host=lambda tx: due_of(instance().book(), _now(tx), within=timedelta(days=days)),
    )
    mine = [each for each in found if owner in ("", each.owner)]
    say(mine, as_json, *(map(_due, mine) if mine else ["Nothing is due."]))


@commitments.command()
@host_only("it reads files here")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@JSON
def check(folder: Path | None, as_json: bool) -> None:
    """Check the directory in FOLDER that is laid over the register; without it that of the settings, or ours alone."""
    here = instance()
    stated = "" if here is None else here.settings.commitments_dir
    book = load(folder or (Path(stated) if stated else None))
    gaps = sorted(name for name, served in book.serving.items() if not served and name not in book.off)
    counts = {"frameworks": len(book.frameworks), "commitments": len(book.items), "practices": len(book.practices)}
    names = {"adopted": sorted(book.adopts), "off": sorted(book.switched_off), "without_practice": gaps}
    say(
        {"digest": book.digest, **counts, "rules": len(book.rules), **names},
        as_json,
        f"{', '.join(f'{count} {name}' for name, count in counts.items())}, {len(book.rules)} rules.",
        f"Digest: {book.digest}",
        f"Adopted: {', '.join(names['adopted']) or 'none yet'}.",
        f"Switched off: {', '.join(names['off']) or 'nothing'}.",
        f"Served by no practice: {len(gaps)} commitments; --json names them.",
    )


@commitments.command()
@offered("commitment.read", reads=True)
@click.option("--format", "form", type=click.Choice(FORMS), required=True, help="ciso is a library of CISO Assistant.")
@click.option("--framework", default="", help="The one framework that a library holds.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="The file to write; standard output without."
)
@JSON
def export(form: str, framework: str, out: Path | None, as_json: bool) -> None:
    """Give the register to other programs, with the state of everything in CSV and JSON."""

    def api(there: Remote) -> Any:
        asked = query({"form": form, "framework": framework})
        return there.answer("GET", f"{path('commitments', 'export')}?{asked}").body.decode()

    def host(tx: Transaction) -> str:
        book = instance().book()
        _now(tx)
        return exported(book, register(tx, book, instance().clock()), form, framework).decode()

    made = reach(str, api=api, host=host)
    if out is None:
        click.echo(made, nl=False)
        return
    out.write_text(made, "utf-8")
    say({"file": str(out), "characters": len(made)}, as_json, f"{out} is written.")


def _now(tx: Transaction) -> Status:
    """Return how everything stands, with what was numbered up to this moment."""
    here = instance()
    catch_up(tx, here.book())
    return current(tx, here.book(), here.clock())


def _lines(found: Told, chosen: list[FrameworkLine], *, whole: bool) -> list[str]:
    lines = []
    for each in chosen:
        stands = f"since {each.since}" if each.stands_by else "not adopted"
        counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in each.counts.items())
        lines.append(f"{each.framework}  {each.name} ({stands}): {counts}")
        if whole:
            lines += [
                f"  {one.commitment}  {_state(one.state, one.lapses_at)}  {one.title}" for one in each.commitments
            ]
    begun = [each for each in found.practices if each.state not in ("not_started", "not_applicable")]
    lines.append(f"{len(begun)} of {len(found.practices)} practices have evidence:")
    return [*lines, *(f"  {each.practice}  {_state(each.state, each.lapses_at)}  {each.name}" for each in begun)]


def _state(state: str, lapses_at: Any) -> str:
    word = "lapsed" if state == "lapsed" else "until"
    at = "" if lapses_at is None else f" ({word} {lapses_at:%Y-%m-%d %H:%M} UTC)"
    return f"{state.replace('_', ' ')}{at}"


def _why(found: Explained) -> list[str]:
    lines = [
        f"{found.name}  {found.title}: {_state(found.state, found.lapses_at)}",
        f"  {found.says}",
        f"  {found.means}",
    ]
    lines += [f"  {found.reason}"] if found.reason else []
    for rule in found.rules:
        lines.append(f"  {rule.rule}  {_state(rule.state, rule.lapses_at)}  {rule.says}")
        lines += [f"    {each.record}  {each.at:%Y-%m-%d %H:%M:%S}" for each in rule.records]
        lines += [f"    missing for {each.record}  {each.at:%Y-%m-%d %H:%M:%S}" for each in rule.missing]
    for one in found.activities:
        lines.append(f"  {one.id}  {one.state}, stated by {one.by}, until {one.expires_at:%Y-%m-%d}: {one.title}")
    lines += [f"  {each.practice}  {_state(each.state, each.lapses_at)}  {each.name}" for each in found.practices]
    return lines


def _due(each: Due) -> str:
    takes = f" It takes: {' '.join(each.takes)}" if each.takes else ""
    return f"{each.practice}  {_state(each.state, each.lapses_at)}  {each.owner}  {each.name}.{takes}"
