"""`seawall cases`: the steps that settle a case, and many at once. The group and its lists are in `cases.py`."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from seawall.app.commands.declared import needs, signed_in
from seawall.app.commands.legal_shapes import stored
from seawall.app.commands.options import Command, instance, say
from seawall.app.commands.signed import api, signed

SEALED = click.option("--sealed", is_flag=True, help="Those about child safety, which take rights of their own.")
CASE = click.argument("case")
reads = needs("case.read", remote=True, sealed="child_safety.read")
_decides = needs("case.decide", remote=True, sealed="child_safety.decide")
_OUTCOMES = ("nothing", "warn", "restrict", "suspend", "ban")
_CODE = click.option("--reason-code", required=True, help="Why, as a code such as asked_the_reporter.")


def _ruled(command: Command) -> Command:
    """Give a command what a ruling is made of."""
    for option in (
        click.option("--about-right/--about-wrong", default=None, help="Whether the decision in question was right."),
        click.option(
            "--unfounded", is_flag=True, help="What was filed is manifestly unfounded: it counts for the filer."
        ),
        click.option("--per-minute", type=int, default=None, help="Requests a minute that still pass, to restrict."),
        click.option("--days", type=float, default=None, help="For how long a warning, restriction, suspension holds."),
        click.option("--reason", required=True, help="What the person is told. Kept in the vault."),
        _CODE,
        click.option("--outcome", type=click.Choice(_OUTCOMES), required=True, help="What is done to the account."),
    ):
        command = option(command)
    return command


@click.command()
@signed_in
@CASE
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--recipient", required=True, help="The authority's public key of age (age1…): they alone open it.")
@click.option("--to", required=True, help="Which authority, and how it gets there. Kept in the vault.")
@click.option("--approval", default=None, help="The request (rq_…) under which others agreed.")
@signed
def export(
    case: str, file: Path, recipient: str, to: str, approval: str | None, server: str, token_file: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Write a decided CASE about child safety into a new FILE, encrypted, this once. It is filed nowhere."""
    given = {"recipient": recipient, "to": to, "approval": approval}
    stored(api(server, token_file), at(True, case, "/export"), given, file)
    say({"file": str(file)}, as_json, f"{file} is written. Hand it over: nothing was filed with any authority.")


