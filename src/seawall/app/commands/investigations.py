"""`seawall investigations`: look across accounts, as a signed-in person over the API of a running Seawall."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.cases import plain
from seawall.app.commands.declared import needs
from seawall.app.commands.options import paged, say, say_page
from seawall.app.commands.signed import api, signed
from seawall.app.remote import path

INVESTIGATION = click.argument("investigation")
_reads = needs("investigation.read", remote=True, reads=True)
_manages = needs("investigation.manage", remote=True)
_HOWS = ("text", "expression", "category", "detector", "release", "tool", "network", "similar", "account", "key",
         "linked")  # fmt: skip
_TYPED = frozenset({"text", "expression", "tool", "network", "similar"})
_DAYS = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.group()
def investigations() -> None:
    """Look across accounts for what was said and found; saved with its trail. Signed in, over the API."""


@investigations.command("list")
@_reads
@click.option("--open", "only_open", is_flag=True, help="Only those that are not closed.")
@paged
@signed
def list_(only_open: bool, after: str | None, limit: int, server: str, token_file: Path | None, as_json: bool) -> None:
    """List the investigations that you may see, newest first."""
    there = api(server, token_file)
    found = there.pages(path("investigations"), "investigations", after=after, limit=limit, only_open=only_open)
    say_page(found, as_json, _line, nothing="There is no investigation.", limit=limit, name=lambda each: each["id"])


@investigations.command("open")
@needs("investigation.open", remote=True)
@click.option("--name", required=True, help="What it is called. Kept in the vault.")
@signed
def open_(name: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Open an investigation, which you alone read for now."""
    made = api(server, token_file).call("POST", path("investigations"), {"name": name})
    say(made, as_json, f"{made['id']} is open. You alone read it for now.")


