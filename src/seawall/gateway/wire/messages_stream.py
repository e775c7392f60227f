"""A stream of the Messages API: which text an event carries, and how a cut stream ends in order.

Limits: of events, blocks and deltas that the API added since, every text is a `whole` delta. After a cut the output
tokens are what upstream counted or, where that is more, an estimate from the characters that left.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from seawall.gateway.wire.called import Called
from seawall.gateway.wire.escapes import Unescaper
from seawall.gateway.wire.messages_reply import KNOWN, begun, read_block, read_usage, refusing, write_usage
from seawall.gateway.wire.paths import leaves, put_all, text_at
from seawall.gateway.wire.reading import Gathered, decode_reply
from seawall.gateway.wire.request import BadReply, Body, Path, Request, Usage
from seawall.gateway.wire.sse import Event
from seawall.gateway.wire.stream import Channel, TextDelta, estimated_tokens
from seawall.vocabulary.findings import Surface

_TEXTS = {  # type of a delta: its field, the last word of its channel, its surface
    "text_delta": ("text", "text", Surface.OUTPUT),
    "thinking_delta": ("thinking", "thinking", Surface.OUTPUT),
    "input_json_delta": ("partial_json", "tool", Surface.TOOL_CALL),
}
_DELTA_OF = {word: (kind, field) for kind, (field, word, _) in _TEXTS.items()}
_PARTS = {  # type of an event: its fields that are read in their own way, or hold no text
    "message_start": {"type", "message"},
    "content_block_start": {"type", "index", "content_block"},
    "content_block_delta": {"type", "index", "delta"},
    "content_block_stop": {"type", "index"},
    "message_delta": {"type", "delta", "usage"},
}


class MessagesStream:
    """One stream of the Messages API."""

    def __init__(self, request: Request, *, id: str) -> None:  # noqa: A002 - the name that the API uses
        self._id, self._model = id, request.model
        self._cached: tuple[Event | None, Body] = (None, {})
        self._unescapers: dict[int, Unescaper] = {}
        self._counts: Body = {}
        self._called = Called()
        self._started = self._stopped = self._finished = False
        self._open: dict[int, str] = {}
        self._next_index = 0
        self._characters = 0
        self.stop_reason: str | None = None
        self.ended = False

    @property
    def usage(self) -> Usage:
        """Return what upstream has counted so far."""
        return read_usage(self._counts)

    @property
    def called(self) -> list[str]:
        """Return the names of the tools that upstream has called so far."""
        return self._called.names

    def deltas(self, event: Event) -> list[TextDelta]:
        """Return the texts that an upstream event carries. Raises BadReply."""
        body = self._body(event)
        kind = body.get("type")
        parts = _PARTS.get(kind) if isinstance(kind, str) else None
        if parts is None:
            self.ended = self.ended or kind == "message_stop"
            return _whole(body, (), Surface.OUTPUT, "type")
        found = self._deltas_of(kind, body)
        return found if body.keys() <= parts else [*found, *_whole(body, (), Surface.OUTPUT, *parts)]

    def _deltas_of(self, kind: Any, body: Body) -> list[TextDelta]:
        if kind == "content_block_delta":
            return self._deltas_of_delta(body)
        if kind == "content_block_start":
            return self._deltas_of_start(body)
        if kind == "message_start":
            return self._note_start(body)
        return self._note_delta(body) if kind == "message_delta" else []

    def _deltas_of_delta(self, body: Body) -> list[TextDelta]:
        delta = body["delta"]
        known = _TEXTS.get(delta.get("type", ""))
        if known is None or not isinstance(delta.get(known[0]), str):
            return _whole(delta, ("delta",), Surface.OUTPUT, "type")
        field, word, surface = known
        found = _whole(delta, ("delta",), surface, "type", field) if len(delta) > 2 else []
        text = delta[field]
        if word == "tool":
            text = self._unescapers.setdefault(body["index"], Unescaper()).feed(text)
        return [TextDelta(("block", body["index"], word), text, surface), *found] if delta[field] else found

    def _deltas_of_start(self, body: Body) -> list[TextDelta]:
        block, found = body["content_block"], Gathered()
        self._note_call(block)
        read_block(found, block, ("content_block",))
        deltas = [TextDelta(("whole", *piece.path), piece.text, piece.surface, True) for piece in found.pieces]
        if block["type"] in ("text", "thinking"):
            channel = ("block", body["index"], block["type"])
            at = ("whole", "content_block", block["type"])
            return [TextDelta(channel, delta.text, delta.surface) if delta.channel == at else delta for delta in deltas]
        return deltas

    def _note_call(self, block: Body) -> None:
        if block["type"].endswith("tool_use"):
            # A name is whole where it stands: nothing is joined to it.
            self._called.note((block.get("name"),), block.get("name"))

    def _note_start(self, body: Body) -> list[TextDelta]:
        message = body["message"]
        self._counts = _counted(message)
        self._id, self._model = message.get("id") or self._id, message.get("model") or self._model
        held = message.get("content")
        for block in held if isinstance(held, list) else []:
            if isinstance(block, dict) and isinstance(block.get("type"), str):
                self._note_call(block)
        found = _whole(held, ("message", "content"), Surface.OUTPUT)
        return found if message.keys() <= KNOWN else found + _whole(message, ("message",), Surface.OUTPUT, *KNOWN)

    def _note_delta(self, body: Body) -> list[TextDelta]:
        delta = body["delta"]
        self._counts |= _counted(body)
        self.stop_reason = delta.get("stop_reason") or self.stop_reason
        return _whole(delta, ("delta",), Surface.OUTPUT, "stop_reason", "stop_sequence", "container")

    def is_boundary(self, event: Event, channel: Channel) -> bool:
        """Tell whether held text of the channel must leave before this event."""
        body = self._body(event)
        kind = body.get("type")
        if kind in ("message_delta", "message_stop"):
            return bool(channel[0] == "block")
        signed = kind == "content_block_delta" and body["delta"].get("type") == "signature_delta"
        ends = signed or kind == "content_block_stop"
        return bool(ends and channel[:2] == ("block", body["index"]))

    def with_text(self, event: Event, channel: Channel, text: str) -> Event | None:
        """Return the event with the text of one channel replaced; None when nothing else is left in it."""
        return self.with_texts(event, {channel: text})

    def with_texts(self, event: Event, texts: Mapping[Channel, str]) -> Event | None:
        """Return the event with the texts of these channels replaced; None when nothing else is left in it."""
        body = self._body(event)
        own = _place(body)
        places = [(channel[1:] if channel[0] == "whole" else own, text) for channel, text in texts.items()]
        edits = [(path, text) for path, text in places if path and text_at(body, path) != text]
        if not edits:
            return event
        changed: Body = put_all(body, edits)
        if changed.get("type") == "content_block_delta" and _is_empty(changed["delta"]):
            return None
        return self._made(event.name, changed)

    def text_event(self, channel: Channel, text: str) -> Event:
        """Return a fresh event that adds text to a channel."""
        kind, field = _DELTA_OF[channel[2]]
        delta = {"type": kind, field: text}
        return self._made("content_block_delta", {"type": "content_block_delta", "index": channel[1], "delta": delta})

    def sent(self, event: Event) -> None:
        """Note that an event has left for the client."""
        body = self._body(event)
        kind = body.get("type")
        if kind == "content_block_delta":
            self._characters += len(text_at(body, place)) if (place := _place(body)) else 0
        elif kind == "content_block_start":
            self._open[body["index"]] = body["content_block"]["type"]
            self._next_index = max(self._next_index, body["index"] + 1)
        elif kind == "content_block_stop":
            self._open.pop(body["index"], None)
        elif kind == "message_start":
            self._started = True
        elif kind == "message_delta":
            self._stopped = self._stopped or bool(body["delta"].get("stop_reason"))
        elif kind == "message_stop":
            self._finished = True

    def is_ending(self, event: Event) -> bool:
        """Tell whether the event carries the stop reason."""
        body = self._body(event)
        return bool(body.get("type") == "message_delta" and body["delta"].get("stop_reason"))

    def append(self, event: Event, text: str) -> list[Event]:
        """Return what to send instead of this ending event, so that a text stands before the stop reason."""
        return [*self._text_block("\n\n" + text if self._characters else text), event]

    def mark(self, event: Event, seawall: Mapping[str, Any]) -> Event:
        """Return the event with the `seawall` field."""
        return self._made(event.name, {**self._body(event), "seawall": dict(seawall)})

    def opening(self) -> list[Event]:
        """Return the events that begin a stream that upstream never began."""
        message = begun(self._id, self._model, Usage(input_tokens=self.usage.input_tokens))
        return [self._made("message_start", {"type": "message_start", "message": message})]

    def closing(
        self, *, reason: str = "", seawall: Mapping[str, Any] | None = None, usage: Usage | None = None
    ) -> list[Event]:
        """Return the events that end the stream as a refusal from where the client is."""
        if self._finished:
            return []
        end = [self._made("message_stop", {"type": "message_stop"})]
        if self._stopped:
            return end
        start = [] if self._started else self.opening()
        stops = [self._stop(index) for index in sorted(self._open)]
        notice = self._text_block(reason) if reason else []
        body: Body = {"type": "message_delta", "delta": refusing(reason), "usage": self._final_usage(usage)}
        marked = body | ({"seawall": dict(seawall)} if seawall else {})
        return [*start, *stops, *notice, self._made("message_delta", marked), *end]

    def _final_usage(self, usage: Usage | None) -> Body:
        counted = usage or self.usage
        output = max(counted.output_tokens, estimated_tokens(self._characters))
        return {**write_usage(counted), **({} if usage else self._counts), "output_tokens": output}

    def _text_block(self, text: str) -> list[Event]:
        index = self._next_index
        block = {"type": "text", "text": ""}
        start = {"type": "content_block_start", "index": index, "content_block": block}
        delta = self.text_event(("block", index, "text"), text)
        return [self._made("content_block_start", start), delta, self._stop(index)]

    def _stop(self, index: int) -> Event:
        return self._made("content_block_stop", {"type": "content_block_stop", "index": index})

    def _body(self, event: Event) -> Body:
        if self._cached[0] is not event:
            self._cached = (event, _checked(decode_reply(event.data)))
        return self._cached[1]

    def _made(self, name: str, body: Body) -> Event:
        event = Event(name, msgspec.json.encode(body))
        self._cached = (event, body)
        return event


_SHAPES: dict[str, dict[str, type]] = {
    "message_start": {"message": dict},
    "content_block_start": {"index": int, "content_block": dict},
    "content_block_delta": {"index": int, "delta": dict},
    "content_block_stop": {"index": int},
    "message_delta": {"delta": dict},
}


def _checked(body: Body) -> Body:
    """Return the body of an event whose shape is as its type says. Raises BadReply."""
    kind = body.get("type")
    for name, wanted in _SHAPES.get(kind, {}).items() if isinstance(kind, str) else ():
        if not isinstance(body.get(name), wanted):
            raise BadReply(f"The upstream's event {kind} has no usable {name!r}.")
    for holder in (body.get("content_block"), body.get("delta") if kind == "content_block_delta" else None):
        if isinstance(holder, dict) and not isinstance(holder.get("type"), str):
            raise BadReply(f"The upstream's event {kind} has a block or delta without a type.")
    return body


def _counted(holder: Body) -> Body:
    """Return the counts of `usage` that are given."""
    usage = holder.get("usage")
    return {name: count for name, count in usage.items() if count is not None} if isinstance(usage, dict) else {}


def _whole(value: Any, path: Path, surface: Surface, *known: str) -> list[TextDelta]:
    if isinstance(value, dict):
        value = {name: below for name, below in value.items() if name not in known}
    return [TextDelta(("whole", *place), text, surface, True) for place, text in leaves(value, path)]


def _place(body: Body) -> Path:
    """Return the path to the text that an event adds to its channel; empty where it adds none."""
    if body.get("type") == "content_block_start":
        kind = body["content_block"]["type"]
        return ("content_block", kind) if kind in ("text", "thinking") else ()
    known = _TEXTS.get(body["delta"]["type"]) if body.get("type") == "content_block_delta" else None
    # What names a kind of text may lack it: then there is none to count or to replace.
    return ("delta", known[0]) if known and isinstance(body["delta"].get(known[0]), str) else ()


def _is_empty(delta: Body) -> bool:
    known = _TEXTS.get(delta.get("type", ""))
    return known is not None and len(delta) == 2 and not delta.get(known[0])
