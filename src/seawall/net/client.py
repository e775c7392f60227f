"""An HTTP client that cannot be talked into reaching inside.

Names are resolved by a resolver that refuses what is not public, and the connection goes to the very addresses that it
gave, so a name cannot change between check and use. Redirects are never followed. A request is tried again only when
no connection came about, or the server says that it took nothing (502, 503, 529). Leaving the context ends the request.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from time import monotonic
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.payload import BytesPayload
from yarl import URL

from seawall.net.errors import AddressRefused, Cut, NetError, TimedOut, TooLong, Unreachable

_AGAIN = frozenset({502, 503, 529})
_PAUSE_S = 0.25
_LONGEST_S = 3600.0


class _PublicOnly(AbstractResolver):
    """Resolve names to public addresses only."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        # One inner address among public ones is reason enough: which one is tried is chance.
        if not all(is_public(each["host"]) for each in found):
            raise AddressRefused(host)
        return found

    async def close(self) -> None:
        await self._inner.close()


class Reply:
    """An answer whose body is still to be read."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    async def read(self, limit: int) -> bytes:
        """Return the whole body. Raises TooLong, Cut, TimedOut."""
        parts, size, until = [], 0, monotonic() + _LONGEST_S
        while part := await self._next(until):
            size += len(part)
            if size > limit:
                raise TooLong(f"{self._response.url.host} answers more than {limit} bytes.")
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the body in whatever portions arrive. Raises Cut, TimedOut."""
        until = monotonic() + _LONGEST_S
        while part := await self._next(until):
            yield part

    async def _next(self, until: float) -> bytes:
        """Wait for the next bytes and return them; nothing at the end. Raises Cut, TimedOut."""
        try:
            part = await self._response.content.readany()
            if part and monotonic() > until:
                raise TimeoutError
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _named(error, self._response.url.host or "") from None
        return part


class GuardedClient:
    """The client of one process; an async context manager. `names` makes what resolves names: the system's resolver."""

    def __init__(
        self, *, connections: int = 10_000, names: Callable[[], AbstractResolver] = aiohttp.ThreadedResolver
    ) -> None:
        self._connections, self._names = connections, names
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        for private in (False, True):
            resolver = self._names() if private else _PublicOnly(self._names())
            connector = aiohttp.TCPConnector(limit=self._connections, resolver=resolver, ttl_dns_cache=30)
            self._sessions[private] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
                trust_env=False,
                read_bufsize=2**18,
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        private: bool = False,
        timeout_s: float = 120.0,
        connect_s: float = 5.0,
        retries: int = 0,
    ) -> AbstractAsyncContextManager[Reply]:
        """Send a body and give the answer once its head is here.

        `timeout_s` bounds every wait for the next bytes. Raises AddressRefused, Unreachable, TimedOut, Cut.
        """
        return self.request(
            "POST", url, body, headers, private=private, timeout_s=timeout_s, connect_s=connect_s, retries=retries
        )

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        private: bool = False,
        timeout_s: float = 120.0,
        connect_s: float = 5.0,
        retries: int = 0,
    ) -> AbstractAsyncContextManager[Reply]:
        """Send a request of any method and give the answer once its head is here. Raises as `post` does."""
        target, timeout = _target(url, private), _timeout(connect_s, timeout_s)
        return _Sending(self._send(method, self._sessions[private], target, body, headers, timeout, retries))

    async def _send(
        self,
        method: str,
        session: aiohttp.ClientSession,
        url: URL,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - handed to the session
        retries: int,
    ) -> aiohttp.ClientResponse:
        for left in range(retries, -1, -1):
            # A payload that is made is not looked for among all kinds of them.
            data = None if body is None else BytesPayload(body)
            try:
                response = await session.request(
                    method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
                )
            except AddressRefused:
                raise
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                if left and isinstance(error, aiohttp.ClientConnectorError):
                    await asyncio.sleep(_PAUSE_S)
                    continue
                raise _named(error, url.host or "") from None
            if left and response.status in _AGAIN:
                response.close()
                await asyncio.sleep(_PAUSE_S)
                continue
            return response
        raise Unreachable(f"{url.host} could not be reached.")


class _Sending:
    """A request while its answer is read: a class, as a generator costs the live path more than its own work."""

    def __init__(self, sent: Coroutine[None, None, aiohttp.ClientResponse]) -> None:
        self._sent = sent

    async def __aenter__(self) -> Reply:
        self._response = await self._sent
        return Reply(self._response)

    async def __aexit__(self, *_: object) -> None:
        # What was not read to its end is cut: nobody waits for it any more. What was has let go by itself.
        if not self._response.closed:
            self._response.close()


@lru_cache(maxsize=1024)
def _target(url: str, private: bool) -> URL:
    """Return the address to send to. Raises NetError, AddressRefused."""
    target = URL(url)
    if target.scheme not in ("http", "https") or not target.host:
        raise NetError(f"{target.scheme}://{target.host} is no address for http.", hint="Use http or https.")
    if not private and _is_inner_literal(target.host):
        raise AddressRefused(target.host)
    return target


@lru_cache(maxsize=256)
def _timeout(connect_s: float, read_s: float) -> aiohttp.ClientTimeout:
    # No total: it would cost a timer for each request. `Reply` bounds the whole.
    return aiohttp.ClientTimeout(total=None, sock_connect=connect_s, sock_read=read_s)


def _named(error: BaseException, host: str) -> NetError:
    if isinstance(error.__cause__, AddressRefused):
        return AddressRefused(host)
    if isinstance(error, TimeoutError):
        return TimedOut(f"{host} did not answer in time.", hint="Is it overloaded? The timeout is set per model.")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unreachable(f"No connection to {host} could be made.", hint="Is the address right, and is it up?")
    return Cut(f"{host} ended the connection early ({type(error).__name__}).")


def _is_inner_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def is_public(address: str) -> bool:
    """Tell whether an address is on the public internet, whatever other address it carries."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.is_site_local or found.teredo:
            return False
        # An address that carries one of the older kind leads to that one.
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast and not found.is_reserved
