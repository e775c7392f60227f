"""One port for all: a gateway answers what is its own and passes everything else to the web process.

Used by `seawall up` alone; behind a load balancer, paths lead to processes of their own. The socket between the two
is a file in the data directory that nobody but this user may open, so what it says of the client's address is trusted.
Each request has a connection of its own between the two, which ends with it: nothing that is left of one can be taken
for the beginning of another.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from yarl import URL

from seawall.vocabulary.forwarding import CLIENT_HEADER

Application = Callable[[Mapping[str, Any], Any, Any], Awaitable[None]]
_OWN = ("/v1/", "/ledger/", "/hub/")
_OWN_WHOLE = frozenset({"/v1", "/hub", "/healthz", "/readyz", "/metrics"})
_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade", b"te", b"trailer",
        b"expect", b"date", CLIENT_HEADER,
    }
)  # fmt: skip
_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
_AWAY = b'{"error":{"code":"app.web_away","message":"The pages are not there at this moment.","hint":"Try again."}}'
_NO_PATH = b'{"error":{"code":"app.no_path","message":"The path does not begin with a slash."}}'
log = logging.getLogger(__name__)


class _ClientGone(OSError):
    """Whoever asked went before the body was whole."""


class Front:
    """The application of a gateway with the web process behind it."""

    def __init__(self, gateway: Application, socket: str) -> None:
        self._gateway, self._socket = gateway, socket
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] == "http" and not _own(scope["path"]):
            await self._pass(scope, receive, send)
        else:
            await self._gateway(scope, receive, send)

    async def _pass(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if not scope["raw_path"].startswith(b"/"):
            await _answer(send, 400, _NO_PATH)
            return
        begun = False
        try:
            async with self._client().request(
                scope["method"],
                _url(scope),
                headers=_headers(scope),
                data=_body(receive),
                allow_redirects=False,
            ) as reply:
                headers = [(name.lower(), value) for name, value in reply.raw_headers if name.lower() not in _HOP]
                await send({"type": "http.response.start", "status": reply.status, "headers": headers})
                begun = True
                async for part in reply.content.iter_chunked(65536):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("the web process did not answer: %s", type(error).__name__)
            if begun:
                raise
            await _answer(send, 503, _AWAY, (b"retry-after", b"1"))

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(path=self._socket, limit=64, force_close=True),
                timeout=_TIMEOUT,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
            )
        return self._session

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)


async def _answer(send: Any, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _own(path: str) -> bool:
    return path.startswith(_OWN) or path in _OWN_WHOLE


def _url(scope: Mapping[str, Any]) -> Any:
    query = scope["query_string"].decode("latin-1")
    return URL(f"http://seawall{scope['raw_path'].decode('latin-1')}{'?' + query if query else ''}", encoded=True)


def _headers(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    named = {
        each.strip().lower() for name, value in scope["headers"] if name == b"connection" for each in value.split(b",")
    }
    dropped = _HOP | named
    given = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"] if name not in dropped
    ]
    client = scope.get("client")
    return [*given, (CLIENT_HEADER.decode(), client[0] if client else "")]


async def _body(receive: Any) -> Any:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            # Ended as if it were whole, half a body would be answered as one.
            raise _ClientGone
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return
