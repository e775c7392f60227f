"""What holds for every request and answer: known hosts, bounded bodies, headers that tell a browser what not to do.

Raw ASGI around the application, so that no route and no error escapes it. A token that was replaced while a request
ran goes into its answer here.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from seawall.vocabulary.forwarding import CLIENT_HEADER
from seawall.web.csrf import BEFORE
from seawall.web.signed import BEGUN, COOKIE

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
    # With `no-referrer` a browser states no origin with a form either, and then it looks like a foreign one.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_STATIC = "/static/"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Of two of these each reader may believe another one.
_ONCE = frozenset(
    {
        b"host", b"origin", b"authorization", b"content-type", b"content-length", b"transfer-encoding",
        b"x-csrf-token", b"sec-fetch-site", b"user-agent", CLIENT_HEADER,
    }
)  # fmt: skip
_FORWARDED = b"x-forwarded-for"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Names of this machine: whoever comes by one is sent on to where passkeys and cookies hold.
_HERE = frozenset({"127.0.0.1", "[::1]", "localhost"})


class Shield:
    """Wrap an application. `hosts` are the names under which browsers may reach it, `home` is where they should.

    What a peer says of the client is believed of `proxies` alone, and the last hop that is none of them counts.
    """

    def __init__(
        self,
        app: Any,
        *,
        hosts: Iterable[str],
        home: str,
        https: bool,
        behind_front: bool = False,
        longest_body: int = LONGEST_BODY,
        proxies: Iterable[Network] = (),
    ) -> None:
        self._proxies = tuple(proxies)
        self._app, self._hosts, self._home, self._https = app, frozenset(hosts), home, https
        self._behind_front, self._longest = behind_front, longest_body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        wrong = _malformed(scope)
        if wrong is not None:
            await _refuse(send, 400, "web.malformed_request", wrong)
            return
        scope = {**scope, "state": {}, "client": self._client(scope, headers)}
        host = _host(headers)
        if host not in self._hosts:
            if host in _HERE and scope["method"] == "GET":
                await _move(send, self._home.encode() + scope["raw_path"])
                return
            await _refuse(send, 421, "web.unknown_host", "This host name is not one of this site.")
            return
        stated = headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > self._longest:
            await _refuse(send, 413, "web.body_too_long", f"A request has at most {self._longest} bytes.")
            return
        await self._app(scope, _Bounded(receive, self._longest), self._dressed(scope, send))

    def _client(self, scope: Any, headers: dict[bytes, bytes]) -> tuple[str, int] | None:
        peer: tuple[str, int] | None = scope.get("client")
        if self._behind_front:
            peer = headers.get(CLIENT_HEADER, b"").decode("latin-1"), 0
        if peer is None or not self._is_proxy(peer[0]):
            return peer
        hops = [each.strip() for each in headers.get(_FORWARDED, b"").decode("latin-1").split(",") if each.strip()]
        return next((hop for hop in reversed(hops) if not self._is_proxy(hop)), peer[0]), 0

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)

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
    begun = state.get("begun")
    if begun is not None:
        yield f"{BEGUN}={begun}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={600 if begun else 0}"
    if state.get("before"):
        yield f"{BEFORE}={state['before']}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600"


def _malformed(scope: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the form of a request; None where nothing is."""
    if scope["method"] not in _METHODS:
        return "This method is not known here."
    if not scope["raw_path"].startswith(b"/"):
        return "The path does not begin with a slash."
    if b"%00" in scope["raw_path"] or b"%00" in scope["query_string"]:
        return "The path or the query holds a zero byte."
    counted = Counter(name for name, _ in scope["headers"])
    if counted[b"host"] == 0:
        return "The host is not named."
    return next((f"{name.decode()} is stated more than once." for name in sorted(_ONCE) if counted[name] > 1), None)


def _host(headers: dict[bytes, bytes]) -> str:
    """Return the name of the host that was asked for, without its port."""
    given = headers.get(b"host", b"").decode("latin-1").lower()
    name, _, port = given.rpartition(":")
    return name if name and port.isdigit() else given


async def _move(send: Any, where: bytes) -> None:
    # As it was sent: what it encodes would end this header and begin another.
    headers = [(b"location", where), (b"content-length", b"0"), *HEADERS]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Any, status: int, code: str, message: str) -> None:
    body = f'{{"error":{{"code":"{code}","message":"{message}"}}}}'.encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
