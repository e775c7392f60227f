"""Whatever comes in, from a client or from an upstream: an answer in the API's shape, no 500, no traceback.

Bounded and seeded; `FUZZ_EXAMPLES=20000` makes it long and random.
"""

import asyncio
import json
import logging
import os
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.gateway.wire import Parser
from tests.gateway import faults
from tests.gateway.conftest import Stack
from tests.gateway.mutations import VALUES, changed, shaken
from tests.gateway.wire.bodies import CHAT_FULL, CHAT_REPLY, MESSAGES_FULL, MESSAGES_REPLY

_WANTED = os.environ.get("FUZZ_EXAMPLES")
COUNT = int(_WANTED or 120)
fuzzed = settings(
    max_examples=COUNT,
    deadline=None,
    derandomize=not _WANTED,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

PATHS = {
    "/v1/messages": "messages", "/v1/messages/count_tokens": "messages", "/v1/chat/completions": "chat",
    "/v1/moderations": "chat",
}  # fmt: skip
_TURN = {"role": "user", "content": "Good morning"}


def _without_images(body: Any) -> Any:
    """Return a body without what the gateway refuses before anything else."""
    if isinstance(body, list):
        kinds = ("image", "image_url", "input_audio")
        return [_without_images(each) for each in body if not (isinstance(each, dict) and each.get("type") in kinds)]
    return {name: _without_images(each) for name, each in body.items()} if isinstance(body, dict) else body


MESSAGES = [
    {"model": "claude", "max_tokens": 9, "messages": [_TURN]},
    {"model": "gpt", "max_tokens": 9, "stream": True, "messages": [_TURN]},
    _without_images({**MESSAGES_FULL, "model": "claude"}),
    _without_images({**MESSAGES_FULL, "model": "gpt", "stream": True}),
]
CHAT = [
    {"model": "gpt", "messages": [_TURN]},
    {"model": "claude", "stream": True, "messages": [_TURN]},
    _without_images({**CHAT_FULL, "model": "gpt"}),
    _without_images({**CHAT_FULL, "model": "claude", "n": 1, "seed": None}),
]
MODERATIONS = [{"input": "Good morning"}, {"input": ["a", {"type": "text", "text": "b"}], "model": "omni"}]
ASKED: dict[str, list[Any]] = {
    "/v1/messages": MESSAGES, "/v1/messages/count_tokens": MESSAGES, "/v1/chat/completions": CHAT,
    "/v1/moderations": MODERATIONS,
}  # fmt: skip


class Told(NamedTuple):
    """What came back: status, content type, body."""

    status: int
    kind: str
    body: bytes


async def send(stack: Stack, raw: bytes) -> Told:
    """Send bytes on a connection of their own and return what comes back until it closes."""
    host, _, port = stack.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(-1), 60)
    writer.close()
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    given_ = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    if given_.get(b"transfer-encoding") == b"chunked":
        body = _joined(body)
    status = int(lines[0].split()[1]) if lines[0] else 0
    return Told(status, given_.get(b"content-type", b"").decode(), body)


def _joined(chunked: bytes) -> bytes:
    parts = []
    while chunked:
        size, _, chunked = chunked.partition(b"\r\n")
        parts.append(chunked[: int(size, 16)])
        chunked = chunked[int(size, 16) + 2 :]
    return b"".join(parts)


def request(path: str, body: bytes, secret: str, method: str = "POST", **headers: str) -> bytes:
    """Return a request as it goes over the wire."""
    given_ = {"host": "x", "connection": "close", "x-api-key": secret, "content-length": str(len(body))} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in given_.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def misshapen(told: Told, api: str) -> str:
    """Return what of an answer has not the shape of its API; nothing where all has, whatever it says."""
    if told.status in (0, 500):
        return f"status {told.status}: {told.body!r}"
    if told.kind.startswith("text/event-stream"):
        return _misshapen_stream(told, api)
    if told.kind != "application/json":
        return f"content type {told.kind!r}: {told.body!r}"
    body = json.loads(told.body)
    shaped = told.status == 200 or (
        body["seawall"]["code"] != "gateway.unexpected"
        and body["error"]["message"]
        and (body.get("type") == "error") is (api == "messages")
    )
    return "" if shaped else f"status {told.status}: {body}"


