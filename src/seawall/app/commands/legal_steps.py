"""`seawall legal`: check who sent a request, and review it. The group and its lists are in `legal.py`."""

from pathlib import Path
from typing import Any

import click

from seawall.app.commands.declared import needs
from seawall.app.commands.legal_shapes import REQUEST, Moment, scope_given, scoped, step, values
from seawall.app.commands.options import Command
from seawall.app.commands.signed import signed
from seawall.cases.legal.kinds import Bar, FoundAt

_reviews = needs("legal.review", remote=True)


def _worded(command: Command) -> Command:
    words = click.option("--words", required=True, help="In words, kept in the vault.")
    code = click.option("--reason-code", required=True, help="Why, as a code such as too_broad.")
    return code(words(command))


@click.command("call-back")
@needs("legal.intake", remote=True)
@REQUEST
@click.option("--found-at", type=click.Choice(values(FoundAt)), required=True, help="Where the number was found.")
@click.option("--number", required=True, help="The number that was called; not the one that the request gives.")
@click.option("--spoke-to", required=True, help="Who answered.")
@click.option("--confirmed/--not-confirmed", required=True, help="Whether the sender is who they say.")
@signed
def call_back(request: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Note that the sender of REQUEST was called back. Nothing goes on before it."""
    step(server, token_file, as_json, request, "call-back", given)


@click.command()
@_reviews
@REQUEST
@click.option("--reason", required=True, help="Why it holds, or holds so far. Kept in the vault.")
@scoped
@signed
def accept(request: str, reason: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Say what of REQUEST holds: all of it, or what the options name. Somebody else approves it."""
    told = {"reason": reason, "scope": scope_given(given)}
    step(server, token_file, as_json, request, "accept", told)


@click.command()
@_reviews
@REQUEST
@_worded
@signed
def clarify(request: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Ask the sender of REQUEST what is meant."""
    step(server, token_file, as_json, request, "clarify", given)


@click.command()
@_reviews
@REQUEST
@_worded
@signed
def challenge(request: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Object to REQUEST, before its sender or a court."""
    step(server, token_file, as_json, request, "challenge", given)


@click.command("go-on")
@_reviews
@REQUEST
@_worded
@signed
def go_on(request: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Take REQUEST up again, with what was answered."""
    step(server, token_file, as_json, request, "go-on", given)


@click.command("send-back")
@_reviews
@REQUEST
@_worded
@signed
def send_back(request: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Do not agree to the review of REQUEST: it is done anew."""
    step(server, token_file, as_json, request, "send-back", given)


@click.command()
@_reviews
@REQUEST
@_worded
@signed
def reject(request: str, server: str, token_file: Path | None, as_json: bool, **given: Any) -> None:
    """Refuse REQUEST for good."""
    step(server, token_file, as_json, request, "reject", given)


@click.command()
@_reviews
@REQUEST
@signed
def approve(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Agree to the review of REQUEST, as another human than whoever did it."""
    step(server, token_file, as_json, request, "approve")


@click.command()
@_reviews
@REQUEST
@click.option("--reason", type=click.Choice(values(Bar)), required=True, help="What bars a notice.")
@click.option("--until", type=Moment(), default=None, help="Until when; only an order may have no end.")
@signed
def bar(request: str, reason: str, until: Any, server: str, token_file: Path | None, as_json: bool) -> None:
    """Say that the people whom REQUEST concerns may not be told yet."""
    given = {"reason": reason, "until": None if until is None else until.isoformat()}
    step(server, token_file, as_json, request, "bar", given)


STEPS = (call_back, accept, clarify, challenge, go_on, send_back, reject, approve, bar)
