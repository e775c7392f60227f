"""What two processes could read differently: requests whose ends, hosts or senders are stated twice or falsely."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from seawall.app.front import Front
from seawall.app.listening import local, sole
from seawall.gateway.server import run
from seawall.web.shield import Shield

_STARTS_S = 20


async def behind(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """Tell what arrived, as the web process would see it."""
    body, more = b"", True
    while more and scope["path"] != "/console/unread":
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
        if message["type"] == "http.disconnect":
            return
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
    told = {"client": scope["client"][0], "method": scope["method"], "path": scope["path"], "headers": headers}
    raw = json.dumps(told | {"body": body.decode("latin-1")}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(raw))]})
    await send({"type": "http.response.body", "body": raw})


async def gateway(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


class Door:
    """The port that is open to all."""

    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, raw: bytes, *, end: bool = False) -> bytes:
        """Send bytes as they are and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(raw)
            if end:
                connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
            return b"".join(parts)

    def ask(self, head: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        """Send a head that ends its connection; return the status and what arrived behind."""
        lines = [*head.split("\n"), "connection: close", "", ""]
        raw = self.send("\r\n".join(lines).encode("latin-1") + body)
        status, _, told = raw.partition(b"\r\n\r\n")
        return int(status.split()[1]), json.loads(told) if told.startswith(b"{") else {}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    listening, path = sole("127.0.0.1", 0), tmp_path / "w"
    loop, started, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    front = Front(gateway, str(path))
    shield = Shield(behind, hosts={"site.test"}, home="http://site.test", https=False, behind_front=True)

    async def serve() -> None:
        started.set()
        await asyncio.gather(run(shield, [local(path)], stop), run(front, [listening], stop))
        await front.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    assert started.wait(_STARTS_S)
    yield Door(listening.getsockname()[1])
    loop.call_soon_threadsafe(stop.set)
    thread.join(_STARTS_S)
    loop.close()


def _of(told: dict[str, Any], name: str) -> list[str]:
    return [value for each, value in told["headers"] if each == name]


def test_what_is_asked_arrives_as_it_was(door: Door) -> None:
    status, told = door.ask("POST /console/a%2Fb/../c?q=%0d HTTP/1.1\nhost: site.test\ncontent-length: 3", b"abc")
    assert (status, told["method"], told["body"]) == (200, "POST", "abc")
    assert told["path"] == "/console/a/b/../c"


@pytest.mark.parametrize("path", ["/v1/messages", "/ledger/checkpoint", "/healthz", "/%76%31/x", "/metrics?x"])
def test_what_is_the_gateways_never_reaches_the_pages(door: Door, path: str) -> None:
    assert door.ask(f"GET {path} HTTP/1.1\nhost: site.test")[0] == 418


@pytest.mark.parametrize(
    "name", ["x-seawall-client", "X-Seawall-Client", "X-SEAWALL-CLIENT", "x-forwarded-for", "x_seawall_client"]
)
def test_nobody_outside_says_whom_they_are(door: Door, name: str) -> None:
    status, told = door.ask(f"GET /console HTTP/1.1\nhost: site.test\n{name}: 10.9.9.9\n{name}: 10.8.8.8")
    assert (status, told["client"]) == (200, "127.0.0.1")
    assert _of(told, "x-seawall-client") == ["127.0.0.1"]


def test_a_connection_header_takes_nothing_of_ours_away(door: Door) -> None:
    head = "GET /console HTTP/1.1\nhost: site.test\nconnection: x-seawall-client, x-mine\nx-mine: 1"
    _, told = door.ask(head)
    assert (told["client"], _of(told, "x-mine")) == ("127.0.0.1", [])


@pytest.mark.parametrize(
    "head",
    [
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: 3\ncontent-length: 4",
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: 3\ncontent-length: 3",
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: 3, 3",
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: +3",
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: -1",
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: 0x3",
        "POST /console HTTP/1.1\nhost: site.test\ncontent-length: 3\ntransfer-encoding: chunked",
        "POST /console HTTP/1.1\nhost: site.test\ntransfer-encoding: chunked\ncontent-length: 3",
        "POST /console HTTP/1.1\nhost: site.test\ntransfer-encoding: xchunked",
        "POST /console HTTP/1.1\nhost: site.test\ntransfer-encoding : chunked",
        "POST /console HTTP/1.1\nhost: site.test\ntransfer-encoding: chunked, identity",
        "GET /console HTTP/1.1\nhost: site.test\nhost: other.test",
        "GET /console HTTP/1.1\nhost: site.test\n host: other.test",
        "GET /console HTTP/1.1",
        "GET console HTTP/1.1\nhost: site.test",
        "OPTIONS * HTTP/1.1\nhost: site.test",
        "CONNECT site.test:80 HTTP/1.1\nhost: site.test",
        "TRACE /console HTTP/1.1\nhost: site.test",
        "GET /console HTTP/1.1\nhost: site.test\nx: a\rb: c",
        "GET /console HTTP/1.1\nhost: site.test\nx: a\x00b",
        "GET /console\x01 HTTP/1.1\nhost: site.test",
    ],
)
def test_a_request_that_can_be_read_two_ways_is_refused(door: Door, head: str) -> None:
    assert door.ask(head, b"3\r\nabc\r\n0\r\n\r\n")[0] in (400, 405, 421)


@pytest.mark.parametrize(
    "host", ["other.test", "site.test.other.test", "site.test@other.test", "other.test:80", "", "."]
)
def test_a_foreign_host_is_refused(door: Door, host: str) -> None:
    assert door.ask(f"GET /console HTTP/1.1\nhost: {host}")[0] == 421


def test_of_an_absolute_target_the_host_header_counts(door: Door) -> None:
    status, told = door.ask("GET http://other.test/console HTTP/1.1\nhost: site.test")
    assert (status, told["path"], _of(told, "host")) == (200, "/console", ["site.test"])
    assert door.ask("GET http://site.test/console HTTP/1.1\nhost: other.test")[0] == 421


def test_what_follows_a_body_that_was_cut_or_left_unread_is_not_taken_for_it(door: Door) -> None:
    hidden = b"GET /console/hidden HTTP/1.1\r\nhost: site.test\r\n\r\n"
    head = b"POST /console/unread HTTP/1.1\r\nhost: site.test\r\ncontent-length: 500\r\n\r\n"
    for _ in range(5):
        door.send(head + hidden, end=True)
        status, told = door.ask("GET /console/mine HTTP/1.1\nhost: site.test")
        assert (status, told["path"]) == (200, "/console/mine")


def test_two_requests_on_one_connection_stay_two(door: Door) -> None:
    first = b"POST /console/one HTTP/1.1\r\nhost: site.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    second = b"GET /console/two HTTP/1.1\r\nhost: site.test\r\nconnection: close\r\n\r\n"
    both = door.send(first + second)
    assert both.count(b"HTTP/1.1 200 OK") == 2
    assert both.index(b"/console/one") < both.index(b"/console/two")


def test_an_answer_carries_no_header_that_a_path_wrote(door: Door) -> None:
    raw = door.send(b"GET /%0d%0aset-cookie:x=1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
    head = raw.partition(b"\r\n\r\n")[0].lower()
    assert b"307" in head.splitlines()[0]
    assert not any(line.startswith(b"set-cookie") for line in head.splitlines())
    assert b"location: http://site.test/%0d%0aset-cookie:x=1" in head
