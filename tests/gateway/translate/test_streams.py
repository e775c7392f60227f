"""Streams that change their API are streams that the client's own SDK joins to the same answer."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.gateway.translate import ChatStreamToMessages, MessagesStreamToChat, ReplyUntranslatable
from seawall.gateway.wire import Event
from seawall.gateway.wire.request import BadReply
from tests.gateway.wire.bodies import DONE, MESSAGES_STREAM, chunk, event, say
from tests.gateway.wire.clients import completion_of, message_of
from tests.gateway.wire.test_requests import ANY


def to_messages(events: list[Event]) -> list[Event]:
    translation = ChatStreamToMessages(id="own-1", model="m")
    return [out for came in events for out in translation.feed(came)]


def to_chat(events: list[Event], *, include_usage: bool = True) -> list[Event]:
    translation = MessagesStreamToChat(id="own-1", model="m", created=5, include_usage=include_usage)
    return [out for came in events for out in translation.feed(came)]


def call(number: int, arguments: str, **named: Any) -> dict[str, Any]:
    function = {"arguments": arguments} | ({"name": named["name"]} if named else {})
    return {"index": number, "function": function} | ({"id": named["id"], "type": "function"} if named else {})


CHAT = [
    chunk([say(0, role="assistant", content="")]),
    chunk([say(0, reasoning_content="a thou")]),
    chunk([say(0, reasoning_content="ght")]),
    chunk([say(0, content="hel")]),
    chunk([say(0, content="lo")]),
    chunk([say(0, tool_calls=[call(0, "", id="c1", name="f")])]),
    chunk([say(0, tool_calls=[call(0, '{"city": "Pa')])]),
    chunk([say(0, tool_calls=[call(0, 'ris"}')])]),
    chunk([say(0, tool_calls=[call(1, "", id="c2", name="g")])]),
    chunk([say(0, finish="tool_calls")]),
    chunk([], usage={"prompt_tokens": 9, "completion_tokens": 6, "total_tokens": 15}),
    DONE,
]


def test_a_chat_stream_becomes_a_stream_of_messages_in_order():
    message: Any = message_of(to_messages(CHAT))

    assert [block.type for block in message.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert (message.content[0].thinking, message.content[1].text) == ("a thought", "hello")
    assert (message.content[2].id, message.content[2].name, message.content[2].input) == ("c1", "f", {"city": "Paris"})
    assert message.content[3].input == {}
    assert (message.id, message.stop_reason) == ("chatcmpl-1", "tool_use")
    assert (message.usage.input_tokens, message.usage.output_tokens) == (9, 6)


def test_a_stream_of_messages_becomes_a_chat_stream():
    completion = completion_of(to_chat(MESSAGES_STREAM))

    choice = completion.choices[0]
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", "hello", "tool_calls")
    assert choice.message.tool_calls[0].function.arguments == '{"city": "Paris"}'
    assert (choice.message.tool_calls[0].id, choice.message.tool_calls[0].function.name) == ("tu_1", "w")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (9, 12)
    assert completion_of(to_chat(MESSAGES_STREAM, include_usage=False)).usage is None


def test_a_stream_comes_back_as_it_was_from_both_directions():
    there = message_of(to_messages(to_chat(MESSAGES_STREAM)))

    assert there.model_dump()["content"] == message_of(MESSAGES_STREAM).model_dump()["content"]
    assert there.stop_reason == "tool_use"
    assert there.usage.output_tokens == 12


def test_a_tool_without_arguments_gets_an_empty_object():
    events = [*MESSAGES_STREAM[:7], *MESSAGES_STREAM[9:]]

    completion = completion_of(to_chat(events))

    assert completion.choices[0].message.tool_calls[0].function.arguments == "{}"


def test_refusals_stay_refusals():
    message = message_of(to_messages([chunk([say(0, refusal="Not this.")]), chunk([say(0, finish="stop")]), DONE]))
    assert message.stop_reason == "refusal"
    assert message.stop_details is not None
    assert message.stop_details.explanation == "Not this."

    details = {"type": "refusal", "category": None, "explanation": "Not this."}
    last = event("message_delta", delta={"stop_reason": "refusal", "stop_details": details}, usage={"output_tokens": 1})
    completion = completion_of(to_chat([*MESSAGES_STREAM[:6], last, MESSAGES_STREAM[11]]))
    assert completion.choices[0].finish_reason == "content_filter"
    assert completion.choices[0].message.refusal == "Not this."


def test_an_empty_stream_is_still_a_whole_one():
    message = message_of(to_messages([DONE]))

    assert (message.id, message.content, message.stop_reason) == ("own-1", [], "end_turn")


def test_errors_in_mid_stream_are_told_in_the_other_api():
    told = to_messages([Event("", b'{"error": {"message": "busy"}}')])
    assert (told[0].name, msgspec.json.decode(told[0].data)["error"]["message"]) == ("error", "busy")

    told = to_chat([event("error", error={"type": "overloaded_error", "message": "busy"})])
    assert msgspec.json.decode(told[0].data)["error"]["message"] == "busy"


def test_nothing_follows_the_end():
    translation = ChatStreamToMessages(id="x", model="m")
    translation.feed(DONE)
    assert translation.ended
    assert translation.feed(CHAT[1]) == []


@pytest.mark.parametrize(
    "events",
    [
        [chunk([say(0, tool_calls=[call(n, "{}", id=f"c{n}", name="f")])]) for n in (0, 1, 0)],
        [chunk([say(0, tool_calls=[{"index": 0, "custom": {"input": "x"}}])])],
    ],
)
def test_calls_that_messages_cannot_carry_stop_the_stream(events):
    with pytest.raises(ReplyUntranslatable):
        to_messages(events)


def test_blocks_that_chat_completions_cannot_carry_stop_the_stream():
    with pytest.raises(ReplyUntranslatable, match="hologram"):
        to_chat([event("content_block_start", index=0, content_block={"type": "hologram"})])


@given(st.sampled_from(["message_start", "content_block_start", "content_block_delta", "message_delta", "x"]), ANY, ANY)
def test_any_event_is_translated_or_an_upstream_error(kind, first, second):
    body = {"type": kind, "index": 0, "delta": first, "content_block": second, "message": first, "choices": second}
    choice = {"choices": [{"delta": first, "finish_reason": second}]}
    for translate in (to_messages, to_chat):
        for came in (body, choice):
            try:
                out = translate([Event("", msgspec.json.encode(came))])
            except (ReplyUntranslatable, BadReply):
                continue
            assert all(isinstance(msgspec.json.decode(made.data), dict) for made in out)
