"""Bodies as the official SDKs send and read them. All text is harmless."""

from typing import Any

import msgspec

from seawall.gateway.wire import Event

SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "description": "the name of a city"}}}

MESSAGES_FULL: dict[str, Any] = {
    "model": "small-1",
    "max_tokens": 100,
    "system": [{"type": "text", "text": "be kind", "cache_control": {"type": "ephemeral"}}],
    "metadata": {"user_id": "person-7"},
    "tools": [{"name": "weather", "description": "tells the weather", "input_schema": SCHEMA}],
    "tool_choice": {"type": "auto"},
    "stop_sequences": ["END"],
    "new_field": {"kept": [1, 2.5, None, 12345678901234567890123]},
    "messages": [
        {"role": "user", "content": "first question"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "let me look", "signature": "c2ln"},
                {"type": "text", "text": "looking"},
                {"type": "tool_use", "id": "tu_1", "name": "weather", "input": {"city": "Paris"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "tu_1",
                    "content": [
                        {"type": "text", "text": "sunny"},
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
                    ],
                },
                {"type": "text", "text": "and tomorrow?"},
                {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
                {
                    "type": "document",
                    "title": "a title",
                    "source": {"type": "text", "media_type": "text/plain", "data": "document text"},
                },
            ],
        },
    ],
}

CHAT_FULL: dict[str, Any] = {
    "model": "small-1",
    "n": 2,
    "stream": True,
    "stream_options": {"include_usage": True},
    "user": "person-7",
    "seed": 7,
    "new_field": {"kept": [1, 2.5, None, 12345678901234567890123]},
    "tools": [
        {"type": "function", "function": {"name": "weather", "description": "tells the weather", "parameters": SCHEMA}}
    ],
    "messages": [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "first question"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "and tomorrow?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
            ],
        },
    ],
}

MESSAGES_REPLY: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "small-1",
    "content": [
        {"type": "thinking", "thinking": "a thought", "signature": "c2ln"},
        {"type": "text", "text": "hello there"},
        {"type": "tool_use", "id": "tu_1", "name": "weather", "input": {"city": "Paris", "days": ["one", "two"]}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 5, "cache_read_input_tokens": 4, "output_tokens": 9},
}

CHAT_REPLY: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1700000000,
    "model": "small-1",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": {"content": [{"token": "hello", "logprob": -0.1, "bytes": None, "top_logprobs": []}]},
            "message": {"role": "assistant", "content": "hello there", "refusal": None},
        },
        {
            "index": 1,
            "finish_reason": "tool_calls",
            "message": {
                "role": "assistant",
                "content": None,
                "reasoning_content": "a thought",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Paris"}'}}
                ],
            },
        },
    ],
    "usage": {
        "prompt_tokens": 9,
        "completion_tokens": 9,
        "total_tokens": 18,
        "prompt_tokens_details": {"cached_tokens": 4},
    },
}


def chunk(choices: list[dict[str, Any]], **others: Any) -> Event:
    """One event of a Chat Completions stream."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "small-1"}
    return Event("", msgspec.json.encode({**head, "choices": choices, **others}))


def say(index: int, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """One choice of a chunk."""
    return {"index": index, "delta": delta, "finish_reason": finish}


def event(kind: str, **fields: Any) -> Event:
    """One event of a Messages stream."""
    return Event(kind, msgspec.json.encode({"type": kind, **fields}))


DONE = Event("", b"[DONE]")

CHAT_STREAM = [
    chunk([say(0, role="assistant", content="")]),
    chunk([say(0, content="hel"), say(1, role="assistant", content="good")]),
    chunk([say(0, content="lo"), say(1, content=" day")]),
    chunk(
        [say(0, tool_calls=[{"index": 0, "id": "c1", "type": "function", "function": {"name": "w", "arguments": ""}}])]
    ),
    chunk([say(0, tool_calls=[{"index": 0, "function": {"arguments": '{"city": "Pa'}}])]),
    chunk([say(0, tool_calls=[{"index": 0, "function": {"arguments": 'ris"}'}}])]),
    chunk([say(1, finish="stop")]),
    chunk([say(0, finish="tool_calls")]),
    chunk([], usage={"prompt_tokens": 9, "completion_tokens": 6, "total_tokens": 15}),
    DONE,
]

MESSAGES_STREAM = [
    event("message_start", message={**MESSAGES_REPLY, "content": [], "stop_reason": None}),
    event("ping"),
    event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hel"}),
    event("content_block_delta", index=0, delta={"type": "text_delta", "text": "lo"}),
    event("content_block_stop", index=0),
    event("content_block_start", index=1, content_block={"type": "tool_use", "id": "tu_1", "name": "w", "input": {}}),
    event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": '{"city": "Pa'}),
    event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": 'ris"}'}),
    event("content_block_stop", index=1),
    event("message_delta", delta={"stop_reason": "tool_use", "stop_sequence": None}, usage={"output_tokens": 12}),
    event("message_stop"),
]
