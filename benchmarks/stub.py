"""An upstream that costs next to nothing: the same answer to every request, in both APIs, whole or as a stream.

``python -m benchmarks.stub PORT [PACE_S]``. A model named ``paced`` streams one event every PACE_S seconds.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import uvloop

PACE_S = float(sys.argv[2]) if len(sys.argv) > 2 and __name__ == "__main__" else 0.05
_SENTENCE = "A steady wind moved over the water while the small boats came home before the evening bells. "
WORDS = [word + " " for word in (_SENTENCE * 6).split()][:90]
TEXT = "".join(WORDS)
_LONG = (_SENTENCE * 16)[:1150]


def _answer(body: dict[str, Any]) -> bytes:
    raw = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(raw), raw)


def _chunk(raw: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(raw), raw)


def _chat_event(delta: dict[str, Any], reason: str | None = None) -> bytes:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
    body = {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
    return _chunk(b"data: " + json.dumps(body).encode() + b"\n\n")


def _messages_event(name: str, body: dict[str, Any]) -> bytes:
    return _chunk(f"event: {name}\ndata: {json.dumps({'type': name, **body})}\n\n".encode())


def _messages_events() -> Iterator[bytes]:
    usage = {"input_tokens": 50, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "stub", "content": [], "usage": usage,
               "stop_reason": None, "stop_sequence": None}  # fmt: skip
    yield _messages_event("message_start", {"message": message})
    yield _messages_event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}})
    for word in WORDS:
        yield _messages_event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": word}})
    yield _messages_event("content_block_stop", {"index": 0})
    end = {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 90}}
    yield _messages_event("message_delta", end)
    yield _messages_event("message_stop", {})


CHAT = _answer({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "stub",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": _LONG}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 50, "completion_tokens": 90, "total_tokens": 140},
})  # fmt: skip
MESSAGES = _answer({
    "id": "msg_1", "type": "message", "role": "assistant", "model": "stub",
    "content": [{"type": "text", "text": _LONG}], "stop_reason": "end_turn", "stop_sequence": None,
    "usage": {"input_tokens": 50, "output_tokens": 90},
})  # fmt: skip
CHAT_EVENTS = [_chat_event({"role": "assistant", "content": ""}), *(_chat_event({"content": word}) for word in WORDS),
               _chat_event({}, "stop"), _chunk(b"data: [DONE]\n\n")]  # fmt: skip
MESSAGES_EVENTS = list(_messages_events())
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"


class Stub(asyncio.Protocol):
    """One connection; requests may follow each other on it."""

    def __init__(self) -> None:
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._held) < end + 4 + length:
                return
            body = self._held[end + 4 : end + 4 + length]
            self._held = self._held[end + 4 + length :]
            self._answer(b"/messages" in head[:60], body)

    def _answer(self, messages: bool, body: bytes) -> None:
        streamed = b'"stream":true' in body or b'"stream": true' in body
        if not streamed:
            self._transport.write(MESSAGES if messages else CHAT)
            return
        events = MESSAGES_EVENTS if messages else CHAT_EVENTS
        if b'"paced"' in body:
            self._pacing = asyncio.ensure_future(self._pace(events))
            return
        self._transport.write(_HEAD)
        for event in events:
            self._transport.write(event)
        self._transport.write(_END)

    async def _pace(self, events: list[bytes]) -> None:
        self._transport.write(_HEAD)
        for event in events:
            if self._transport.is_closing():
                return
            self._transport.write(event)
            await asyncio.sleep(PACE_S)
        self._transport.write(_END)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
