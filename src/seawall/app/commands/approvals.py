"""`seawall approvals`: two-party control as a signed-in person, over the API of a running Seawall."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import click

from seawall.app.commands.declared import needs, signed_in
from seawall.app.commands.options import Command, say, texts
from seawall.app.commands.signed import api, signed
from seawall.app.remote import Remote

_STATES = ("waiting", "approved", "executed", "denied", "cancelled", "expired")


def _wanted(command: Command) -> Command:
    for option in (
        click.option("--reason", required=True, help="Why; approvers see it. Kept in the vault."),
        click.option(
            "--files",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            default=None,
            help="A directory to hand in: a policy, or Cedar policies of roles.",
        ),
        click.option("--parameters", default="{}", show_default=True, help="What exactly, as a JSON object."),
    ):
        command = option(command)
    return command


@click.group()
def approvals() -> None:
    """Ask others to agree to what is dangerous, agree, and do it; signed in, over the API."""


@approvals.command("list")
@needs("approval.read", remote=True)
@click.option("--state", type=click.Choice(_STATES), default=None, help="Only those in this state.")
@click.option("--after", default="", help="Go on after this one, the last of the page before.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@signed
def list_(state: str | None, after: str, limit: int, server: str, token_file: Path | None, as_json: bool) -> None:
    """List requests, newest first."""
    asked = {"after": after, "limit": limit} | ({"state": state} if state else {})
    found = api(server, token_file).call("GET", f"/api/approvals?{urlencode(asked)}")["requests"]
    say(found, as_json, *(map(_line, found) if found else ["There is no such request."]))


@approvals.command()
@needs("approval.read", remote=True)
@click.argument("request")
@signed
def show(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Show exactly what REQUEST asks for, what will happen, who agreed, who could and who could not."""
    found = api(server, token_file).call("GET", _path(request))
    say(found, as_json, *_page(found))


@approvals.command()
@needs("approval.read", remote=True)
@signed
def acts(server: str, token_file: Path | None, as_json: bool) -> None:
    """List the acts that others must agree to, what each takes, and which are not available and why."""
    found = api(server, token_file).call("GET", "/api/acts")
    lines = [f"{each['act']}  {each['does']}" + _unavailable(each) for each in found]
    say(found, as_json, *lines)


@approvals.command()
@signed_in
@click.argument("act")
@_wanted
@signed
def ask(
    act: str,
    parameters: str,
    files: Path | None,
    reason: str,
    server: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Ask others to agree to ACT, such as policy.publish. It takes the role that may do it."""
    body = {"act": act, "parameters": _given(parameters, files), "reason": reason}
    found = api(server, token_file).call("POST", "/api/approvals", body)
    say(found, as_json, *_page(found))


@approvals.command("break-glass")
@needs("approval.break_glass", remote=True)
@click.argument("act")
@_wanted
@signed
def break_glass(
    act: str,
    parameters: str,
    files: Path | None,
    reason: str,
    server: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Take ACT upon yourself alone, in an emergency, for half an hour; two others review it."""
    body = {"act": act, "parameters": _given(parameters, files), "reason": reason}
    found = api(server, token_file).call("POST", "/api/approvals/break-glass", body)
    say(found, as_json, *_page(found))


@approvals.command()
@needs("approval.vote", remote=True)
@click.argument("request")
@click.option("--digest", required=True, help="The digest that `show` gave: you agree to nothing else.")
@signed
def approve(request: str, digest: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Agree to REQUEST exactly as you saw it."""
    _vote(request, digest, True, api(server, token_file), as_json)


@approvals.command()
@needs("approval.vote", remote=True)
@click.argument("request")
@click.option("--digest", required=True, help="The digest that `show` gave.")
@signed
def deny(request: str, digest: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Refuse REQUEST, which ends it."""
    _vote(request, digest, False, api(server, token_file), as_json)


@approvals.command()
@signed_in
@click.argument("request")
@signed
def execute(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Do exactly what REQUEST says, once, where you asked for it. What it shows is not shown again."""
    found = api(server, token_file).call("POST", f"{_path(request)}/execute", {})
    say(found, as_json, _line(found["request"]), *(f"  {name}: {value}" for name, value in found["shown"].items()))


@approvals.command()
@signed_in
@click.argument("request")
@signed
def cancel(request: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Take back REQUEST, which you asked for."""
    found = api(server, token_file).call("POST", f"{_path(request)}/cancel", {})
    say(found, as_json, _line(found))


@approvals.command()
@needs("approval.review_glass", remote=True)
@click.argument("request")
@click.option("--justified/--not-justified", "justified", required=True, default=None, help="What you found.")
@click.option("--words", default="", help="Why; whoever reads the request reads this. Kept in the vault.")
@signed
def review(request: str, justified: bool, words: str, server: str, token_file: Path | None, as_json: bool) -> None:
    """Review what somebody did alone under REQUEST."""
    found = api(server, token_file).call("POST", f"{_path(request)}/review", {"justified": justified, "words": words})
    say(found, as_json, *_page(found))


def _vote(request: str, digest: str, approves: bool, there: Remote, as_json: bool) -> None:
    found = there.call("POST", f"{_path(request)}/vote", {"digest": digest, "approves": approves})
    say(found, as_json, _line(found))


def _path(request: str) -> str:
    return f"/api/approvals/{quote(request, safe='')}"


def _given(parameters: str, files: Path | None) -> Mapping[str, Any]:
    try:
        given = json.loads(parameters)
    except ValueError as error:
        raise click.BadParameter(f"it is no JSON: {error}.", param_hint="'--parameters'") from None
    if not isinstance(given, dict):
        raise click.BadParameter("it is no JSON object.", param_hint="'--parameters'")
    return given if files is None else given | {"files": texts(files)}


def _line(found: Mapping[str, Any]) -> str:
    alone = "  alone" if found["alone"] else ""
    return f"{found['id']}  {found['act']}  {found['thing']}  {found['state']}{alone}  until {found['ends_at']}"


def _unavailable(act: Mapping[str, Any]) -> str:
    return f"\n  not available: {act['unavailable']}" if act["unavailable"] else ""


def _page(found: Mapping[str, Any]) -> Iterable[str]:
    yield _line(found)
    yield f"asked by {found['requester_name'] or found['requester']}: {found['reason']}"
    yield found["will"]
    yield f"exactly: {json.dumps(found['parameters'], ensure_ascii=False, sort_keys=True)}"
    yield f"digest {found['digest']}"
    for given in found["votes"]:
        yield f"  {given['name'] or given['person']} {'agreed' if given['approves'] else 'refused'} at {given['at']}"
    for each in found["approvers"]:
        yield f"  {each['name'] or each['person']} {each['against'] or 'could agree'}"