@click.command()
@_decides
@CASE
@SEALED
@signed
def claim(case: str, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Take CASE for a while, or for longer."""
    _step(server, token_file, as_json, at(sealed, case, "/claim"))


@click.command("next")
@_decides
@click.option("--queue", default=None, help="From this queue.")
@SEALED
@signed
def next_(queue: str | None, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Take the most urgent case that is free."""
    _step(server, token_file, as_json, f"{at(sealed)}/next", {"queue": queue})


@click.command()
@reads
@CASE
@SEALED
@signed
def release(case: str, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Give CASE back, for others to take."""
    _step(server, token_file, as_json, at(sealed, case, "/release"))


@click.command()
@_decides
@CASE
@_CODE
@SEALED
@signed
def pause(case: str, reason_code: str, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Let CASE wait for something outside, its clock stopped."""
    _step(server, token_file, as_json, at(sealed, case, "/pause"), {"reason_code": reason_code})


@click.command()
@_decides
@CASE
@SEALED
@signed
def resume(case: str, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Let CASE go on, its clock running."""
    _step(server, token_file, as_json, at(sealed, case, "/resume"))


@click.command()
@_decides
@CASE
@click.option("--text", "said", required=True, help="The note. Kept in the vault.")
@SEALED
@signed
def note(case: str, said: str, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Write a note in CASE."""
    _step(server, token_file, as_json, at(sealed, case, "/notes"), {"text": said})


@click.command()
@needs("case.decide", remote=True)
@CASE
@click.argument("queue")
@_CODE
@signed
def move(case: str, queue: str, reason_code: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Hand CASE to QUEUE; to `child_safety` it is sealed for good."""
    given = {"queue": queue, "reason_code": reason_code}
    found = api(server, token_file).call("POST", at(False, case, "/move"), given)
    say(found, as_json, f"{found['id']}  {'sealed' if found['sealed'] else found['queue']}")


@click.command()
@_decides
@CASE
@_ruled
@SEALED
@signed
def decide(case: str, sealed: bool, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Settle CASE, which you have claimed; an appeal is answered by --about-right or --about-wrong."""
    there = api(server, token_file)
    # An appeal takes a right of its own, which its own route asks for.
    appeal = not sealed and there.call("GET", at(sealed, case))["origin"] == "appeal"
    path = f"/api/appeals/{quote(case, safe='')}/decide" if appeal else at(sealed, case, "/decide")
    found = there.call("POST", path, _ruling(given))
    say(found, as_json, line(found))


@click.command()
@needs("case.reopen", remote=True, sealed="child_safety.decide")
@CASE
@_CODE
@SEALED
@signed
def reopen(case: str, reason_code: str, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Let the settled CASE be settled anew; what followed holds until then."""
    _step(server, token_file, as_json, at(sealed, case, "/reopen"), {"reason_code": reason_code})


@click.command()
@needs("case.decide", remote=True)
@click.argument("into")
@click.argument("others", nargs=-1, required=True)
@signed
def merge(into: str, others: tuple[str, ...], server: str, token_file: Path | None, as_json: bool) -> None:
    """Merge OTHERS into INTO: they are one thing, and settled as one."""
    given = {"into": into, "cases": list(others)}
    _step(server, token_file, as_json, "/api/cases-together/merge", given)


@click.command()
@needs("case.decide", remote=True)
@click.argument("which", nargs=-1, required=True)
@_ruled
@signed
def preview(which: tuple[str, ...], server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Show what settling WHICH cases alike would come to; nothing follows yet."""
    found = api(server, token_file).call("POST", "/api/cases-together/preview", _ruling(given) | {"cases": list(which)})
    lines = [f"  {each['case']}  {each['account']}  stands {each['stands']}" for each in found["cases"]]
    left = [f"  left out: {name}  {why}" for name, why in found["left_out"].items()]
    say(found, as_json, f"{found['bulk']}  {found['ruling']['outcome']}  digest {found['digest']}", *lines, *left)


@click.command("decide-all")
@needs("case.decide", remote=True)
@click.argument("preview")
@click.option("--digest", required=True, help="The digest that `preview` gave: nothing else follows.")
@signed
def decide_all(preview: str, digest: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Settle exactly what PREVIEW showed, all or nothing."""
    path = f"/api/cases-together/{quote(preview, safe='')}/decide"
    found = api(server, token_file).call("POST", path, {"digest": digest})
    say(found, as_json, *map(line, found["cases"]))


def _ruling(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a ruling as the API takes it."""
    told = {
        name: given[name] for name in ("outcome", "reason_code", "reason", "per_minute", "about_right", "unfounded")
    }
    until = None if given["days"] is None else (instance().clock() + timedelta(days=given["days"])).isoformat()
    return told | {"until": until}


def line(case: Mapping[str, Any]) -> str:
    """Return a case as one line."""
    late = "  late" if case["overdue"] else ""
    who = f"  {case['claimed_by']}" if case["claimed_by"] else ""
    what = case["category"] or "–"
    return (
        f"{case['id']}  {case['queue']}  {case['priority']}  {case['origin']}  {what}  {case['state']}{who}"
        f"  due {case['due_at']}{late}"
    )


def _step(server: str, token_file: Path | None, as_json: bool, path: str, given: object = None) -> None:
    found = api(server, token_file).call("POST", path, given)
    say(found, as_json, line(found))


def at(sealed: bool, case: str = "", step: str = "") -> str:
    """Return the path of cases, of one of them, or of a step in it."""
    kind = "/api/child-safety/cases" if sealed else "/api/cases"
    return f"{kind}/{quote(case, safe='')}{step}" if case else kind


STEPS = (export, claim, next_, release, pause, resume, note, move, decide, reopen, merge, preview, decide_all)
