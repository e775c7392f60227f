"""Call the API of a server as the person who signed in there from this machine.

Tokens lie in `~/.config/seawall/sessions.json` (or under XDG_CONFIG_HOME), which nobody else may read. They travel over
HTTPS, or to this machine itself.
"""

import json
import os
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from seawall.app.refusals import next_step
from seawall.vocabulary.errors import InvalidInput, SeawallError

if TYPE_CHECKING:
    # Only for the type checker: a command that calls no server must not wait for what would.
    from seawall.net.once import Answer

_MINE = 0o077
_PAGE = 500
_LARGEST = 256 * 1024 * 1024


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A session at a server."""

    token: str
    person: str
    ends_at: datetime | None = None


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of this machine's user by server, and the server that was signed in to last."""

    last: str = ""
    servers: dict[str, Kept] = {}


class NotSignedIn(SeawallError):
    """Nobody signed in at that server from here."""

    code, status = "app.not_signed_in", 401

    def __init__(self, server: str) -> None:
        super().__init__(f"Nobody is signed in at {server} from here.", hint=f"seawall sign-in --server {server}")


class BadServer(InvalidInput):
    """An address is none of a server to which a token may travel."""

    code = "app.bad_server"


class Refused(SeawallError):
    """A server refused, in its own words."""

    def __init__(self, code: str, status: int, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        # Of the object, as each server's answer has its own.
        self.__dict__ |= {"code": code, "status": status}


class Remote:
    """One server, called with a token where there is one."""

    def __init__(self, server: str, token: str = "") -> None:
        self.server, self._token = checked_server(server), token

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Return what the API answers. Raises Refused, NetError."""
        return _object(self.answer(method, path, body))

    def answer(self, method: str, path: str, body: object = None) -> "Answer":
        """Return a whole answer of the API, such as a file. Raises Refused, NetError."""
        sent = None if body is None else msgspec.json.encode(body)
        answer = self._ask(method, path, sent, "application/json")
        if answer.status >= 300:
            found = _object(answer)
            told = found.get("error", {}) if isinstance(found, dict) else {}
            told = told if isinstance(told, dict) else {}
            said = told.get("message") or f"{self.server} answers with status {answer.status}."
            raise Refused(told.get("code", "app.refused"), answer.status, said, next_step(self.server, told))
        return answer

    def pages(self, path: str, field: str, *, after: str | None, limit: int, **asked: object) -> list[Any]:
        """Return up to `limit` things of a list that comes page by page. Raises Refused, NetError."""
        found: list[Any] = []
        following = after or ""
        while len(found) < limit:
            page = {"after": following, "limit": min(limit - len(found), _PAGE)}
            answered = self.call("GET", f"{path}?{query(asked | page)}")
            found += answered[field]
            following = answered["next"]
            if not following:
                break
        return found

    def do(self, act: str, **parameters: object) -> Any:
        """Do what takes the approval of others: the refusal says how to ask for it. Raises Refused, NetError."""
        return self.call("POST", f"/api/acts/{act}", {"parameters": parameters})

    def post_form(self, path: str, fields: Mapping[str, str]) -> tuple[int, Any]:
        """Send a form, as OAuth wants it, and return the status and what was answered. Raises NetError."""
        answer = self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")
        return answer.status, _object(answer)

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> "Answer":
        from seawall.net.once import ask

        headers = {"user-agent": agent(), "accept": "application/json"}
        headers |= {"content-type": kind} if body is not None else {}
        headers |= {"authorization": f"Bearer {self._token}"} if self._token else {}
        return ask(method, self.server + path, body=body, headers=headers, private=True, within_s=60, limit=_LARGEST)


def path(*parts: str) -> str:
    """Return the path of the API that these parts make."""
    return "/api/" + "/".join(quote(part, safe="") for part in parts)


def query(asked: Mapping[str, object]) -> str:
    """Return what is asked as the query of an address; what is None is left out."""
    return urlencode({name: given for name, given in asked.items() if given is not None}, doseq=True)


def agent() -> str:
    """Return what this program calls itself; a session of it is bound to that."""
    return f"seawall/{version('seawall')} ({platform.system()} {platform.node()})"


def checked_server(server: str) -> str:
    """Return the address of a server without what follows its host. Raises BadServer."""
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadServer(f"{server!r} is no address of a server.", hint="Such as https://seawall.example")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise BadServer(f"{server} is not https.", hint="A token travels over https, or to this machine itself.")
    return f"{parts.scheme}://{parts.netloc}"


def load(environment: Mapping[str, str] = os.environ) -> Sessions:
    """Return the sessions that are kept here. Raises BadServer where others may read them."""
    path = where(environment)
    try:
        if path.stat().st_mode & _MINE:
            raise BadServer(f"{path} can be read by others.", hint=f"chmod 600 {path}, then sign in again.")
        return msgspec.json.decode(path.read_bytes(), type=Sessions)
    except FileNotFoundError:
        return Sessions()
    except msgspec.DecodeError:
        raise BadServer(f"{path} cannot be read.", hint="Remove it, then sign in again.") from None


def keep(server: str, session: Kept | None, environment: Mapping[str, str] = os.environ) -> None:
    """Keep a session, or forget the one that there was."""
    before, path = load(environment), where(environment)
    servers = {name: kept for name, kept in before.servers.items() if name != server}
    servers |= {} if session is None else {server: session}
    last = server if session is not None else (before.last if before.last in servers else "")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    # Nobody else may read it at any moment, not even before its mode is set.
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(Sessions(last=last, servers=servers)))
    fresh.replace(path)


def where(environment: Mapping[str, str]) -> Path:
    """Return the file in which sessions are kept."""
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME") or "~").expanduser() / ".config")
    return Path(home) / "seawall" / "sessions.json"


def signed_in_at(server: str, environment: Mapping[str, str] = os.environ) -> Remote:
    """Return a server as the person calls it who signed in there. Raises NotSignedIn, BadServer."""
    known = checked_server(server)
    kept = load(environment).servers.get(known)
    if kept is None:
        raise NotSignedIn(known)
    return Remote(known, kept.token)


def _object(answer: "Answer") -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return {}


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
