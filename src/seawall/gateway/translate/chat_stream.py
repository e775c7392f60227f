"""A stream of Chat Completions as a stream of Messages, event by event.

Reads the first choice: only one was asked for. Blocks follow one another: arguments for a tool call that another
block has followed already stop the stream, as Messages has no place for them.
"""

from typing import Any

import msgspec

from seawall.gateway.translate.terms import stop_to_messages, usage_to_messages
from seawall.gateway.translate.untranslatable import ReplyUntranslatable, bad_reply, shaped
from seawall.gateway.wire.chat_reply import read_usage
from seawall.gateway.wire.messages_reply import begun, refusing
from seawall.gateway.wire.reading import decode_reply
from seawall.gateway.wire.request import Body, Usage
from seawall.gateway.wire.sse import Event

_DONE = b"[DONE]"
_TEXTS = (("reasoning_content", "thinking"), ("reasoning", "thinking"), ("content", "text"), ("refusal", "text"))
_BLOCKS: dict[str, Body] = {
    "text": {"type": "text", "text": ""},
    "thinking": {"type": "thinking", "thinking": "", "signature": ""},
}


class ChatStreamToMessages:
    """Take events of Chat Completions by `feed`, in order; `ended` tells whether the last one came."""

    def __init__(self, *, id: str, model: str) -> None:  # noqa: A002 - the name that the API uses
        self._id, self._model = id, model
        self._started = self.ended = False
        self._open: Any = None
        self._index = -1
        self._tools: set[int] = set()
        self._finish: Any = None
        self._refusal = ""
        self._counts: Any = None

    @shaped(bad_reply)
    def feed(self, event: Event) -> list[Event]:
        """Return the events that say the same. Raises BadReply and ReplyUntranslatable."""
        if self.ended:
            return []
        if event.data == _DONE:
            return self._end()
        body = decode_reply(event.data)
        if body.get("error"):
            return [_error(body["error"])]
        events = self._start(body)
        self._counts = body.get("usage") or self._counts
        for choice in body.get("choices") or []:
            if isinstance(choice, dict) and choice.get("index", 0) == 0:
                events += self._choice(choice)
        return events

    @property
    def usage(self) -> Usage:
        """Return what upstream has counted so far."""
        return read_usage(self._counts)

    def _start(self, body: Body) -> list[Event]:
        if self._started:
            return []
        self._started = True
        message = begun(body.get("id") or self._id, body.get("model") or self._model, Usage())
        return [_event("message_start", message=message)]

    def _choice(self, choice: Body) -> list[Event]:
        delta = choice.get("delta") or {}
        events: list[Event] = []
        taken: set[str] = set()
        for field, kind in _TEXTS:
            text = delta.get(field)
            if isinstance(text, str) and text and not (kind == "thinking" and kind in taken):
                taken.add(kind)
                events += self._text(kind, text)
                self._refusal += text if field == "refusal" else ""
        for call in delta.get("tool_calls") or []:
            events += self._call(call)
        self._finish = choice.get("finish_reason") or self._finish
        return events

    def _text(self, kind: str, text: str) -> list[Event]:
        events = [] if self._open == kind else self._begin(kind, _BLOCKS[kind])
        return [*events, self._delta({"type": f"{kind}_delta", kind: text})]

    def _call(self, call: Any) -> list[Event]:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(call.get("index", 0), int):
            raise ReplyUntranslatable("The upstream's stream calls a tool that is no function.")
        number = call.get("index", 0)
        events: list[Event] = []
        if self._open != ("tool", number):
            if number in self._tools:
                raise ReplyUntranslatable("The upstream's stream mixes the arguments of two tool calls.")
            self._tools.add(number)
            named = {"id": call.get("id") or f"{self._id}_{number}", "name": function.get("name") or ""}
            events = self._begin(("tool", number), {"type": "tool_use", **named, "input": {}})
        if function.get("arguments"):
            events.append(self._delta({"type": "input_json_delta", "partial_json": function["arguments"]}))
        return events

    def _begin(self, what: Any, block: Body) -> list[Event]:
        events = self._stop()
        self._open = what
        self._index += 1
        return [*events, _event("content_block_start", index=self._index, content_block=block)]

    def _delta(self, delta: Body) -> Event:
        return _event("content_block_delta", index=self._index, delta=delta)

    def _stop(self) -> list[Event]:
        if self._open is None:
            return []
        self._open = None
        return [_event("content_block_stop", index=self._index)]

    def _end(self) -> list[Event]:
        self.ended = True
        stop = stop_to_messages(self._finish, called=bool(self._tools))
        refused = self._refusal or stop == "refusal"
        delta = refusing(self._refusal) if refused else {"stop_reason": stop, "stop_sequence": None}
        last = _event("message_delta", delta=delta, usage=usage_to_messages(self._counts))
        return [*self._start({}), *self._stop(), last, _event("message_stop")]


def _event(kind: str, **fields: Any) -> Event:
    return Event(kind, msgspec.json.encode({"type": kind, **fields}))


def _error(error: Any) -> Event:
    message = error.get("message") if isinstance(error, dict) else error
    return _event("error", error={"type": "api_error", "message": str(message)})
