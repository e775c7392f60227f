"""Ask a running Seawall over its API, as whoever a token signs in.

The token is a session's: it comes from `--token-file` or SEAWALL_TOKEN, is sent to that server alone, and is shown
nowhere. Limits: it does not sign in.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec

from seawall.net import GuardedClient
from seawall.vocabulary.errors import SeawallError

TOKEN = "SEAWALL_TOKEN"  # noqa: S105 - the name of a variable
AGENT = "seawall-cli/1"
_LONGEST = 16 * 2**20


class NotSignedIn(SeawallError):
    """A command that acts as a person has nobody to act as."""

    code, status = "app.not_signed_in", 401

    def __init__(self) -> None:
        super().__init__(
            "Nobody is signed in here.",
            hint=f"Sign in on the server, and hand the session's token over in --token-file or {TOKEN}.",
        )


class Answered(SeawallError):
    """The server refused; the code, message and hint are its own."""

    code = "app.answered"

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(str(told.get("message", f"The server answered {status}.")), hint=str(told.get("hint", "")))
        self.told_code, self.told_status = str(told.get("code", self.code)), status

    def as_dict(self) -> dict[str, str]:
        """Return what the server told."""
        return super().as_dict() | {"code": self.told_code}


class Api:
    """A server and who asks it."""

    def __init__(self, server: str, token: str, *, agent: str = AGENT) -> None:
        self._server = server.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}", "user-agent": agent, "accept": "application/json"}

    def get(self, path: str) -> Any:
        """Return what is at a path. Raises Answered, NetError."""
        return asyncio.run(self._ask(path, None))

    def post(self, path: str, body: object) -> Any:
        """Send something to a path and return the answer. Raises Answered, NetError."""
        return asyncio.run(self._ask(path, msgspec.json.encode(body)))

    async def _ask(self, path: str, body: bytes | None) -> Any:
        url, headers = self._server + path, {**self._headers, "content-type": "application/json"}
        async with GuardedClient() as client:
            sent = (
                client.get(url, headers, private=True)
                if body is None
                else client.post(url, body, headers, private=True)
            )
            async with sent as reply:
                told = _json(await reply.read(_LONGEST))
        if reply.status >= 400:
            raise Answered(reply.status, told.get("error", {}) if isinstance(told, dict) else {})
        return told


def token_from(file: Path | None) -> str:
    """Return the token of a file or the environment. Raises NotSignedIn."""
    token = file.read_text("utf-8").strip() if file is not None else os.environ.get(TOKEN, "")
    if not token:
        raise NotSignedIn
    return token


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