def _misshapen_stream(told: Told, api: str) -> str:
    events = Parser().feed(told.body)
    if told.status != 200 or not events or b"gateway.unexpected" in told.body:
        return f"status {told.status}: {told.body!r}"
    bodies = [json.loads(event.data) for event in events if event.data != b"[DONE]"]
    if api == "messages":
        ends = bodies[-1]["type"] in ("message_stop", "error")
    else:
        ends = events[-1].data == b"[DONE]" or "error" in bodies[-1]
    return "" if ends else f"no end: {told.body!r}"


@pytest.fixture
def calm(caplog: pytest.LogCaptureFixture) -> Iterator[logging.Handler]:
    """Collects logs; a test asks it for tracebacks and errors."""
    with caplog.at_level(logging.WARNING):
        yield caplog.handler


def loud(calm: Any) -> list[tuple[Any, ...]]:
    """Return what was logged as an error since the last time."""
    # The scripted upstream and the test's own client are not what is tested.
    found = [each for each in calm.records if each.levelno >= logging.ERROR and not each.name.startswith("aiohttp")]
    calm.reset()
    return [(each.name, each.getMessage(), each.exc_info) for each in found]


# --- from clients


@fuzzed
@given(path=st.sampled_from(sorted(PATHS)), data=st.data())
async def test_a_request_that_is_nearly_right_gets_an_answer_in_shape(
    stack: Stack, calm: Any, path: str, data: st.DataObject
) -> None:
    body = json.dumps(data.draw(changed(ASKED[path]))).encode()
    assert misshapen(await send(stack, request(path, body, stack.secret)), PATHS[path]) == ""
    assert loud(calm) == []


@fuzzed
@given(path=st.sampled_from(sorted(PATHS)), value=VALUES)
async def test_any_json_gets_an_answer_in_shape(stack: Stack, calm: Any, path: str, value: Any) -> None:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert misshapen(await send(stack, request(path, body, stack.secret)), PATHS[path]) == ""
    assert loud(calm) == []


@fuzzed
@given(path=st.sampled_from(sorted(PATHS)), which=st.integers(0, 3), seed=st.integers(0, 2**32))
async def test_shaken_bytes_get_an_answer_in_shape(stack: Stack, calm: Any, path: str, which: int, seed: int) -> None:
    bodies = ASKED[path]
    raw = shaken(json.dumps(bodies[which % len(bodies)]).encode(), seed)
    assert misshapen(await send(stack, request(path, raw, stack.secret)), PATHS[path]) == ""
    assert loud(calm) == []


_ODD = [
    b"[" * 200_000, b'{"messages":' * 50_000, b'{"a":[' * 100_000, b"\xef\xbb\xbf{}", b"\x00" * 10, b"1" * 100_000,
    b'{"model":"claude","model":"gpt","max_tokens":9,"messages":[{"role":"user","content":"x","content":"y"}]}',
    b'{"model":"claude","max_tokens":1' + b"0" * 5000 + b',"messages":[{"role":"user","content":"x"}]}',
    b'{"model":"claude","max_tokens":1e400,"messages":[{"role":"user","content":"x"}]}',
    b'{"model":"claude","max_tokens":9,"temperature":1e-400,"messages":[{"role":"user","content":"\\u0000\\ud83d\\ude00"}]}',
    b'{"model":"claude","max_tokens":9,"messages":[{"role":"user","content":"\\ud800"}]}',
    b'{"model":"claude","max_tokens":9,"messages":[{"role":"user","content":"\xed\xa0\x80"}]}',
    b'{"model":"claude\\u0000","max_tokens":9,"messages":[{"role":"user","content":"x"}]}',
    b'{"model":"gpt","stream":true,"n":128,"user":"\\u0000","messages":[{"role":"user","content":"\\u0000"}]}',
    b'{"model":"claude","max_tokens":9,"metadata":{"user_id":"\\u0000"},"messages":[{"role":"user","content":"x"}]}',
    b'{"model":"gpt","messages":[{"role":"user","content":"x"}],"x":' + b"[" * 127 + b"]" * 127 + b"}",
    b'{"input":' + b"[" * 100_000,
    b'{"input":["\\u0000", ""]}',
    b'{"model":"gpt","messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":"'
    + b"[" * 60_000 + b'"}}]}]}',
]  # fmt: skip


async def test_the_known_oddities_get_an_answer_in_shape(stack: Stack, calm: Any) -> None:
    for path, api in PATHS.items():
        for body in _ODD:
            assert misshapen(await send(stack, request(path, body, stack.secret)), api) == ""
            assert loud(calm) == []


