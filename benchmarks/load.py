"""A load on loopback that costs little itself: keep-alive connections, one request after the other on each."""

import asyncio
from collections.abc import Mapping
from time import perf_counter
from urllib.parse import urlsplit

import httptools
import msgspec
import uvloop


class Load(msgspec.Struct, frozen=True):
    """What came of a load. Latencies are in milliseconds, to the last byte."""

    requests: int
    failed: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, left: list[int], latencies: list[float], failed: list[int]) -> None:
        self._request, self._left, self._latencies, self._failed = request, left, latencies, failed
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        if self._left[0] <= 0:
            self._transport.close()
            return
        self._left[0] -= 1
        self._parser = httptools.HttpResponseParser(self)
        self._began = perf_counter()
        self._transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._latencies.append(perf_counter() - self._began)
        self._failed[0] += self._parser.get_status_code() != 200
        asyncio.get_running_loop().call_soon(self._next)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def drive(url: str, body: bytes, headers: Mapping[str, str], *, connections: int, requests: int) -> Load:
    """Send requests and return what came of them."""
    return uvloop.run(_drive(url, body, headers, connections, requests))


async def _drive(url: str, body: bytes, headers: Mapping[str, str], connections: int, requests: int) -> Load:
    parts = urlsplit(url)
    given = {"host": parts.netloc, "content-type": "application/json", "content-length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    request = f"POST {parts.path} HTTP/1.1\r\n{head}\r\n".encode() + body
    left, failed, latencies = [requests], [0], list[float]()
    loop = asyncio.get_running_loop()
    began = perf_counter()
    made = [
        await loop.create_connection(lambda: _Connection(request, left, latencies, failed), parts.hostname, parts.port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    seconds = perf_counter() - began
    latencies.sort()
    lost = requests - len(latencies)
    p50, p95, p99 = (latencies[min(len(latencies) - 1, int(len(latencies) * q))] * 1000 for q in (0.5, 0.95, 0.99))
    return Load(requests, failed[0] + lost, seconds, p50, p95, p99)
