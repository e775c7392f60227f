"""A stream of Messages as a stream of Chat Completions, event by event.

Citations, signatures and pings are dropped. Blocks that no function call, text or thought is in stop the stream.
"""

from typing import Any

import msgspec

from seawall.gateway.translate.terms import stop_to_chat, usage_to_chat
from seawall.gateway.translate.untranslatable import ReplyUntranslatable, bad_reply, shaped
from seawall.gateway.wire.messages_reply import read_usage
from seawall.gateway.wire.reading import decode_reply
from seawall.gateway.wire.request import Body, Usage
from seawall.gateway.wire.sse import Event

_FIELDS = {"text_delta": ("text", "content"), "thinking_delta": ("thinking", "reasoning_content")}


class MessagesStreamToChat:
    """Take events of Messages by `feed`, in order; `ended` tells whether the last one came."""

    def __init__(self, *, id: str, model: str, created: int = 0, include_usage: bool = False) -> None:  # noqa: A002
        self._head: Body = {"id": id, "object": "chat.completion.chunk", "created": created, "model": model}
        self._include_usage = include_usage
        self._counts: Body = {}
        self._calls: dict[int, int] = {}
        self._unfilled: set[int] = set()
        self.ended = False

    @shaped(bad_reply)
    def feed(self, event: Event) -> list[Event]:
        """Return the events that say the same. Raises BadReply and ReplyUntranslatable."""
        if self.ended:
            return []
        body = decode_reply(event.data)
        kind = body.get("type")
        if kind == "message_start":
            return self._start(body["message"])
        if kind == "content_block_start":
            return self._block(body["index"], body["content_block"])
        if kind == "content_block_delta":
            return self._delta(body["index"], body["delta"])
        if kind == "content_block_stop":
            return self._stop(body["index"])
        if kind == "message_delta":
            return self._finish(body)
        if kind == "message_stop":
            return self._end()
        if kind == "error":
            message = body["error"].get("message")
            return [Event("", msgspec.json.encode({"error": {"message": message, "type": "server_error"}}))]
        return []

    @property
    def usage(self) -> Usage:
        """Return what upstream has counted so far."""
        return read_usage(self._counts)

    def _start(self, message: Body) -> list[Event]:
        self._counts = dict(message.get("usage") or {})
        self._head |= {name: message[name] for name in ("id", "model") if message.get(name)}
        return [self._chunk({"role": "assistant", "content": ""})]

    def _block(self, index: int, block: Body) -> list[Event]:
        kind = block["type"]
        if kind == "tool_use":
            number = self._calls[index] = len(self._calls)
            given = block.get("input")
            arguments = msgspec.json.encode(given).decode() if given else ""
            self._unfilled |= set() if given else {index}
            function = {"name": block["name"], "arguments": arguments}
            call = {"index": number, "id": block["id"], "type": "function", "function": function}
            return [self._chunk({"tool_calls": [call]})]
        if kind in ("text", "thinking"):
            field = "content" if kind == "text" else "reasoning_content"
            return [self._chunk({field: block[kind]})] if block.get(kind) else []
        if kind == "redacted_thinking":
            return []
        raise ReplyUntranslatable(f"The upstream's stream has a block of type {kind!r}.")

    def _delta(self, index: int, delta: Body) -> list[Event]:
        kind = delta["type"]
        if kind in _FIELDS:
            source, target = _FIELDS[kind]
            return [self._chunk({target: delta[source]})]
        if kind == "input_json_delta" and delta["partial_json"]:
            self._unfilled.discard(index)
            return [self._arguments(index, delta["partial_json"])]
        return []

    def _stop(self, index: int) -> list[Event]:
        if index not in self._unfilled:
            return []
        self._unfilled.discard(index)
        return [self._arguments(index, "{}")]

    def _arguments(self, index: int, text: str) -> Event:
        return self._chunk({"tool_calls": [{"index": self._calls[index], "function": {"arguments": text}}]})

    def _finish(self, body: Body) -> list[Event]:
        self._counts |= {name: count for name, count in (body.get("usage") or {}).items() if count is not None}
        reason = body["delta"].get("stop_reason")
        if not reason:
            return []
        said = (body["delta"].get("stop_details") or {}).get("explanation") if reason == "refusal" else None
        told = [self._chunk({"refusal": said})] if said else []
        return [*told, self._chunk({}, finish=stop_to_chat(reason))]

    def _end(self) -> list[Event]:
        self.ended = True
        counts = {**self._head, "choices": [], "usage": usage_to_chat(self._counts)}
        usage = [Event("", msgspec.json.encode(counts))] if self._include_usage else []
        return [*usage, Event("", b"[DONE]")]

    def _chunk(self, delta: Body, *, finish: str | None = None) -> Event:
        choice: dict[str, Any] = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return Event("", msgspec.json.encode({**self._head, "choices": [choice]}))
