"""The network of an exchange: a keyed digest in its row, nothing under zero retention; found again in the index."""

import asyncio
from typing import Any

from seawall.app.investigating import desk
from seawall.gateway.exchange import Exchange
from seawall.gateway.live import Live
from seawall.gateway.networks import Networks
from seawall.investigations.indexing import Indexer, tool_digest
from seawall.vocabulary.networks import PURPOSE, network_of
from tests.gateway.conftest import Stack
from tests.gateway.test_flow import said

TOOLS: list[Any] = [{"name": "look_up", "description": "d", "input_schema": {"type": "object"}}]
CALLED: list[Any] = [
    {"role": "user", "content": "Look it up."},
    {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "look_up", "input": {"q": "x"}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "found"}]},
]


def test_an_address_stands_for_its_network() -> None:
    assert network_of("203.0.113.7") == "203.0.113.0/24"
    assert network_of("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert [network_of(each) for each in ("127.0.0.1", "::1", "testclient", "", "1.2.3.4.5")] == [None] * 5


def test_a_digest_is_made_once_for_an_address() -> None:
    asked: list[tuple[str, str]] = []

    def digest(purpose: str, value: str) -> bytes:
        asked.append((purpose, value))
        return value.encode()

    networks = Networks(digest)
    made = [networks.of(each) for each in ("203.0.113.7", "203.0.113.7", "127.0.0.1", "127.0.0.1", None, "")]
    assert made == [b"203.0.113.0/24", b"203.0.113.0/24", None, None, None, None]
    assert asked == [(PURPOSE, "203.0.113.0/24")]


async def test_the_digest_stands_in_the_row_and_what_is_kept_is_indexed(stack: Stack) -> None:
    networks = Networks(stack.instance.edges().lasting)
    # Everybody comes from this machine in a test, which says nothing.
    stack.live.networks.of = lambda _address: networks.of("203.0.113.7")  # type: ignore[method-assign]
    async with stack.anthropic() as client:
        await client.messages.create(model="claude", max_tokens=9, messages=said("Hello"))  # type: ignore[arg-type]
        await client.messages.create(model="claude", max_tokens=9, messages=CALLED, tools=TOOLS)
        stack.upstream.calls = [("look_around", "{}")]
        async with client.messages.stream(model="claude", max_tokens=9, messages=said("Stream"), tools=TOOLS) as stream:  # type: ignore[arg-type]
            await stream.until_done()
    rows = await stack.settled(3)
    assert {row["network"] for row in rows} == {stack.instance.edges().lasting(PURPOSE, "203.0.113.0/24")}
    working = desk(stack.instance)
    assert await asyncio.to_thread(Indexer(stack.instance.database(), working).follow) == 3
    assert await asyncio.to_thread(Indexer(stack.instance.database(), working).follow) == 0
    tools = stack.rows("SELECT exchange, value FROM investigations_traits WHERE what = 'tool' ORDER BY exchange")
    assert [(each["exchange"], each["value"]) for each in tools] == [
        (rows[1]["id"], tool_digest(working, "look_up")),
        (rows[2]["id"], tool_digest(working, "look_around")),
    ]
    # In the second one nobody says anything new: a tool answers.
    assert len(stack.rows("SELECT 1 FROM investigations_vectors")) == 2
    assert len(stack.rows("SELECT 1 FROM investigations_traits WHERE what = 'network'")) == 3


def test_under_zero_retention_no_network_is_noted() -> None:
    exchange = Exchange.__new__(Exchange)
    exchange._network = None
    exchange.caller = _Caller()  # type: ignore[assignment]
    exchange.live = Live.__new__(Live)
    # Whoever is asked for a digest here fails: there is none to ask.
    exchange.came_from("203.0.113.7")
    assert exchange._network is None


class _Caller:
    zero_retention = True