_NAMES = [
    "anthropic-version", "anthropic-beta", "openai-beta", "idempotency-key", "authorization", "x-api-key", "x-odd",
    "accept", "content-type", "content-encoding", "expect", "cookie", "te", "sec-websocket-key", "upgrade",
]  # fmt: skip
_SAID = ["", "gzip", "100-continue", "websocket", "Bearer", "Bearer  x", "*/*", "h2c", "x" * 5000]
_HEADERS = st.dictionaries(
    st.sampled_from(_NAMES),
    st.sampled_from(_SAID) | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
    max_size=5,
)
_METHODS = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "POST", "PROPFIND"]
_SPOTS = [
    "/", "//", "*", "/v1", "/v1/", "/v1/messages/", "/v1//messages", "/v1/messages?beta=true", "/v1/messages/batches",
    "/v2/x", "/v1/models/claude", "/ledger/", "/ledger/../keys", "/ledger/%00", "/healthz", "/metrics", "/%ff%fe",
    "/v1/me%00", "/v1/chat/completions#x", "/ledger/tile/0/x" + "9" * 300, "/v1/messages;x", "/ledger/checkpoint",
]  # fmt: skip


@fuzzed
@given(headers=_HEADERS, path=st.sampled_from(sorted(PATHS)))
async def test_odd_headers_change_no_shape(stack: Stack, calm: Any, headers: dict[str, str], path: str) -> None:
    raw = request(path, json.dumps(ASKED[path][0]).encode(), stack.secret, **headers)
    told = await send(stack, raw.decode().encode("latin-1"))
    if told.body != b"Invalid HTTP request received.":
        assert misshapen(told, PATHS[path]) == ""
    assert loud(calm) == []


async def test_a_wish_for_a_websocket_is_answered_as_if_it_were_none(stack: Stack, calm: Any) -> None:
    more = {
        "connection": "close, upgrade",
        "upgrade": "websocket",
        "sec-websocket-key": "x",
        "sec-websocket-version": "13",
    }
    told = await send(stack, request("/v1/models", b"", stack.secret, "GET", **more))
    assert (told.status, told.kind) == (200, "application/json")
    assert loud(calm) == []


async def test_odd_methods_and_paths_are_told_in_shape(stack: Stack, calm: Any) -> None:
    for method in _METHODS:
        for spot in (*_SPOTS, *PATHS):
            told = await send(stack, request(spot, b"{}", stack.secret, method))
            assert told.status not in (0, 500), (method, spot)
            if told.kind == "application/json" and told.status >= 400 and told.body:
                assert json.loads(told.body)["error"]["message"]
        assert loud(calm) == []


async def test_broken_http_ends_the_connection_and_nothing_else(stack: Stack, calm: Any) -> None:
    chance = random.Random(7)
    whole = request("/v1/messages", json.dumps(MESSAGES[0]).encode(), stack.secret)
    head = whole[: whole.index(b"\r\n\r\n") + 4]
    for _ in range(max(COUNT, 100)):
        raw = shaken(head, chance.randrange(2**32))
        told = await send(stack, raw + b"{}\r\n\r\n" + b"x" * 300 + b"\r\n\r\n")
        assert told.status != 500
    assert loud(calm) == []
    assert (await send(stack, whole)).status == 200


# --- from upstreams


