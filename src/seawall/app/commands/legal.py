"""`seawall legal`: requests of authorities and courts, as a signed-in person over the API of a running Seawall."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.cases import plain
from seawall.app.commands.declared import needs
from seawall.app.commands.legal_answers import ANSWERS
from seawall.app.commands.legal_shapes import (
    REQUEST,
    Moment,
    at,
    line,
    scope_given,
    scoped,
    stored,
    values,
)
from seawall.app.commands.legal_steps import STEPS
from seawall.app.commands.options import say
from seawall.app.commands.signed import api, signed
from seawall.cases.legal.kinds import Channel, Kind, Tier

_reads = needs("legal.read", remote=True)


@click.group()
def legal() -> None:
    """Requests of authorities and courts: take in, call back, review, preserve, answer; signed in, over the API."""


for _each in (*STEPS, *ANSWERS):
    legal.add_command(_each)


@legal.command("list")
@_reads
@click.option("--open", "only_open", is_flag=True, help="Only those that wait, by when they are due.")
@click.option("--after", default=None, help="Go on after this one, the last of the page before.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@signed
def list_(only_open: bool, after: str | None, limit: int, server: str, token_file: Path | None, as_json: bool) -> None:
    """List requests: id, kind, country, tier, where it is, when it is due."""
    there = api(server, token_file)
    found = there.pages(at(), "requests", after=after, limit=limit, only_open=only_open)
    say(found, as_json, *(map(line, found) if found else ["Nobody asked for anything."]))


@legal.command()
@_reads
@REQUEST
@click.option("--look", is_flag=True, help="Also show what it says and what was written about it, which is recorded.")
@signed
def show(request: str, look: bool, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show REQUEST with its trail, what bars a notice, its snapshot, what is prepared."""
    there = api(server, token_file)
    found = there.call("GET", at(request))
    if look:
        found["seen"] = there.call("POST", at(request, "look"))
    say(found, as_json, *_page(found))


@legal.command()
@_reads
@REQUEST
@click.argument("file", type=click.Path(path_type=Path))
@signed
def document(request: str, file: Path, server: str, token_file: Path | None, as_json: bool) -> None:
    """Write the document of REQUEST into a new FILE that only its owner can read; it is recorded."""
    stored(api(server, token_file), at(request, "document"), None, file)
    say({"file": str(file)}, as_json, f"{file} is written.")


@legal.command()
@needs("legal.intake", remote=True)
@click.option("--kind", type=click.Choice(values(Kind)), required=True, help="By which right they ask.")
@click.option("--tier", type=click.Choice(values(Tier)), required=True, help="How deep it reaches.")
@click.option("--country", required=True, help="Whose authority or court: two capital letters.")
@click.option("--channel", type=click.Choice(values(Channel)), required=True, help="How it came in.")
@click.option("--received", type=Moment(), required=True, help="When it came in, such as 2027-03-01T09:30+01:00.")
@click.option("--due", type=Moment(), default=None, help="When it is due; the time of its kind without it.")
@click.option("--agency", required=True, help="Which authority, court or party. Kept in the vault, as what follows.")
@click.option("--sender", required=True, help="Who signed it.")
@click.option("--title", default="", help="Their rank or office.")
@click.option("--email", default="", help="The address that they give.")
@click.option("--phone", default="", help="The number that they give. It is not the one to call back.")
@click.option("--basis", "legal_basis", required=True, help="The law that they name.")
@click.option("--case-ref", default="", help="Their reference.")
@click.option("--danger", default="", help="In an emergency: what danger, to whom, why it cannot wait.")
@scoped
@click.option("--nondisclosure", is_flag=True, help="It comes with an order not to tell.")
@click.option("--nondisclosure-until", type=Moment(), default=None, help="Until when; without it, without an end.")
@click.option("--document", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True,
              help="The request itself, as a file of at most 1 MiB.")  # fmt: skip
@signed
def take(server: str, token_file: Path | None, as_json: bool, document: Path, **given: Any) -> None:
    """Take a request in, with its document."""
    moments = ("received", "due", "nondisclosure_until")
    scope = scope_given(given)
    told = {name: value for name, value in given.items() if name not in moments}
    told |= {"received_at": _said(given["received"]), "due_at": _said(given["due"]), "scope": scope}
    told |= {"nondisclosure": given["nondisclosure"] or given["nondisclosure_until"] is not None}
    told |= {"nondisclosure_until": _said(given["nondisclosure_until"])}
    told |= {"document": b64encode(document.read_bytes()).decode()}
    made = api(server, token_file).call("POST", at(), told)
    say(
        made, as_json, line(made), f"Next: find a number elsewhere, call it, then: seawall legal call-back {made['id']}"
    )


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _page(found: Mapping[str, Any]) -> list[str]:
    scope = found["granted"] or found["scope"]
    told = [line(found), f"  {', '.join(scope['accounts'])}: {', '.join(scope['categories']) or 'no data'}"]
    told[-1] += f", {scope['since']} to {scope['until']}"
    told += [f"  not told: {each['reason']}, until {each['until'] or 'further notice'}" for each in found["bars"]]
    kept, prepared = found["preservation"], found["production"]
    if kept:
        over = f"released {kept['released_at']}" if kept["released_at"] else f"until {kept['expires_at']}"
        told.append(f"  {kept['id']}: {kept['items']} items kept, {over}, renewed {kept['renewals']} times")
    if prepared:
        counts = f"{prepared['items']} items, {prepared['left_out']} left out, produced {prepared['times']} times"
        told.append(f"  prepared: {counts}; digest {prepared['manifest_sha256']}")
    told += [f"  {each['at']}  {each['what']}  {each['by']}" for each in found["trail"]]
    seen = found.get("seen") or {}
    for name, said in (seen.get("papers") or {}).items():
        given = ", ".join(filter(None, said.values())) if isinstance(said, dict) else said
        told += [f"  {name}: {plain(given)}"] if given else []
    return [*told, *(f"  written: {plain(said)}" for said in (seen.get("written") or {}).values())]