@investigations.command()
@_reads
@INVESTIGATION
@signed
def show(investigation: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show INVESTIGATION with what was saved into it and its trail."""
    found = api(server, token_file).call("GET", path("investigations", investigation))
    pins = [f"  saved: {each['what']} {each['thing']}" for each in found["pins"]]
    trail = [
        f"  {each['at']}  {each['what']}  {each['by']}{_told(each['told'])}"
        + (f"\n    {plain(each['text'])}" if each["text"] else "")
        for each in found["trail"]
    ]
    say(found, as_json, _line(found), *pins, *trail)


@investigations.command()
@_manages
@INVESTIGATION
@click.option("--by", "how", type=click.Choice(_HOWS), required=True, help="By what exchanges are looked for.")
@click.option("--for", "sought", default="", help="A text, expression, name or address; or an id or a category.")
@click.option("--like", default="", help="By network or similar: as in this exchange.")
@click.option("--since", type=_DAYS, default=None, help="From when on (UTC).")
@click.option("--until", type=_DAYS, default=None, help="Up to when (UTC).")
@click.option("--project", default="", help="Only in this project.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.0, help="Only from this score, or likeness, on.")
@signed
def search(
    investigation: str, how: str, sought: str, server: str, token_file: Path | None, as_json: bool, **given: Any
) -> None:
    """Look for exchanges in INVESTIGATION. What was said is read by a worker: see `results`."""
    body = {"how": how, ("typed" if how in _TYPED else "value"): sought}
    body |= {name: moment(each) if isinstance(each, datetime) else each for name, each in given.items()}
    made = api(server, token_file).call("POST", path("investigations", investigation, "searches"), body)
    say(made, as_json, _search(made))


@investigations.command()
@_reads
@INVESTIGATION
@paged
@signed
def searches(
    investigation: str, after: str | None, limit: int, server: str, token_file: Path | None, as_json: bool
) -> None:
    """List what was looked for in INVESTIGATION, newest first."""
    there = api(server, token_file)
    found = there.pages(path("investigations", investigation, "searches"), "searches", after=after, limit=limit)
    say_page(found, as_json, _search, nothing="Nothing was looked for.", limit=limit, name=lambda each: each["id"])


@investigations.command()
@_reads
@INVESTIGATION
@click.argument("search_id", metavar="SEARCH")
@paged
@signed
def results(
    investigation: str,
    search_id: str,
    after: str | None,
    limit: int,
    server: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Show what SEARCH of INVESTIGATION finds now, newest or nearest first."""
    there, at = api(server, token_file), path("investigations", investigation, "searches", search_id)
    found = there.pages(at, "exchanges", after=after, limit=limit)
    say_page(found, as_json, _exchange, nothing="Nothing.", limit=limit, name=lambda each: each["exchange"])


@investigations.command()
@needs("investigation.look", remote=True)
@INVESTIGATION
@click.argument("exchange")
@signed
def look(investigation: str, exchange: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show what was said in EXCHANGE for INVESTIGATION, which is recorded."""
    at = path("investigations", investigation, "exchanges", exchange, "look")
    found = api(server, token_file).call("POST", at)
    texts = [f"  {each['stage']}, {each['surface']}: {plain(each['text'])}" for each in found["texts"]]
    say(found, as_json, _exchange(found), *texts)


@investigations.command()
@_manages
@INVESTIGATION
@click.argument("thing")
@signed
def pin(investigation: str, thing: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Save an exchange or an account, THING, into INVESTIGATION."""
    given = {"what": "account" if thing.startswith("ac_") else "exchange", "thing": thing}
    found = api(server, token_file).call("POST", path("investigations", investigation, "pins"), given)
    say(found, as_json, f"{thing} is saved in {investigation}.")


@investigations.command()
@_manages
@INVESTIGATION
@click.argument("thing")
@signed
def unpin(investigation: str, thing: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Take THING out of INVESTIGATION again."""
    what = "account" if thing.startswith("ac_") else "exchange"
    found = api(server, token_file).call("DELETE", path("investigations", investigation, "pins", what, thing))
    say(found, as_json, f"{thing} is out of {investigation}.")


@investigations.command()
@_manages
@INVESTIGATION
@click.option("--text", required=True, help="The note. Kept in the vault.")
@signed
def note(investigation: str, text: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Write a note in INVESTIGATION."""
    found = api(server, token_file).call("POST", path("investigations", investigation, "notes"), {"text": text})
    say(found, as_json, "Noted.")


@investigations.command()
@_manages
@INVESTIGATION
@click.argument("readers", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Leave it to the roles again.")
@signed
def readers(
    investigation: str, readers: tuple[str, ...], everybody: bool, server: str, token_file: Path | None, as_json: bool
) -> None:
    """Say who alone may see INVESTIGATION beside you: READERS, by id."""
    given = {"readers": None if everybody else list(readers)}
    found = api(server, token_file).call("PUT", path("investigations", investigation, "readers"), given)
    told = "whoever has the role" if found["readers"] is None else ", ".join(found["readers"])
    say(found, as_json, f"{investigation} is read by {told}.")


@investigations.command()
@_manages
@INVESTIGATION
@click.option("--reason-code", required=True, help="Why, as a code such as done.")
@signed
def close(investigation: str, reason_code: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """End INVESTIGATION, and what still runs in it. Its trail stays."""
    at = path("investigations", investigation, "close")
    found = api(server, token_file).call("POST", at, {"reason_code": reason_code})
    say(found, as_json, f"{investigation} is closed.")


@investigations.command()
@_manages
@INVESTIGATION
@click.option("--reason-code", required=True, help="Why, as a code such as new_facts.")
@signed
def reopen(investigation: str, reason_code: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Go on with INVESTIGATION, which was closed. What was stopped stays stopped."""
    at = path("investigations", investigation, "reopen")
    found = api(server, token_file).call("POST", at, {"reason_code": reason_code})
    say(found, as_json, f"{investigation} is open again.")


def moment(at: datetime) -> str:
    """Return a moment as the API takes it."""
    return at.replace(tzinfo=UTC).isoformat()


def _line(found: Mapping[str, Any]) -> str:
    return f"{found['id']}  {'closed' if found['closed_at'] else 'open'}  {plain(found['name'])}"


def _told(told: Mapping[str, Any]) -> str:
    return "".join(f"  {name}: {value}" for name, value in told.items() if value is not None)


def _search(made: Mapping[str, Any]) -> str:
    more = "" if made["whole"] or made["state"] in ("queued", "running") else ", or more"
    sought = made["value"] or (f"like {made['like']}" if made["like"] else "(kept in the vault)")
    return f"{made['id']}  {made['how']} {sought}: {made['state']}, {made['hits']} found{more}"


def _exchange(found: Mapping[str, Any]) -> str:
    seen = ", ".join(f"{each['category']} {each['score']:.2f}" for each in found["findings"][:3]) or "nothing found"
    near = "" if found.get("near") is None else f"  {found['near']:.2f} like it"
    return f"{found['exchange']}  {found['at']}  {found['account']}  {found['measure']}  {seen}{near}"
