"""`seawall legal`: preserve, prepare, hand over, close; the numbers. The group and its lists are in `legal.py`."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.declared import needs, signed_in
from seawall.app.commands.legal_shapes import REQUEST, Moment, at, line, step, stored, values
from seawall.app.commands.options import say
from seawall.app.commands.signed import api, signed
from seawall.app.remote import path, query
from seawall.cases.legal.kinds import Outcome

_reviews = needs("legal.review", remote=True)


@click.command()
@_reviews
@REQUEST
@signed
def preserve(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Keep what is stored now of the accounts of REQUEST from every deletion, for ninety days."""
    _kept(server, token_file, as_json, request, "preserve")


@click.command()
@_reviews
@REQUEST
@signed
def renew(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Keep the snapshot of REQUEST for as long again, once."""
    _kept(server, token_file, as_json, request, "renew")


@click.command()
@_reviews
@REQUEST
@click.option("--to", required=True, help="Who gets it, and how. Kept in the vault.")
@click.option("--recipient", default=None, help="Their public key of age (age1…), which the file is encrypted to.")
@click.option("--in-clear-because", default=None, help="In the place of a key: why the file goes in clear.")
@signed
def prepare(
    request: str,
    to: str,
    recipient: str | None,
    in_clear_because: str | None,
    server: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """List what would be handed over for REQUEST. Nothing leaves."""
    given = {"to": to, "recipient": recipient, "in_clear_because": in_clear_because}
    found = api(server, token_file).call("POST", at(request, "prepare"), given)
    counts = f"{found['items']} items, {found['left_out']} left out; digest {found['manifest_sha256']}"
    say(found, as_json, counts, f"See each: seawall legal manifest {request}")


@click.command()
@needs("legal.read", remote=True)
@REQUEST
@signed
def manifest(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show what is prepared for REQUEST: each item with why it is in, and what is left out, counted."""
    found = api(server, token_file).call("GET", at(request, "manifest"))
    items = [f"{each['n']}  {each['category']}  {each['id']}  {each['why']}" for each in found["items"]]
    left = [f"left out: {each['count']} {each['data']}  {each['why']}" for each in found["left_out"]]
    say(found, as_json, f"For {found['to']}.", *items, *left)


@click.command()
@signed_in
@REQUEST
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--digest", required=True, help="The digest that `prepare` gave: nothing else is handed over.")
@click.option("--approval", default=None, help="The request (rq_…) under which others agreed.")
@signed
def produce(
    request: str, file: Path, digest: str, approval: str | None, server: str, token_file: Path | None, as_json: bool
) -> None:
    """Write what others agreed to hand over for REQUEST into a new FILE, this once."""
    given = {"manifest_sha256": digest, "approval": approval}
    stored(api(server, token_file), at(request, "produce"), given, file)
    say({"file": str(file)}, as_json, f"{file} is written. Once they have it: seawall legal deliver {request}")


@click.command()
@needs("legal.intake", remote=True)
@REQUEST
@click.option("--at", "moment", type=Moment(), required=True, help="Since when they have it.")
@signed
def deliver(request: str, moment: datetime, server: str, token_file: Path | None, as_json: bool) -> None:
    """Note that whoever asked in REQUEST has the file."""
    step(server, token_file, as_json, request, "deliver", {"at": moment.isoformat()})


@click.command()
@_reviews
@REQUEST
@click.option("--outcome", type=click.Choice([each for each in values(Outcome) if each != "rejected"]), required=True,
              help="What came of it; a refusal is `reject`.")  # fmt: skip
@click.option("--reason-code", default="answered", show_default=True, help="Why, as a code.")
@signed
def close(request: str, outcome: str, reason_code: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Close REQUEST with what came of it."""
    found = api(server, token_file).call("POST", at(request, "close"), {"outcome": outcome, "reason_code": reason_code})
    say(found, as_json, line(found))


@click.command()
@needs("legal.read", remote=True)
@click.option("--since", type=Moment(), default=None, help="Show what would be published: from this moment.")
@click.option("--until", type=Moment(), default=None, help="Up to, not including, this one.")
@signed
def numbers(
    since: datetime | None, until: datetime | None, server: str, token_file: Path | None, as_json: bool
) -> None:
    """Show the numbers that were published, or what would be of a period."""
    there = api(server, token_file)
    if since is None or until is None:
        if since is not until:
            raise click.UsageError("A period takes --since and --until.")
        found = there.call("GET", path("legal", "numbers"))
        say(found, as_json, *([each for one in found for each in _period(one)] or ["No numbers were published."]))
        return
    asked = query({"since": since.isoformat(), "until": until.isoformat()})
    one = there.call("GET", f"{path('legal', 'numbers', 'preview')}?{asked}")
    say(one, as_json, *_period(one))


@click.command("close-numbers")
@_reviews
@click.option("--since", type=Moment(), required=True, help="From this moment.")
@click.option("--until", type=Moment(), required=True, help="Up to, not including, this one.")
@signed
def close_numbers(since: datetime, until: datetime, server: str, token_file: Path | None, as_json: bool) -> None:
    """Publish the numbers of a period that is over, once. They cannot be changed."""
    given = {"since": since.isoformat(), "until": until.isoformat()}
    found = api(server, token_file).call("POST", path("legal", "numbers"), given)
    say(found, as_json, *_period(found))


def _kept(server: str, token_file: Path | None, as_json: bool, request: str, what: str) -> None:
    found = api(server, token_file).call("POST", at(request, what))
    say(found, as_json, f"{found['id']}  {found['items']} items, kept until {found['expires_at']}")


def _period(found: dict[str, Any]) -> list[str]:
    told = [f"{found['since']} to {found['until']}; fewer than {found['smallest_cell']} are not told"]
    for cell in found["cells"]:
        counts = [
            f"{name} {'–' if cell[name] is None else cell[name]}" for name in ("requests", "accounts", "answered")
        ]
        told.append(f"  {cell['request_kind']}  {cell['country'] or 'all others'}  {', '.join(counts)}")
    security = (found["national_security_requests"], found["national_security_accounts"])
    return [*told, f"  national_security  requests {security[0]}, accounts {security[1]}"]


ANSWERS = (preserve, renew, prepare, manifest, produce, deliver, close, numbers, close_numbers)
