"""Other people's exchanges: ``python -m benchmarks.busy URL KEY CONNECTIONS RATE``, until its input ends.

Every exchange has another text of 200 characters, also in the next run, so that no tier remembers it. RATE is exchanges
a second over all connections, 0 as many as there can be. Says `{"answered": …, "failed": …, "seconds": …}` at the end.
"""

import asyncio
import json
import sys
from itertools import count
from time import monotonic
from urllib.parse import urlsplit

import uvloop

_TEXT = "The choir of our school meets on day {} and sings songs about rivers, bridges, boats and the weather at sea. "


def text(number: int) -> str:
    """Return an ordinary text of 200 characters that no other number has."""
    return (_TEXT.format(number) * 2)[:200]


class Others:
    """Connections that ask one thing after the other."""

    def __init__(self, url: str, key: str, connections: int, rate: float) -> None:
        self._url, self._key = urlsplit(url), key
        self._connections, self._every_s = connections, connections / rate if rate else 0.0
        self._numbers, self.answered, self.failed = count(int(monotonic() * 1000) * 1000), 0, 0

    async def run(self) -> None:
        """Ask until cancelled."""
        await asyncio.gather(*(self._one() for _ in range(self._connections)))

    async def _one(self) -> None:
        reader, writer = await asyncio.open_connection(self._url.hostname, self._url.port)
        while True:
            due = monotonic() + self._every_s
            writer.write(self._request(next(self._numbers)))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            self.answered += 1
            self.failed += b" 200 " not in head.split(b"\r\n", 1)[0]
            await asyncio.sleep(max(0.0, due - monotonic()))

    def _request(self, number: int) -> bytes:
        messages = [{"role": "user", "content": text(number)}]
        body = json.dumps({"model": "stub", "messages": messages, "max_tokens": 200, "user": "other"}).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nhost: {self._url.netloc}\r\nauthorization: Bearer {self._key}\r\n"
        )
        return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def _main(others: Others) -> None:
    begun = monotonic()
    running = asyncio.create_task(others.run())
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    seconds = monotonic() - begun
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    print(json.dumps({"answered": others.answered, "failed": others.failed, "seconds": seconds}))


if __name__ == "__main__":
    uvloop.run(_main(Others(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))))
