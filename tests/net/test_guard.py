"""Where a person's address may lead: nowhere inside, however it is written, resolved or redirected."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from seawall.access.model import BadSetting, Upstream
from seawall.access.projects import create, set_model
from seawall.net import AddressRefused, GuardedClient, NetError
from seawall.store import Transaction
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock

PRIVATE = (
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1",  # noqa: S104 - to be refused
    "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "[::]", "[::1]", "[::127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[100::1]", "[2001:db8::1]",
    "[2002:a00:1::]", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]",
)  # fmt: skip
ODD = (
    "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.000.000.001",
    "127.0.0.1.", "0", "①②⑦.⓪.⓪.①", "127。0。0。1", "127%2e0.0.1", "public.test@127.0.0.1", "LOCALHOST", "localhost",
    "[::ffff:0:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]",
)  # fmt: skip


class Inside:
    """A server on loopback that nobody should reach."""

    def __init__(self) -> None:
        self.reached, self.port = 0, 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    made = Inside()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


class Names(AbstractResolver):
    """A name server that answers differently each time."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            {"hostname": host, "host": each, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for each in found
        ]

    async def close(self) -> None:
        return


@pytest.mark.parametrize("host", [*PRIVATE, *ODD])
async def test_no_spelling_of_an_inner_address_is_reached(inside: Inside, host: str) -> None:
    async with GuardedClient() as client:
        with pytest.raises(NetError):
            async with client.post(f"http://{host}:{inside.port}/", b"", {}, connect_s=2):
                pass
    assert inside.reached == 0


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "unix", "javascript", "ws", ""])
async def test_only_http_is_spoken(inside: Inside, scheme: str) -> None:
    async with GuardedClient() as client:
        with pytest.raises(NetError):
            async with client.post(f"{scheme}://127.0.0.1:{inside.port}/", b"", {}, private=True):
                pass
    assert inside.reached == 0


async def test_a_name_that_turns_inside_after_it_was_looked_at_is_not_followed(inside: Inside) -> None:
    names = Names(("93.184.215.14", "127.0.0.1"), ("127.0.0.1",), ("10.0.0.1", "93.184.215.14"))
    async with GuardedClient(names=lambda: names) as client:
        for _ in range(3):
            with pytest.raises(AddressRefused, match="rebind"):
                async with client.post(f"http://rebind.test:{inside.port}/", b"", {}):
                    pass
    assert (inside.reached, names.asked) == (0, 3), "asked once for each request, and judged each time"


async def test_a_redirect_inside_is_an_answer_and_not_a_way(inside: Inside) -> None:
    async def away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        where = f"http://127.0.0.1:{inside.port}/".encode()
        writer.write(
            b"HTTP/1.1 302 Found\r\nlocation: " + where + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(away, "127.0.0.1", 0)
    async with GuardedClient() as client:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with client.post(url, b"", {}, private=True) as reply:
            assert reply.status == 302
    server.close()
    await server.wait_closed()
    assert inside.reached == 0


async def test_no_proxy_of_the_environment_is_used(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{inside.port}")
    names = Names(("10.0.0.1",))
    async with GuardedClient(names=lambda: names) as client:
        with pytest.raises(AddressRefused):
            async with client.post("http://somewhere.test/", b"", {}):
                pass
    assert inside.reached == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://user:word@models.test", "http://models.test?key=1", "http://models.test/#x", "ftp://models.test",
        "//models.test", "models.test", "http://", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_of_an_upstream_carries_no_credential_query_or_fragment(
    tx: Transaction, clock: FrozenClock, url: str
) -> None:
    ledger = Ledger()
    create(tx, "demo", by="host:test", record=ledger, clock=clock)
    with pytest.raises(BadSetting):
        set_model(
            tx, "demo", Upstream(name="m", api="chat", base_url=url, model="m"),
            seal=lambda *_: pytest.fail("nothing is sealed"), by="host:test", record=ledger,
        )  # fmt: skip
    assert ledger.kinds == ["project.created"]


def test_the_system_resolver_is_what_is_asked_unless_told_otherwise() -> None:
    assert GuardedClient()._names is aiohttp.ThreadedResolver
