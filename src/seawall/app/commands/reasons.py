"""`seawall reasons`: statements of reasons for the DSA Transparency Database: take out, send, see how they stand."""

from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, say

_HERE = "settings and the authority's token lie in files here"


@click.group()
def reasons() -> None:
    """Statements of reasons for the DSA Transparency Database."""


@reasons.command()
@needs("reasons.read", host=_HERE)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@BY
@JSON
def export(folder: Path, by: str, as_json: bool) -> None:
    """Write what waits to FOLDER, in files of 100 statements as the authority's API takes them. Nothing is sent."""
    from seawall.app.stating import since
    from seawall.cases.reasons.sending import due, prepare

    here, after, files = instance(), "", list[str]()
    folder.mkdir(parents=True, exist_ok=True)
    with here.database().begin() as tx:
        prepare(tx, clock=here.clock, since=since(here))
        while batch := due(tx, after=after):
            path = folder / f"statements-{len(files) + 1:04}.json"
            body: dict[str, Any] = {"statements": [each.fields for each in batch]}
            path.write_bytes(msgspec.json.format(msgspec.json.encode(body)))
            files.append(str(path))
            after = batch[-1].decision
        acted(tx)
    say({"files": files}, as_json, *(files or ["Nothing waits."]))


@reasons.command()
@needs("reasons.send", host=_HERE)
@click.option("--again", is_flag=True, help="Also what was refused before, once what was wrong is put right.")
@BY
@JSON
def send(again: bool, by: str, as_json: bool) -> None:
    """Send what waits, now; a worker does so every hour."""
    from seawall.app import stating
    from seawall.cases.reasons import sending

    here = instance()
    stating.authority(here)
    with here.database().begin() as tx:
        if again:
            sending.again(tx)
        acted(tx)
    done = stating.send(here, by=by)
    more = " Which and why: seawall reasons status" if done.refused else ""
    say(done, as_json, f"{done.sent} sent, {done.refused} refused.{more}")


@reasons.command()
@needs("reasons.read", host=_HERE, reads=True)
@JSON
def status(as_json: bool) -> None:
    """Say how many statements wait, were sent and were refused, and which fields of those were wrong."""
    from seawall.cases.reasons.sending import status as stand

    with instance().database().begin() as tx:
        found = stand(tx)
    last = f", last on {found.last_sent_at:%Y-%m-%d %H:%M}" if found.last_sent_at else ""
    first = f"{found.waiting} wait, {found.sent} sent{last}, {found.refused} refused."
    say(found, as_json, first, *(f"  {each.decision} ({each.puid}): {', '.join(each.fields)}" for each in found.wrong))
