"""`seawall rescreen`: screen retained exchanges again, see what would change, open cases; signed in, over the API."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.declared import needs
from seawall.app.commands.investigations import moment
from seawall.app.commands.options import paged, say, say_page
from seawall.app.commands.signed import api, signed
from seawall.app.remote import path

RESCREENING = click.argument("rescreening")
_reads = needs("rescreening.read", remote=True, reads=True)
_DAYS = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.group()
def rescreen() -> None:
    """Screen retained exchanges again, by the detectors and the policy of now. Nothing follows by itself."""


@rescreen.command()
@needs("rescreening.start", remote=True)
@click.option("--since", type=_DAYS, required=True, help="From when on (UTC).")
@click.option("--until", type=_DAYS, required=True, help="Up to when (UTC).")
@click.option("--project", default="", help="Only in this project.")
@signed
def start(since: datetime, until: datetime, project: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Start one; a worker carries it out."""
    given = {"since": moment(since), "until": moment(until), "project": project}
    made = api(server, token_file).call("POST", path("rescreenings"), given)
    say(made, as_json, f"{made['id']} is queued. `seawall rescreen show {made['id']}` tells how far it is.")


@rescreen.command("list")
@_reads
@paged
@signed
def list_(after: str | None, limit: int, server: str, token_file: Path | None, as_json: bool) -> None:
    """List what was screened again, newest first."""
    found = api(server, token_file).pages(path("rescreenings"), "rescreenings", after=after, limit=limit)
    say_page(found, as_json, _line, nothing="Nothing was screened again.", limit=limit, name=lambda each: each["id"])


@rescreen.command()
@_reads
@RESCREENING
@signed
def show(rescreening: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show what RESCREENING would change, in numbers, and how far it is."""
    found = api(server, token_file).call("GET", path("rescreenings", rescreening))
    told = found["preview"]
    lines = [
        f"{told['changed']} would have been decided otherwise"
        + "".join(f"; {each}: {number}" for each, number in told["measures"].items()),
        *(f"  newly {each}: {number}" for each, number in told["appeared"].items()),
        *(f"  no longer {each}: {number}" for each, number in told["gone"].items()),
        *(f"  {each['account']}: {each['exchanges']} newly" for each in told["accounts"]),
        f"no judge is asked again: {told['judged']} findings of judges count as they were made",
        f"{told['openable']} could become cases: `seawall rescreen cases {rescreening} EXCHANGE…`",
    ]
    waiting = f", {found['waiting']} to go" if found["waiting"] else ""
    say(found, as_json, _line(found) + waiting, *lines)


@rescreen.command()
@_reads
@RESCREENING
@click.option("--only", type=click.Choice(("appeared", "gone", "changed", "all")), default="appeared",
              show_default=True, help="Which of them.")  # fmt: skip
@click.option("--category", default="", help="Only where this appeared, or is gone.")
@paged
@signed
def exchanges(
    rescreening: str,
    only: str,
    category: str,
    after: str | None,
    limit: int,
    server: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """List the exchanges that RESCREENING sees otherwise."""
    there, at = api(server, token_file), path("rescreenings", rescreening, "exchanges")
    found = there.pages(at, "exchanges", after=after, limit=limit, only=only, category=category)
    say_page(found, as_json, _exchange, nothing="None.", limit=limit, name=lambda each: each["exchange"])


@rescreen.command()
@needs("rescreening.start", remote=True)
@RESCREENING
@signed
def stop(rescreening: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Stop RESCREENING; what it showed so far stays."""
    found = api(server, token_file).call("POST", path("rescreenings", rescreening, "stop"))
    say(found, as_json, _line(found))


@rescreen.command()
@needs("rescreening.open_cases", remote=True)
@RESCREENING
@click.argument("chosen", metavar="EXCHANGE...", nargs=-1, required=True)
@signed
def cases(rescreening: str, chosen: tuple[str, ...], server: str, token_file: Path | None, as_json: bool) -> None:
    """Open a case of each EXCHANGE in which RESCREENING newly saw something, once."""
    at = path("rescreenings", rescreening, "cases")
    made = api(server, token_file).call("POST", at, {"exchanges": list(chosen)})
    say(made, as_json, f"{len(made['cases'])} cases were opened.", *(f"  {each}" for each in made["cases"]))


def _line(found: Mapping[str, Any]) -> str:
    period = f"{found['since'][:10]} up to {found['until'][:10]}"
    return f"{found['id']}  {found['state']}  policy {found['version']}  {period}  {found['screened']} screened"


def _exchange(found: Mapping[str, Any]) -> str:
    newly = "".join(f"  +{each}" for each in found["appeared"]) + "".join(f"  -{each}" for each in found["gone"])
    case = f"  {found['case']}" if found["case"] else ""
    return f"{found['exchange']}  {found['account']}  {found['before']} → {found['after']}{newly}{case}"
