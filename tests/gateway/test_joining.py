"""What one turn of the loop writes leaves together, in order, and nothing of it is lost."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from seawall.gateway.joining import JoiningTransport
from seawall.gateway.server import run


class Seen:
    """A transport that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.told.append("closed")

    def set_protocol(self, protocol: object) -> None:
        self.told.append("another protocol")

    def is_closing(self) -> bool:
        return "closed" in self.told

    def pause_reading(self) -> None:
        self.told.append("paused")

    def resume_reading(self) -> None:
        self.told.append("resumed")

    def get_extra_info(self, name: str) -> str:
        return f"extra {name}"


@pytest.fixture
def seen() -> Seen:
    return Seen()


async def test_what_is_written_in_one_turn_is_one_write(seen: Seen) -> None:
    joining = JoiningTransport(seen)  # type: ignore[arg-type]
    joining.write(b"head")
    joining.write(b"body")
    assert seen.told == []
    await asyncio.sleep(0)
    assert seen.told == [b"headbody"]
    joining.write(b"next")
    await asyncio.sleep(0)
    assert seen.told == [b"headbody", b"next"]


@pytest.mark.parametrize(
    ("act", "then"),
    [(lambda it: it.close(), "closed"), (lambda it: it.set_protocol(object()), "another protocol")],
)
async def test_nothing_held_is_lost(seen: Seen, act: Callable[[JoiningTransport], None], then: str) -> None:
    joining = JoiningTransport(seen)  # type: ignore[arg-type]
    joining.write(b"last words")
    act(joining)
    assert seen.told == [b"last words", then]
    await asyncio.sleep(0)
    assert seen.told == [b"last words", then]


async def test_no_more_than_a_bound_is_held(seen: Seen) -> None:
    joining = JoiningTransport(seen)  # type: ignore[arg-type]
    for _ in range(3):
        joining.write(b"x" * 40_000)
    assert [len(each) for each in seen.told] == [80_000]
    await asyncio.sleep(0)
    assert [len(each) for each in seen.told] == [80_000, 40_000]


async def test_all_else_is_the_transport_s_own(seen: Seen) -> None:
    joining = JoiningTransport(seen)  # type: ignore[arg-type]
    assert joining.get_extra_info("peername") == "extra peername"
    joining.pause_reading()
    joining.resume_reading()
    assert seen.told == ["paused", "resumed"]
    assert not joining.is_closing()


async def test_an_answer_comes_whole_and_its_connection_closes_after_it() -> None:
    async def app(scope: object, receive: object, send: Callable[..., object]) -> None:
        headers = [(b"content-length", b"200000"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[misc]
        for _ in range(4):
            await send({"type": "http.response.body", "body": b"y" * 50_000, "more_body": True})  # type: ignore[misc]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[misc]

    listening = socket.create_server(("127.0.0.1", 0))
    stop = asyncio.Event()
    serving = asyncio.create_task(run(app, [listening], stop))  # type: ignore[arg-type]
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
    told = await reader.read()
    writer.close()
    stop.set()
    await serving
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == b"y" * 200_000
