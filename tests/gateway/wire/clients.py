"""What the official SDKs make of bodies and streams: strict validation of every event, and their own accumulators."""

from typing import Any

import msgspec
from anthropic.lib.streaming._messages import accumulate_event
from anthropic.types import Message, RawMessageStreamEvent
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

from seawall.gateway.wire import Event

_EVENT: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)


def message_of(events: list[Event]) -> Message:
    """Return what the anthropic SDK accumulates; the order of events is checked as the API states it."""
    snapshot: Any = None
    buffers: dict[int, bytes] = {}
    still_open: list[int] = []
    kinds = []
    for event in events:
        body = msgspec.json.decode(event.data)
        assert event.name == body["type"]
        kinds.append(event.name)
        if event.name in ("ping", "error"):
            continue
        if event.name == "content_block_start":
            assert not still_open
            still_open.append(body["index"])
        elif event.name == "content_block_delta":
            assert still_open == [body["index"]]
        elif event.name == "content_block_stop":
            still_open.remove(body["index"])
        elif event.name == "message_delta":
            assert not still_open
        parsed = _EVENT.validate_python(body)
        snapshot = accumulate_event(event=parsed, current_snapshot=snapshot, json_bufs=buffers)
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    return Message.model_validate(snapshot.to_dict())


def completion_of(events: list[Event]) -> Any:
    """Return what the openai SDK accumulates; every choice must have ended once, then [DONE]."""
    assert events[-1].data == b"[DONE]"
    state: Any = ChatCompletionStreamState()
    ended: list[int] = []
    for event in events[:-1]:
        parsed = ChatCompletionChunk.model_validate(msgspec.json.decode(event.data))
        for choice in parsed.choices:
            assert choice.index not in ended, "a choice spoke after its end"
            if choice.finish_reason:
                ended.append(choice.index)
        state.handle_chunk(parsed)
    snapshot = state.current_completion_snapshot
    assert sorted(ended) == list(range(len(snapshot.choices)))
    return ChatCompletion.model_validate(snapshot.to_dict())