ANSWERS: dict[str, list[Any]] = {"messages": [MESSAGES_REPLY], "chat": [CHAT_REPLY]}
_ENDS = {"messages": [{"type": "content_block_stop", "index": 0},
                      {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
                      {"type": "message_stop"}]}  # fmt: skip


def _events(api: str) -> list[Any]:
    if api == "chat":
        call = {"index": 0, "id": "c", "type": "function", "function": {"name": "save", "arguments": '{"a": '}}
        more = {"index": 0, "function": {"arguments": '"b"}'}}
        deltas = [{"role": "assistant", "content": "Hello "}, {"content": "there"}, {"tool_calls": [call]},
                  {"tool_calls": [more]}, {"refusal": "no"}, {"reasoning_content": "hm"}]  # fmt: skip
        chunks = [json.loads(faults.chunk(delta)[6:]) for delta in deltas]
        return [*chunks, json.loads(faults.chunk({}, "stop", usage={"prompt_tokens": 3, "completion_tokens": 4})[6:])]
    begun = [json.loads(event.partition(b"data: ")[2]) for event in faults.begun("messages")]
    block = {"type": "tool_use", "id": "t", "name": "save", "input": {}}
    delta = {"type": "input_json_delta", "partial_json": '{"a": 1}'}
    tool = [{"type": "content_block_start", "index": 1, "content_block": block},
            {"type": "content_block_delta", "index": 1, "delta": delta},
            {"type": "content_block_stop", "index": 1}, {"type": "ping"}]  # fmt: skip
    return [*begun, _ENDS["messages"][0], *tool, *_ENDS["messages"][1:]]


STREAMS = {api: _events(api) for api in ("messages", "chat")}


def _wire(api: str, events: list[Any]) -> bytes:
    named = [(f"event: {event['type']}\n" if isinstance(event, dict) and isinstance(event.get("type"), str)
              and "\n" not in event["type"] and "\r" not in event["type"] and api == "messages" else "", event)
             for event in events]  # fmt: skip
    raw = "".join(f"{name}data: {json.dumps(event)}\n\n" for name, event in named).encode("utf-8", "replace")
    return raw + (b"data: [DONE]\n\n" if api == "chat" else b"")


async def ask(stack: Stack, api: str, upstream_api: str, *, streamed: bool) -> Told:
    """Ask in one API for a model whose upstream speaks another or the same."""
    model = {"messages": "claude", "chat": "gpt"}[upstream_api]
    path = {"messages": "/v1/messages", "chat": "/v1/chat/completions"}[api]
    more: dict[str, Any] = {"stream_options": {"include_usage": True}} if streamed and api == "chat" else {}
    body = {"model": model, "max_tokens": 9, "stream": streamed, "messages": [_TURN]} | more
    return await send(stack, request(path, json.dumps(body).encode(), stack.secret))


_APIS = st.sampled_from(["messages", "chat"])


@fuzzed
@given(api=_APIS, upstream_api=_APIS, data=st.data())
async def test_an_answer_that_is_nearly_right_is_given_or_told_as_the_upstreams_fault(
    stack: Stack, calm: Any, api: str, upstream_api: str, data: st.DataObject
) -> None:
    raw = json.dumps(data.draw(changed(ANSWERS[upstream_api]))).encode()
    if data.draw(st.booleans()):
        raw = shaken(raw, data.draw(st.integers(0, 2**32)))
    stack.upstream.answer = faults.says(raw)
    told = await ask(stack, api, upstream_api, streamed=False)
    assert told.status in (200, 502), told
    assert misshapen(told, api) == ""
    assert loud(calm) == []


@fuzzed
@given(api=_APIS, upstream_api=_APIS, data=st.data())
async def test_a_stream_that_is_nearly_right_is_given_or_told_as_the_upstreams_fault(
    stack: Stack, calm: Any, api: str, upstream_api: str, data: st.DataObject
) -> None:
    events = data.draw(changed([STREAMS[upstream_api]]))
    raw = _wire(upstream_api, events if isinstance(events, list) else [events])
    if data.draw(st.booleans()):
        raw = shaken(raw, data.draw(st.integers(0, 2**32)))
    size = data.draw(st.sampled_from((3, 17, 10_000)))
    parts = [raw[at : at + size] for at in range(0, len(raw), size)]
    stack.upstream.answer = faults.streams(*parts)
    told = await ask(stack, api, upstream_api, streamed=True)
    assert told.status in (200, 502), told
    assert misshapen(told, api) == ""
    assert loud(calm) == []


async def test_after_all_that_every_exchange_is_closed_and_the_ledger_takes_them(stack: Stack, calm: Any) -> None:
    chance = random.Random(11)
    for number in range(max(COUNT // 2, 40)):
        api = chance.choice(("messages", "chat"))
        raw = shaken(_wire(api, STREAMS[api]), chance.randrange(2**32)) if number % 2 else shaken(
            json.dumps(ANSWERS[api][0]).encode(), chance.randrange(2**32)
        )  # fmt: skip
        stack.upstream.answer = faults.streams(raw) if number % 2 else faults.says(raw)
        asked = chance.choice(("messages", "chat"))
        told = await ask(stack, asked, api, streamed=bool(number % 2))
        assert told.status in (200, 502), told
        assert misshapen(told, asked) == ""
    rows = await stack.settled(len(stack.upstream.asked))
    assert all(row["outcome"] in ("answered", "failed") for row in rows)
    assert await asyncio.to_thread(stack.publish) > 0
    assert loud(calm) == []
