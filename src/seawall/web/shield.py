"""What holds for every request and answer: known hosts, bounded bodies, headers that tell a browser what not to do.

Raw ASGI around the application, so that no route and no error escapes it. A token that was replaced while a request
ran goes into its answer here.
"""

from collections.abc import Iterable
from typing import Any

from seawall.vocabulary.forwarding import CLIENT_HEADER
from seawall.web.csrf import BEFORE
from seawall.web.signed import COOKIE

LONGEST_BODY = 2 * 1024 * 1024
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_STATIC = "/static/"
# Names of this machine: whoever comes by one is sent on to where passkeys and cookies hold.
_HERE = frozenset({"127.0.0.1", "[::1]", "localhost"})


class Shield:
    """Wrap an application. `hosts` are the names under which browsers may reach it, `home` is where they should."""

    def __init__(
        self,
        app: Any,
        *,
        hosts: Iterable[str],
        home: str,
        https: bool,
        behind_front: bool = False,
        longest_body: int = LONGEST_BODY,
    ) -> None:
        self._app, self._hosts, self._home, self._https = app, frozenset(hosts), home, https
        self._behind_front, self._longest = behind_front, longest_body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        scope = {**scope, "state": {}, "client": self._client(scope, headers)}
        host = _host(headers)
        if host not in self._hosts:
            if host in _HERE and scope["method"] == "GET":
                await _move(send, self._home + scope["path"])
                return
            await _refuse(send, 421, "web.unknown_host", "This host name is not one of this site.")
            return
        stated = headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > self._longest:
            await _refuse(send, 413, "web.body_too_long", f"A request has at most {self._longest} bytes.")
            return
        await self._app(scope, _Bounded(receive, self._longest), self._dressed(scope, send))

    def _client(self, scope: Any, headers: dict[bytes, bytes]) -> tuple[str, int] | None:
        if self._behind_front:
            return headers.get(CLIENT_HEADER, b"").decode("latin-1"), 0
        found: tuple[str, int] | None = scope.get("client")
        return found

    def _dressed(self, scope: Any, send: Any) -> Any:
        async def dressed(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name for name, _ in given}
                given += [each for each in HEADERS if each[0] not in names]
                if b"cache-control" not in names and _STATIC not in scope["path"]:
                    given.append((b"cache-control", b"no-store"))
                if self._https:
                    given.append(_HSTS)
                given += [(b"set-cookie", each.encode()) for each in _cookies(scope["state"])]
                message = {**message, "headers": given}
            await send(message)

        return dressed


class _Bounded:
    """A `receive` that ends a body which says nothing of its length and is too long."""

    def __init__(self, receive: Any, longest: int) -> None:
        self._receive, self._left = receive, longest

    async def __call__(self) -> Any:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


def _cookies(state: dict[str, Any]) -> Iterable[str]:
    """Return the cookies to set: a session's new token, or none any more; what a sign-in form belongs to."""
    token = state.get("token")
    if token is not None:
        ends = "" if token else "; Max-Age=0"
        yield f"{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax{ends}"
    if state.get("before"):
        yield f"{BEFORE}={state['before']}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600"


def _host(headers: dict[bytes, bytes]) -> str:
    """Return the name of the host that was asked for, without its port."""
    given = headers.get(b"host", b"").decode("latin-1").lower()
    name, _, port = given.rpartition(":")
    return name if name and port.isdigit() else given


async def _move(send: Any, where: str) -> None:
    headers = [(b"location", where.encode("latin-1", "replace")), (b"content-length", b"0"), *HEADERS]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Any, status: int, code: str, message: str) -> None:
    body = f'{{"error":{{"code":"{code}","message":"{message}"}}}}'.encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
