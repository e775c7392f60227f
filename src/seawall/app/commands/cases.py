"""`seawall cases`: what people settle, as a signed-in person over the API of a running Seawall; the routing rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from seawall.app.commands.declared import host_only
from seawall.app.commands.options import JSON, instance, say
from seawall.app.commands.settling import CASE, SEALED, STEPS, at, line, reads
from seawall.app.commands.signed import api, signed

_LIMIT = click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")


@click.group()
def cases() -> None:
    """What people settle: lists, claims, notes, rulings; signed in, over the API. Routing rules, on this machine."""


for _each in STEPS:
    cases.add_command(_each)


@cases.command("list")
@reads
@click.option("--state", type=click.Choice(("open", "claimed", "waiting", "decided", "merged")), default=None,
              help="Only those in this state.")  # fmt: skip
@click.option("--origin", type=click.Choice(("flag", "report", "escalation", "finding", "appeal")), default=None,
              help="Only those that came up so.")  # fmt: skip
@click.option("--queue", default=None, help="Only those of this queue.")
@click.option("--account", default=None, help="Only those about this account.")
@click.option("--mine", is_flag=True, help="Only those that you have claimed.")
@click.option("--after", default="", help="Go on after this one, the last of the page before.")
@_LIMIT
@SEALED
@signed
def list_(sealed: bool, server: str, token_file: Path | None, as_json: bool, mine: bool, **given: Any) -> None:
    """List cases, newest first."""
    asked = {name: value for name, value in given.items() if value} | ({"mine": "true"} if mine else {})
    found = api(server, token_file).call("GET", f"{at(sealed)}?{urlencode(asked)}")["cases"]
    say(found, as_json, *(map(line, found) if found else ["There is no such case."]))


@cases.command()
@reads
@click.option("--queue", default=None, help="Only what waits in this queue.")
@click.option("--after", default="", help="Go on after this one: `next` of the page before.")
@_LIMIT
@SEALED
@signed
def work(sealed: bool, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """List what waits, most urgent first."""
    asked = {name: value for name, value in given.items() if value}
    found = api(server, token_file).call("GET", f"{at(sealed)}/queue?{urlencode(asked)}")
    more = [f"… there may be more: --after '{found['next']}'"] if found["next"] else []
    say(found, as_json, *(map(line, found["cases"]) if found["cases"] else ["Nothing waits."]), *more)


@cases.command()
@reads
@SEALED
@signed
def queues(sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Say how much waits in each queue, and how much is late."""
    found = api(server, token_file).call("GET", f"{at(sealed)}/queues")
    counted = "{queue}: {unsettled}, {claimed} claimed, {overdue} late"
    lines = [counted.format(**each) for each in found]
    say(found, as_json, *(lines or ["Nothing waits."]))


@cases.command()
@reads
@CASE
@click.option("--look", is_flag=True, help="Also show what people and the model wrote, which is recorded.")
@SEALED
@signed
def show(case: str, look: bool, sealed: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show CASE with its trail and decisions."""
    there = api(server, token_file)
    found = there.call("GET", at(sealed, case))
    if look:
        found["written"] = there.call("POST", at(sealed, case, "/look"))
    say(found, as_json, *_page(found))


@cases.group()
def rules() -> None:
    """The routing rules: where cases go, how soon, and what takes two people."""


@rules.command("check")
@host_only("it reads a file here")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@JSON
def check(file: Path | None, as_json: bool) -> None:
    """Check routing rules in FILE; those of the settings, or Seawall's own, without one."""
    from seawall.cases.rules import load

    here = instance()
    named = file or (Path(here.settings.cases_rules) if here is not None and here.settings.cases_rules else None)
    found = load(named)
    told = {"queues": found.document.queues, "rules": len(found.document.rules), "digest": found.digest}
    first = f"{len(found.document.rules)} rules, {len(found.queues)} queues; digest {found.digest[:12]}."
    say(told, as_json, first, *(f"  {name}: {what}" for name, what in found.document.queues.items()))


def _page(found: Mapping[str, Any]) -> list[str]:
    about = f"about account {found['account']}, exchange {found['exchange'] or '–'}, {found['rule'] or '–'}"
    told = [line(found), about, *(f"  {each['at']}  {each['what']}  {each['by']}" for each in found["trail"])]
    for each in found["decisions"]:
        back = f"  taken back by {each['reversed_by']}" if each["reversed_by"] else ""
        told.append(f"  {each['id']}: {each['outcome']} ({each['reason_code']}){back}")
    written = found.get("written") or {}
    told += [f"  {name}: {plain(said)}" for name, said in written.items() if isinstance(said, str)]
    return [*told, *(f"  note: {plain(said)}" for said in (written.get("notes") or {}).values() if said)]


def plain(said: str) -> str:
    """Return words without the signs that would make a terminal do something."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "�" for letter in said)
