"""Streams of both APIs: what a client reads after passing, holding back, rewriting and cutting, by its own SDK."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.gateway.wire import Event, Request, StreamFormat, TextDelta, Usage
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import MESSAGES
from seawall.gateway.wire.request import BadReply
from seawall.vocabulary.findings import Surface

from .bodies import CHAT_STREAM, DONE, MESSAGES_STREAM, chunk, event, say
from .clients import completion_of, message_of
from .test_requests import ANY

ASKED = Request(body={}, model="small-1", stream=True, choices=2, include_usage=True)
SECRET = "sesame"


def start(api: Any) -> StreamFormat:
    stream: StreamFormat = api.stream(ASKED, id="own-1", created=5)
    return stream


def relay(stream: StreamFormat, events: list[Event], held: int, change: Any = lambda text: text) -> list[Event]:
    """Relay as a gateway does, each channel `held` characters behind, texts changed as they leave."""
    out: list[Event] = []
    waiting: dict[Any, str] = {}

    def leave(left: Event | None) -> None:
        if left is not None:
            stream.sent(left)
            out.append(left)

    for came in events:
        carried = {}
        for delta in stream.deltas(came):
            if delta.whole:
                continue
            text = waiting.get(delta.channel, "") + delta.text
            keep = 0 if stream.is_boundary(came, delta.channel) else held
            carried[delta.channel] = change(text[: max(len(text) - keep, 0)])
            waiting[delta.channel] = text[max(len(text) - keep, 0) :]
        for channel in [channel for channel, text in waiting.items() if text and stream.is_boundary(came, channel)]:
            leave(stream.text_event(channel, change(waiting.pop(channel))))
        leave(stream.with_texts(came, carried))
    return out


def texts_of(api: Any, events: list[Event]) -> dict[Any, str]:
    """Join the text of every channel as a fresh reader finds it."""
    joined: dict[Any, str] = {}
    stream = start(api)
    for came in events:
        for delta in stream.deltas(came):
            joined[delta.channel] = joined.get(delta.channel, "") + delta.text
    return joined


def test_the_channels_of_a_chat_stream_are_its_choices_and_their_tool_calls():
    assert texts_of(CHAT, CHAT_STREAM) == {
        ("choice", 0, "content"): "hello",
        ("choice", 1, "content"): "good day",
        ("choice", 0, ("tool", 0)): '{"city": "Paris"}',
        ("whole", "choices", 0, "delta", "tool_calls", 0, "function", "name"): "w",
    }


@pytest.mark.parametrize("kind", ["text_delta", "thinking_delta", "input_json_delta"])
def test_a_delta_without_the_text_that_its_kind_names_passes_as_it_came(kind):
    odd = event("content_block_delta", index=0, delta={"type": kind, "texu": "hm"})
    events = [*MESSAGES_STREAM[:2], odd, *MESSAGES_STREAM[2:]]
    assert relay(start(MESSAGES), events, 0) == events


def test_the_channels_of_a_messages_stream_are_its_blocks():
    assert texts_of(MESSAGES, MESSAGES_STREAM) == {
        ("block", 0, "text"): "hello",
        ("block", 1, "tool"): '{"city": "Paris"}',
        ("whole", "content_block", "name"): "w",
    }


@pytest.mark.parametrize(("api", "events"), [(CHAT, CHAT_STREAM), (MESSAGES, MESSAGES_STREAM)])
def test_a_stream_that_nothing_is_held_of_passes_byte_for_byte(api, events):
    stream = start(api)

    assert relay(stream, events, held=0) == events
    assert stream.ended
    assert stream.usage.output_tokens == {"chat": 6, "messages": 12}[api.name]
    assert stream.stop_reason == {"chat": "tool_calls", "messages": "tool_use"}[api.name]
    assert stream.closing(reason="late") == []


@pytest.mark.parametrize("held", [1, 2, 3, 7, 100])
def test_text_held_back_any_length_reaches_the_client_whole_and_in_order(held):
    completion = completion_of(relay(start(CHAT), CHAT_STREAM, held))
    assert [choice.message.content for choice in completion.choices] == ["hello", "good day"]
    assert completion.choices[0].message.tool_calls[0].function.arguments == '{"city": "Paris"}'
    assert completion.usage.completion_tokens == 6

    message: Any = message_of(relay(start(MESSAGES), MESSAGES_STREAM, held))
    assert message.content[0].text == "hello"
    assert message.content[1].input == {"city": "Paris"}
    assert (message.stop_reason, message.usage.output_tokens) == ("tool_use", 12)


def test_texts_replaced_on_the_way_are_what_the_client_reads():
    def mask(text: str) -> str:
        return text.replace("Paris", "[city]").replace("hello", "[greeting]")

    completion = completion_of(relay(start(CHAT), CHAT_STREAM, 100, mask))
    assert completion.choices[0].message.content == "[greeting]"
    assert completion.choices[0].message.tool_calls[0].function.arguments == '{"city": "[city]"}'

    message: Any = message_of(relay(start(MESSAGES), MESSAGES_STREAM, 100, mask))
    assert (message.content[0].text, message.content[1].input) == ("[greeting]", {"city": "[city]"})


@pytest.mark.parametrize("held", [0, 3])
@pytest.mark.parametrize("at", range(len(CHAT_STREAM)))
def test_a_chat_stream_cut_at_any_chunk_ends_as_a_refusal_of_every_open_choice(at, held):
    stream = start(CHAT)
    before = relay(stream, CHAT_STREAM[:at], held)

    completion = completion_of(before + stream.closing(reason="Stopped.", seawall={"decision": "de_1"}))

    ended = {choice.index: choice.finish_reason for choice in completion.choices}
    assert ended[0] == ("content_filter" if at <= 7 else "tool_calls")
    assert ended[1] == ("content_filter" if at <= 6 else "stop")
    told = [choice.message.refusal for choice in completion.choices if choice.finish_reason == "content_filter"]
    assert set(told) <= {"Stopped."}
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


@pytest.mark.parametrize("held", [0, 3])
@pytest.mark.parametrize("at", range(len(MESSAGES_STREAM)))
def test_a_messages_stream_cut_at_any_event_ends_in_order_as_a_refusal(at, held):
    stream = start(MESSAGES)
    before = relay(stream, MESSAGES_STREAM[:at], held)

    message: Any = message_of(before + stream.closing(reason="Stopped.", seawall={"decision": "de_1"}))

    if at <= 10:
        assert message.stop_reason == "refusal"
        assert message.stop_details.explanation == "Stopped."
        assert message.content[-1].text == "Stopped."
    else:
        assert message.stop_reason == "tool_use"
    assert message.usage.output_tokens >= 9 if at else message.usage.output_tokens == 0


def test_a_stream_refused_before_its_first_byte_is_a_whole_stream():
    completion = completion_of(start(CHAT).closing(reason="No.", usage=Usage(input_tokens=4)))
    assert [choice.finish_reason for choice in completion.choices] == ["content_filter"] * 2
    assert (completion.id, completion.created, completion.usage.prompt_tokens) == ("own-1", 5, 4)

    message: Any = message_of(start(MESSAGES).closing(reason="No.", usage=Usage(input_tokens=4)))
    assert (message.id, message.stop_reason, message.content[0].text) == ("own-1", "refusal", "No.")
    assert message.usage.input_tokens == 4


def test_no_usage_chunk_is_sent_to_a_client_that_did_not_ask():
    stream = CHAT.stream(Request(body={}, model="m"), id="x")

    events = stream.closing(reason="")

    assert [bool(msgspec.json.decode(e.data)["choices"]) for e in events[:-1]] == [True, True]
    assert events[-1] == DONE


def test_the_usage_after_a_cut_is_at_least_what_left():
    stream = start(CHAT)
    relay(stream, [chunk([say(0, role="assistant", content="x" * 41)])], held=0)

    usage = msgspec.json.decode(stream.closing()[-2].data)["usage"]

    assert usage["completion_tokens"] == 11


def test_a_banner_stands_before_the_end_of_each_choice_that_is_text():
    stream = start(CHAT)
    said = chunk(
        [
            say(1, content="good"),
            say(
                0,
                tool_calls=[{"index": 0, "id": "c", "type": "function", "function": {"name": "w", "arguments": "{}"}}],
            ),
        ]
    )
    last = chunk([say(1, finish="stop", content=" day"), say(0, finish="tool_calls")])
    out = relay(stream, [chunk([say(0, role="assistant"), say(1, role="assistant")]), said], held=0)
    assert stream.is_ending(last)

    ended = stream.append(last, "Vote on Sunday.")
    ended[-1] = stream.mark(ended[-1], {"banners": ["vote"]})

    completion = completion_of([*out, *ended, DONE])
    assert [choice.message.content for choice in completion.choices] == [None, "good day\n\nVote on Sunday."]
    assert msgspec.json.decode(ended[-1].data)["seawall"] == {"banners": ["vote"]}


def test_a_banner_is_a_block_of_its_own_before_the_stop_reason():
    stream = start(MESSAGES)
    out = relay(stream, MESSAGES_STREAM[:10], held=0)
    assert stream.is_ending(MESSAGES_STREAM[10])

    ended = stream.append(MESSAGES_STREAM[10], "Vote on Sunday.")
    ended[-1] = stream.mark(ended[-1], {"banners": ["vote"]})

    message: Any = message_of([*out, *ended, MESSAGES_STREAM[11]])
    assert message.content[2].text == "\n\nVote on Sunday."
    assert message.stop_reason == "tool_use"


def shards(api: str, channel: str, text: str, size: int) -> list[Event]:
    """A stream in which a text comes in portions on one channel."""
    portions = [text[at : at + size] for at in range(0, len(text), size)]
    if api == "chat":
        wrap: Any = {
            "content": lambda part: say(1, content=part),
            "refusal": lambda part: say(1, refusal=part),
            "reasoning": lambda part: say(1, reasoning_content=part),
            "tool": lambda part: say(1, tool_calls=[{"index": 2, "function": {"arguments": part}}]),
            "function_call": lambda part: say(1, function_call={"arguments": part}),
        }[channel]
        return [chunk([wrap(part)]) for part in portions]
    kinds = {"text": "text", "thinking": "thinking", "tool": "input_json"}
    fields = {"text": "text", "thinking": "thinking", "tool": "partial_json"}
    return [
        event("content_block_delta", index=3, delta={"type": f"{kinds[channel]}_delta", fields[channel]: part})
        for part in portions
    ]


@pytest.mark.parametrize(
    ("api", "channel"),
    [
        *((CHAT, channel) for channel in ("content", "refusal", "reasoning", "tool", "function_call")),
        *((MESSAGES, channel) for channel in ("text", "thinking", "tool")),
    ],
)
@pytest.mark.parametrize("size", range(1, 8))
def test_a_word_split_at_any_place_is_whole_in_its_channel(api, channel, size):
    raw = f"open {SECRET} now"

    assert list(texts_of(api, shards(api.name, channel, raw, size)).values()) == [raw]


@pytest.mark.parametrize("api", [CHAT, MESSAGES])
@pytest.mark.parametrize("size", range(1, 10))
def test_a_word_in_json_escapes_is_whole_in_tool_arguments_and_leaves_as_the_same_json(api, size):
    raw = '{"a": "' + "".join(f"\\u{ord(char):04x}" for char in SECRET) + '"}'
    events = shards(api.name, "tool", raw, size)

    assert list(texts_of(api, events).values()) == ['{"a": "sesame"}']
    out = relay(start(api), events, held=0)
    assert list(texts_of(api, out).values()) == ['{"a": "sesame"}']


def test_text_in_fields_and_events_that_nobody_knows_is_read_and_can_be_replaced():
    cases: list[tuple[Any, Event]] = [
        (MESSAGES, event("aside", note="new words")),
        (MESSAGES, event("content_block_delta", index=0, delta={"type": "smell_delta", "smell": "new words"})),
        (MESSAGES, event("content_block_start", index=0, content_block={"type": "hologram", "caption": "new words"})),
        (CHAT, chunk([say(0, whisper="new words")])),
        (CHAT, chunk([say(0, content=[{"type": "text", "text": "new words"}])])),
        (CHAT, chunk([], aside={"note": "new words"})),
    ]
    for api, came in cases:
        stream = start(api)
        found = [delta for delta in stream.deltas(came) if delta.text == "new words"]
        assert [delta.whole for delta in found] == [True]
        changed = stream.with_text(came, found[0].channel, "[gone]")
        assert changed is not None
        assert b"[gone]" in changed.data
        assert b"new words" not in changed.data
        assert stream.with_texts(came, {}) is came


def test_text_in_the_opening_of_a_block_belongs_to_its_channel():
    came = event("content_block_start", index=4, content_block={"type": "text", "text": "early"})
    stream = start(MESSAGES)

    assert stream.deltas(came) == [TextDelta(("block", 4, "text"), "early", Surface.OUTPUT)]
    held = stream.with_text(came, ("block", 4, "text"), "")
    assert held is not None
    assert msgspec.json.decode(held.data)["content_block"] == {"type": "text", "text": ""}


def test_a_shortened_chunk_loses_the_log_probabilities_that_spell_its_text():
    spelled = {"content": [{"token": "hello", "logprob": 0.0, "bytes": None, "top_logprobs": []}]}
    came = chunk([{**say(0, content="hello"), "logprobs": spelled}])
    stream = start(CHAT)
    stream.deltas(came)

    changed = stream.with_text(came, ("choice", 0, "content"), "hel")

    assert changed is not None
    assert b'"token"' not in changed.data
    assert stream.with_text(came, ("choice", 0, "content"), "") is None


def test_a_signature_comes_after_the_held_thinking_that_it_signs():
    came = event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "c2ln"})
    stream = start(MESSAGES)

    assert stream.deltas(came) == []
    assert stream.is_boundary(came, ("block", 0, "thinking"))
    assert not stream.is_boundary(came, ("block", 1, "text"))


@given(st.sampled_from(["message_start", "content_block_start", "content_block_delta", "message_delta", "x"]), ANY, ANY)
def test_any_event_is_read_or_is_a_bad_reply(kind, first, second):
    body = {
        "type": kind,
        "index": 0,
        "delta": first,
        "content_block": second,
        "message": first,
        "choices": second,
        "usage": second,
    }
    for api, came in ((MESSAGES, Event(kind, msgspec.json.encode(body))), (CHAT, Event("", msgspec.json.encode(body)))):
        stream = start(api)
        try:
            deltas = stream.deltas(came)
        except BadReply:
            continue
        left = stream.with_texts(came, {delta.channel: delta.text + "!" for delta in deltas})
        if left is not None:
            stream.sent(left)
        stream.is_boundary(came, ("choice", 0, "content"))
        assert stream.closing(reason="x")


def test_reasoning_in_both_of_its_spellings_is_read_as_two_channels():
    events = [chunk([say(0, reasoning=part, reasoning_content=part)]) for part in ("se", "same")]

    assert texts_of(CHAT, events) == {
        ("choice", 0, "reasoning"): "sesame",
        ("choice", 0, "reasoning_content"): "sesame",
    }


def test_an_error_beside_choices_does_not_hide_their_text():
    deltas = start(CHAT).deltas(chunk([say(0, content="sesame")], error={"message": "odd"}))

    assert {delta.text for delta in deltas} == {"sesame", "odd"}


@pytest.mark.parametrize(
    ("api", "came"),
    [
        (CHAT, Event("", b"not json")),
        (CHAT, Event("", b'{"choices": 5}')),
        (CHAT, Event("", b'{"choices": [{"index": "0"}]}')),
        (CHAT, Event("", b'{"choices": [{"index": 0, "delta": "x"}]}')),
        (CHAT, Event("", b'{"choices": [{"index": 0, "delta": {"tool_calls": [5]}}]}')),
        (MESSAGES, Event("x", b"[]")),
        (MESSAGES, event("content_block_delta", delta={"type": "text_delta", "text": "x"})),
        (MESSAGES, event("content_block_delta", index=0, delta={})),
        (MESSAGES, event("content_block_start", index=0, content_block={})),
        (MESSAGES, event("message_delta")),
    ],
)
def test_an_event_that_does_not_follow_its_api_is_an_upstream_error(api, came):
    with pytest.raises(BadReply, match="upstream's"):
        start(api).deltas(came)


def test_a_custom_tools_input_is_plain_text_whose_backslashes_stay():
    came = chunk([say(0, tool_calls=[{"index": 0, "id": "c", "custom": {"name": "run", "input": r"\u0073 C:\new"}}])])
    stream = start(CHAT)
    found = {delta.channel: delta.text for delta in stream.deltas(came)}

    assert found["choice", 0, ("tool", 0)] == r"\u0073 C:\new"
    more = msgspec.json.decode(stream.text_event(("choice", 0, ("tool", 0)), "more").data)
    assert more["choices"][0]["delta"]["tool_calls"] == [{"index": 0, "custom": {"input": "more"}}]
