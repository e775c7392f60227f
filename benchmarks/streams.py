"""Many slow streams at once on one gateway process: none may be dropped, and memory stays bounded."""

import asyncio
import contextlib
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import uvloop

from benchmarks.gateway import body, prepared, seawall, upstream
from benchmarks.process import cpu_s

_PACE_S = 0.6
_LAST = b"[DONE]"
_TOGETHER_S = 240.0


class _Stream(asyncio.Protocol):
    """One client that reads a stream to its end. `done` tells whether it got there."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._tail = b""
        self.events = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.events += data.count(b"data: ")
        self._tail = (self._tail + data)[-len(_LAST) - 16 :]
        if _LAST in self._tail:
            self._end(True)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(False)

    def _end(self, whole: bool) -> None:
        if not self.done.done():
            self.done.set_result(whole)


async def _listen(url: str, secret: str, streams: int, server: psutil.Process) -> tuple[int, int, float]:
    """Open the streams and return how many came to their end, how many events came, and the peak memory in MB."""
    parts, sent = urlsplit(url), body(stream=True, model="paced")
    request = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: {parts.netloc}\r\nauthorization: Bearer {secret}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(sent)}\r\n\r\n"
    ).encode() + sent
    loop = asyncio.get_running_loop()
    peak = asyncio.create_task(_peak(server))
    made = []
    for number in range(streams):
        _, protocol = await loop.create_connection(lambda: _Stream(request), parts.hostname, parts.port)
        made.append(protocol)
        if number % 50 == 49:
            await asyncio.sleep(0.05)
    async with asyncio.timeout(_TOGETHER_S):
        whole = sum(await asyncio.gather(*(each.done for each in made)))
    peak.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await peak
    return whole, sum(each.events for each in made), _PEAK[0]


_PEAK = [0.0]


async def _peak(server: psutil.Process) -> None:
    _PEAK[0] = 0.0
    while True:
        _PEAK[0] = max(_PEAK[0], server.memory_info().rss / 1e6)
        await asyncio.sleep(0.2)


def measure(streams: int = 2000) -> list[dict[str, Any]]:
    """Open so many paced streams on one gateway process and return what came of them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4 * streams + 1000), most))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seawall-bench-")))
        folder.chmod(0o755)
        address = stack.enter_context(upstream(folder, pace_s=_PACE_S))
        instance, secret = stack.enter_context(prepared(folder, address))
        server, at = stack.enter_context(seawall(folder, instance, classifiers=True, recorded=True))
        before = cpu_s(server)
        whole, events, peak = uvloop.run(_listen(at, secret, streams, server))
        used = cpu_s(server) - before
    print(f"{whole} of {streams} streams came to their end", file=sys.stderr)
    return [
        {"what": f"streams at once, one event every {_PACE_S} s each", "value": streams, "unit": ""},
        {"what": "streams that did not come to their end", "value": streams - whole, "unit": ""},
        {"what": "events that arrived", "value": events, "unit": ""},
        {
            "what": "highest resident memory of the gateway process (bar: 600)",
            "value": round(peak),
            "unit": "MB",
        },
        {"what": "CPU of the gateway process", "value": round(used / streams * 1000, 1), "unit": "ms a stream"},
    ]
