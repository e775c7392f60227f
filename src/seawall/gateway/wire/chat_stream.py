"""A stream of the Chat Completions API: which text a chunk carries, and how a cut stream ends in order.

Limits: of fields that the API added since, every text is a `whole` delta. Log probabilities spell the text out, so a
changed choice loses them. After a cut the completion tokens are what upstream counted or, where that is more, an
estimate from the characters that left.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from seawall.gateway.wire.called import Called
from seawall.gateway.wire.chat_chunk import (
    SPOKEN,
    all_places,
    checked,
    is_empty,
    places_of,
    plain_field,
    rest_of_call,
    tidied,
    whole,
    without_logprobs,
)
from seawall.gateway.wire.chat_reply import KNOWN, KNOWN_OF_CHOICE, read_usage, write_usage
from seawall.gateway.wire.escapes import Unescaper
from seawall.gateway.wire.paths import put_all, text_at
from seawall.gateway.wire.reading import decode_reply
from seawall.gateway.wire.request import Body, Path, Request, Usage
from seawall.gateway.wire.sse import Event
from seawall.gateway.wire.stream import Channel, TextDelta, estimated_tokens
from seawall.vocabulary.findings import Surface

DONE = b"[DONE]"


class ChatStream:
    """One stream of the Chat Completions API."""

    def __init__(self, request: Request, *, id: str, created: int = 0) -> None:  # noqa: A002
        self._head: Body = {"id": id, "object": "chat.completion.chunk", "created": created, "model": request.model}
        self._choices, self._include_usage = request.choices, request.include_usage
        # The last event that was read or made: its body, and the field of the one text that it carries, if it is plain.
        self._event: Event | None = None
        self._read: Body = {}
        self._plain: str | None = None
        self._unescapers: dict[Channel, Unescaper] = {}
        self._custom: set[Channel] = set()
        self._counts: Body = {}
        self._called = Called()
        self._started: set[int] = set()
        self._finished: set[int] = set()
        self._noted = self._done = False
        self._characters = 0
        self.stop_reason: str | None = None
        self.ended = False

    @property
    def usage(self) -> Usage:
        """Return what upstream has counted so far."""
        return read_usage(self._counts)

    @property
    def called(self) -> list[str]:
        """Return the names of the tools that upstream has called so far, in every choice."""
        return self._called.names

    def deltas(self, event: Event) -> list[TextDelta]:
        """Return the texts that an upstream chunk carries. Raises BadReply."""
        body = self._body(event)
        if event.data == DONE:
            self.ended = True
            return []
        plain = self._plain
        if plain and self._noted:
            choice = body["choices"][0]
            return [TextDelta(("choice", choice["index"], plain), choice["delta"][plain], Surface.OUTPUT)]
        self._note(body)
        found = whole(body, (), Surface.OUTPUT, KNOWN) if body.keys() - KNOWN else []
        for place, choice in enumerate(body.get("choices") or []):
            found += self._deltas_of_choice(choice, ("choices", place))
        return found

    def _note(self, body: Body) -> None:
        if not self._noted:
            self._noted = True
            self._head |= {name: body[name] for name in ("id", "created", "model") if body.get(name)}
        if isinstance(body.get("usage"), dict):
            self._counts = body["usage"]
        for choice in body.get("choices") or []:
            if choice.get("finish_reason"):
                self.stop_reason = choice["finish_reason"]

    def _deltas_of_choice(self, choice: Body, path: Path) -> list[TextDelta]:
        found: list[TextDelta] = []
        delta = choice["delta"]
        if "tool_calls" in delta or "function_call" in delta:
            self._note_calls(choice["index"], delta)
        places = dict(places_of(choice, path))
        for channel, place in places.items():
            found += self._text(channel, text_at(choice, place[2:]), place[-1])
        taken = {place[3] for place in places.values()} | {"role"}
        for name in delta.keys() - taken:
            found += whole(delta[name], (*path, "delta", name), Surface.OUTPUT)
        if "tool_calls" in taken:
            for index, call in enumerate(delta["tool_calls"]):
                found += rest_of_call(call, (*path, "delta", "tool_calls", index))
        if "function_call" in taken:
            at = (*path, "delta", "function_call")
            found += whole(delta["function_call"], at, Surface.TOOL_CALL, {"arguments"})
        return found + (whole(choice, path, Surface.OUTPUT, KNOWN_OF_CHOICE | {"delta"}) if len(choice) > 2 else [])

    def _note_calls(self, index: int, delta: Body) -> None:
        calls = delta.get("tool_calls")
        for place, call in enumerate(calls if isinstance(calls, list) else []):
            for kind in ("function", "custom"):
                if isinstance(call.get(kind), dict):
                    self._called.note((index, call.get("index", place)), call[kind].get("name"), call.get("id"))
        if isinstance(delta.get("function_call"), dict):
            self._called.note((index, "function_call"), delta["function_call"].get("name"))

    def _text(self, channel: Channel, text: str, field: str | int) -> list[TextDelta]:
        kind = channel[2]
        if field == "input":
            self._custom.add(channel)
        if not text:
            return []
        if kind in SPOKEN:
            return [TextDelta(channel, text, Surface.OUTPUT)]
        if field == "arguments":
            text = self._unescapers.setdefault(channel, Unescaper()).feed(text)
        return [TextDelta(channel, text, Surface.TOOL_CALL)]

    def is_boundary(self, event: Event, channel: Channel) -> bool:
        """Tell whether held text of the channel must leave before this chunk, or within it where it carries some."""
        body = self._body(event)
        if self._plain or channel[0] != "choice":
            return False
        for choice in body.get("choices") or []:
            if choice.get("finish_reason") and choice["index"] == channel[1]:
                return True
        return event.data == DONE

    def with_text(self, event: Event, channel: Channel, text: str) -> Event | None:
        """Return the chunk with the text of one channel replaced; None when nothing else is left in it."""
        return self.with_texts(event, {channel: text})

    def with_texts(self, event: Event, texts: Mapping[Channel, str]) -> Event | None:
        """Return the chunk with the texts of these channels replaced; None when nothing else is left in it."""
        body = self._body(event)
        if self._plain and len(texts) == 1:
            return self._with_plain(event, body, self._plain, texts)
        own = dict(all_places(body))
        places = [(channel[1:] if channel[0] == "whole" else own.get(channel), text) for channel, text in texts.items()]
        edits = [(path, text) for path, text in places if path and text_at(body, path) != text]
        if not edits:
            return event
        changed = without_logprobs(put_all(body, edits), edits)
        kept = [choice for choice in map(tidied, changed.get("choices") or []) if not is_empty(choice)]
        if not kept and changed.get("choices") and not changed.get("usage"):
            return None
        return self._made({**changed, "choices": kept} if "choices" in changed else changed)

    def _with_plain(self, event: Event, body: Body, field: str, texts: Mapping[Channel, str]) -> Event | None:
        choice = body["choices"][0]
        text = texts.get(("choice", choice["index"], field))
        if text is None or text == choice["delta"][field]:
            return event
        if not text:
            return None
        changed = {**body, "choices": [{**choice, "delta": {field: text}}]}
        made = Event("", msgspec.json.encode(changed))
        # As plain as it was: to find that out anew costs as much as to write it.
        self._event, self._read = made, changed
        return made

    def text_event(self, channel: Channel, text: str) -> Event:
        """Return a fresh chunk that adds text to a channel."""
        kind = channel[2]
        if kind == "function_call":
            delta: Body = {"function_call": {"arguments": text}}
        elif isinstance(kind, tuple):
            call = {"custom": {"input": text}} if channel in self._custom else {"function": {"arguments": text}}
            delta = {"tool_calls": [{"index": kind[1], **call}]}
        else:
            delta = {kind: text}
        return self._chunk(channel[1], delta)

    def sent(self, event: Event) -> None:
        """Note that a chunk has left for the client."""
        body = self._body(event)
        if self._plain:
            self._started.add(body["choices"][0]["index"])
            self._characters += len(body["choices"][0]["delta"][self._plain])
            return
        self._done = self._done or event.data == DONE
        for choice in body.get("choices") or []:
            self._started.add(choice["index"])
            if choice.get("finish_reason"):
                self._finished.add(choice["index"])
        self._characters += sum(len(text_at(body, path)) for _, path in all_places(body))

    def is_ending(self, event: Event) -> bool:
        """Tell whether the chunk carries a finish reason."""
        body = self._body(event)
        return not self._plain and any(choice.get("finish_reason") for choice in body.get("choices") or [])

    def append(self, event: Event, text: str) -> list[Event]:
        """Return what to send instead of this ending chunk, so that a text stands before the finish reason."""
        body = self._body(event)
        said = [choice for choice in body["choices"] if not is_empty({**choice, "finish_reason": None})]
        before = [{**choice, "finish_reason": None} for choice in said]
        ends = [{**choice, "delta": {}, "logprobs": None} for choice in body["choices"] if choice.get("finish_reason")]
        added = [choice["index"] for choice in ends if choice["finish_reason"] not in ("tool_calls", "function_call")]
        spoken = "\n\n" + text if self._characters or before else text
        first = [self._made({**body, "choices": before, "usage": None})] if before else []
        texts = [self.text_event(("choice", index, "content"), spoken) for index in added]
        return [*first, *texts, self._made({**body, "choices": ends})]

    def mark(self, event: Event, seawall: Mapping[str, Any]) -> Event:
        """Return the chunk with the `seawall` field."""
        return self._made({**self._body(event), "seawall": dict(seawall)})

    def opening(self) -> list[Event]:
        """Return the chunks that begin a stream that upstream never began."""
        return [self._open(index) for index in range(self._choices)]

    def closing(
        self, *, reason: str = "", seawall: Mapping[str, Any] | None = None, usage: Usage | None = None
    ) -> list[Event]:
        """Return the chunks that end the stream as a refusal, in every choice that has not ended yet."""
        if self._done:
            return []
        events: list[Event] = []
        for index in sorted({*range(self._choices), *self._started} - self._finished):
            events += [] if index in self._started else [self._open(index)]
            events += [self._chunk(index, {"refusal": reason})] if reason else []
            events.append(self._chunk(index, {}, finish="content_filter", seawall=seawall))
        if self._include_usage:
            events.append(self._made({**self._head, "choices": [], "usage": self._final_usage(usage)}))
        return [*events, Event("", DONE)]

    def _final_usage(self, usage: Usage | None) -> Body:
        seen = usage or self.usage
        output = max(seen.output_tokens, estimated_tokens(self._characters))
        return write_usage(msgspec.structs.replace(seen, output_tokens=output))

    def _open(self, index: int) -> Event:
        return self._chunk(index, {"role": "assistant", "content": ""})

    def _chunk(
        self, index: int, delta: Body, *, finish: str | None = None, seawall: Mapping[str, Any] | None = None
    ) -> Event:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._made({**self._head, "choices": [choice]} | ({"seawall": dict(seawall)} if seawall else {}))

    def _body(self, event: Event) -> Body:
        if self._event is not event:
            self._keep(event, {} if event.data == DONE else checked(decode_reply(event.data)))
        return self._read

    def _made(self, body: Body) -> Event:
        event = Event("", msgspec.json.encode(body))
        self._keep(event, body)
        return event

    def _keep(self, event: Event, body: Body) -> None:
        self._event, self._read, self._plain = event, body, plain_field(body)
