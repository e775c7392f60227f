"""The guarded client against real servers on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from seawall.net import AddressRefused, Cut, GuardedClient, NetError, TimedOut, TooLong, Unreachable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Peer:
    """A server whose answer a test sets."""

    def __init__(self) -> None:
        self.asked = 0
        self.gone = asyncio.Event()
        self.handler: Handler = self.echo
        self.url = ""

    async def echo(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=await request.read())

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        try:
            return await self.handler(request)
        except asyncio.CancelledError:
            self.gone.set()
            raise


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    app = web.Application()
    app.router.add_post("/{tail:.*}", peer.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    peer.url = f"http://{host}:{port}/v1"
    yield peer
    await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[GuardedClient]:
    async with GuardedClient() as client:
        yield client


async def test_a_body_goes_there_and_an_answer_comes_back(peer: Peer, client: GuardedClient) -> None:
    async with client.post(peer.url, b"hello", {}, private=True) as reply:
        assert (reply.status, await reply.read(100)) == (200, b"hello")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "192.168.1.1",
        "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[fec0::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    ],
)  # fmt: skip
async def test_inner_addresses_are_refused(client: GuardedClient, host: str) -> None:
    with pytest.raises(AddressRefused):
        async with client.post(f"http://{host}:9/", b"", {}):
            pass


async def test_a_name_that_leads_inside_is_refused(peer: Peer, client: GuardedClient) -> None:
    with pytest.raises(AddressRefused, match="localhost"):
        async with client.post(peer.url.replace("127.0.0.1", "localhost"), b"", {}):
            pass
    assert peer.asked == 0


async def test_other_schemes_are_refused(client: GuardedClient) -> None:
    with pytest.raises(NetError, match="file"):
        async with client.post("file:///etc/hostname", b"", {}):
            pass


async def test_redirects_are_answers_not_ways(peer: Peer, client: GuardedClient) -> None:
    async def away(_: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"location": "http://169.254.169.254/latest"})

    peer.handler = away
    async with client.post(peer.url, b"", {}, private=True) as reply:
        assert reply.status == 307
    assert peer.asked == 1


async def test_who_says_nothing_is_not_waited_for(peer: Peer, client: GuardedClient) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    peer.handler = slow
    with pytest.raises(TimedOut):
        async with client.post(peer.url, b"", {}, private=True, timeout_s=0.1):
            pass


async def test_an_answer_that_breaks_off_is_told_from_one_that_ends(peer: Peer, client: GuardedClient) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    peer.handler = half
    with pytest.raises(Cut):
        async with client.post(peer.url, b"", {}, private=True) as reply:
            await reply.read(1000)


async def test_an_answer_beyond_the_limit_is_not_read(peer: Peer, client: GuardedClient) -> None:
    with pytest.raises(TooLong, match="more than 10 bytes"):
        async with client.post(peer.url, b"x" * 11, {}, private=True) as reply:
            await reply.read(10)


async def test_nobody_there_is_tried_again_and_then_told(client: GuardedClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable):
        async with client.post(f"http://127.0.0.1:{port}/", b"", {}, private=True, retries=1):
            pass


async def test_a_server_that_took_nothing_is_asked_again(peer: Peer, client: GuardedClient) -> None:
    async def second_time(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503) if peer.asked == 1 else await peer.echo(request)

    peer.handler = second_time
    async with client.post(peer.url, b"hi", {}, private=True, retries=1) as reply:
        assert (reply.status, await reply.read(10)) == (200, b"hi")


async def test_leaving_ends_the_request_upstream(peer: Peer, client: GuardedClient) -> None:
    async def forever(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"tick")
            await asyncio.sleep(0.01)

    peer.handler = forever
    async with client.post(peer.url, b"", {}, private=True) as reply:
        async for part in reply.chunks():
            assert part.startswith(b"tick")
            break
    await asyncio.wait_for(peer.gone.wait(), 5)
