"""`seawall waiting`: what waits for whoever is signed in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from seawall.app.commands.declared import signed_in
from seawall.app.commands.options import say
from seawall.app.commands.signed import api, signed


@click.command()
@signed_in
@signed
def waiting(server: str, token_file: Path | None, as_json: bool) -> None:
    """Show what waits for you: votes, alarms, what to carry out, what to confirm, privacy requests."""
    found = api(server, token_file).call("GET", "/api/me/waiting")
    say(found, as_json, *(list(_lines(found)) or ["Nothing waits for you."]))


def _lines(found: Mapping[str, Any]) -> Iterable[str]:
    for each in found["alarms"]:
        yield f"alarm: {each['request']} ({each['what']}). Next: seawall approvals show {each['request']}"
    for each in found["to_vote"]:
        yield f"vote: {each['id']}  {each['act']}  {each['thing']}. Next: seawall approvals show {each['id']}"
    for each in found["approved"]:
        yield f"agreed to: {each['id']}  {each['act']}. Next: seawall approvals execute {each['id']}"
    for each in found["questions"]:
        what = f"{each['source']} {each['what']} of {each['holder']}"
        yield f"confirm: {what}. Next: seawall recertify confirm {each['id']}"
    for each in found["grants"]:
        yield f"due {each['review_at'][:10]}: the role {each['role']} of {each['person']}"
    for each in found["privacy"]:
        yield f"due {each['due_at'][:10]}: {each['wish']}. Next: seawall privacy show {each['request']}"
