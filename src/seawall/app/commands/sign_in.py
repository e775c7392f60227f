"""`seawall sign-in`, `seawall sign-out`, `seawall whoami`: this command line as a person, at a server."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from seawall.app import acting, remote
from seawall.app.commands.declared import host_only
from seawall.app.commands.options import JSON, instance, say
from seawall.app.remote import Kept, Refused, Remote
from seawall.vocabulary.errors import SeawallError

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class SignInFailed(SeawallError):
    """The command line was not let in."""

    code, status = "app.sign_in_failed", 401


def _server(ctx: click.Context, _: click.Parameter, given: str | None) -> str:
    return remote.checked_server(given or acting.usual(instance(), kept=False))


SERVER = click.option(
    "--server", callback=_server, help="Address of the server; that of the settings, or the last one, by default."
)


@click.command(name="sign-in")
@host_only("it signs in at a server")
@SERVER
@click.option("--passkey", is_flag=True, help="Prove the session that there is by a passkey, for what is dangerous.")
@JSON
def sign_in(server: str, passkey: bool, as_json: bool) -> None:
    """Sign in at a server: shows a code, which you type in a browser where you are signed in.

    With --passkey, use a passkey there before: the session here then counts as proven for the same five minutes.
    """
    there = remote.signed_in_at(server) if passkey else Remote(server)
    codes = there.call("POST", "/api/device/prove" if passkey else "/api/device")
    click.echo(f"Open {codes['verification_uri']} and type {codes['user_code']}", err=as_json)
    found = _awaited(there, codes)
    until = datetime.now(UTC) + timedelta(seconds=found["expires_in"])
    remote.keep(server, Kept(token=found["access_token"], person=found["person"], ends_at=until))
    said = f"Signed in at {server} as {found['person']}, until {until.astimezone():%H:%M} at the latest."
    say({"server": server, "person": found["person"], "ends_at": until}, as_json, said)


@click.command(name="sign-out")
@host_only("it signs out at a server")
@SERVER
@JSON
def sign_out(server: str, as_json: bool) -> None:
    """Sign out at a server, and forget the token here."""
    there = remote.signed_in_at(server)
    remote.keep(server, None)
    try:
        ended = bool(there.call("DELETE", "/api/session")["ended"])
    except Refused as error:
        if error.status != 401:
            raise
        ended = False
    told = f"Signed out at {server}." if ended else f"The session at {server} had ended before."
    say({"server": server, "ended": ended}, as_json, told)


@click.command()
@host_only("it asks a server as whom it acts")
@SERVER
@JSON
def whoami(server: str, as_json: bool) -> None:
    """Say as whom this command line acts at a server."""
    found = remote.signed_in_at(server).call("GET", "/api/session")
    roles = ", ".join(found["roles"]) or "no role"
    say({"server": server} | found, as_json, f"{found['person']} at {server}: {roles}; until {found['ends_at']}.")


def _awaited(there: Remote, codes: dict[str, Any], wait: Callable[[float], None] = time.sleep) -> dict[str, Any]:
    """Ask until the person decided. Raises SignInFailed, NetError."""
    pause = int(codes["interval"])
    while True:
        wait(pause)
        fields = {"grant_type": _GRANT, "device_code": codes["device_code"], "client_id": "seawall"}
        status, found = there.post_form("/api/device/token", fields)
        if status == 200:
            return dict(found)
        error = found.get("error")
        if error == "slow_down":
            pause += 5
        elif error != "authorization_pending":
            told = found.get("error_description") if isinstance(error, str) else None
            raise SignInFailed(told or f"{there.server} answers with status {status}.", hint="seawall sign-in")
