"""Answers that change their API are answers that the client's own SDK reads."""

from typing import Any

import pytest
from anthropic.types import Message
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion

from seawall.gateway.translate import ReplyUntranslatable, reply_to_chat, reply_to_messages
from seawall.gateway.wire import Request
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import MESSAGES
from tests.gateway.wire.bodies import CHAT_REPLY, MESSAGES_REPLY
from tests.gateway.wire.test_requests import ANY


def chat_reply(finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": None, **message}}
    return {**CHAT_REPLY, "choices": [choice]}


def test_a_messages_answer_becomes_a_completion():
    body = reply_to_chat(MESSAGES_REPLY, created=7)

    completion: Any = ChatCompletion.model_validate(body)
    choice = completion.choices[0]
    assert (completion.id, completion.created, completion.model) == ("msg_1", 7, "small-1")
    assert (choice.message.content, choice.message.reasoning_content) == ("hello there", "a thought")
    assert choice.message.tool_calls[0].function.arguments == '{"city": "Paris", "days": ["one", "two"]}'
    assert choice.finish_reason == "tool_calls"
    assert (completion.usage.prompt_tokens, completion.usage.total_tokens) == (9, 18)
    assert completion.usage.prompt_tokens_details.cached_tokens == 4


def test_a_completion_becomes_a_message():
    message: Any = Message.model_validate(reply_to_messages({**CHAT_REPLY, "choices": CHAT_REPLY["choices"][1:]}))

    assert [block.type for block in message.content] == ["thinking", "tool_use"]
    assert message.content[1].input == {"city": "Paris"}
    assert message.stop_reason == "tool_use"
    assert (message.usage.input_tokens, message.usage.cache_read_input_tokens, message.usage.output_tokens) == (5, 4, 9)


@pytest.mark.parametrize(
    ("finish", "stop"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "refusal"),
        ("tool_calls", "tool_use"),
        (None, "end_turn"),
    ],
)
def test_stop_reasons_go_to_messages(finish, stop):
    assert Message.model_validate(reply_to_messages(chat_reply(finish, content="x"))).stop_reason == stop


@pytest.mark.parametrize(
    ("stop", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("pause_turn", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "content_filter"),
        ("something_new", "stop"),
    ],
)
def test_stop_reasons_go_to_chat_completions(stop, finish):
    completion = ChatCompletion.model_validate(reply_to_chat({**MESSAGES_REPLY, "stop_reason": stop}))
    assert completion.choices[0].finish_reason == finish


def test_a_tool_call_that_ended_with_stop_is_a_tool_use():
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}]
    message: Any = Message.model_validate(reply_to_messages(chat_reply("stop", tool_calls=calls)))

    assert (message.stop_reason, message.content[0].input) == ("tool_use", {})


def test_refusals_stay_refusals_with_their_words():
    message = Message.model_validate(reply_to_messages(chat_reply("stop", refusal="Not this.")))
    assert message.stop_reason == "refusal"
    assert message.stop_details is not None
    assert message.stop_details.explanation == "Not this."

    refused = MESSAGES.refusal(Request(body={}, model="m"), reason="Not this.", decision="de_1", id="msg_1")
    body = reply_to_chat(refused)
    choice = ChatCompletion.model_validate(body).choices[0]
    assert (choice.finish_reason, choice.message.refusal) == ("content_filter", "Not this.")
    assert body["seawall"]["decision"] == "de_1"


@pytest.mark.parametrize(
    ("translate", "reply"),
    [
        (reply_to_messages, {}),
        (reply_to_messages, chat_reply(tool_calls=[{"id": "c", "function": {"name": "f", "arguments": "{"}}])),
        (reply_to_messages, chat_reply(tool_calls=[{"id": "c", "type": "custom", "custom": {}}])),
        (reply_to_chat, {}),
        (reply_to_chat, {**MESSAGES_REPLY, "content": [{"type": "hologram"}]}),
    ],
)
def test_an_answer_that_cannot_be_said_is_an_upstream_error(translate, reply):
    with pytest.raises(ReplyUntranslatable) as refused:
        translate(reply)
    assert refused.value.status == 502


@given(st.dictionaries(st.sampled_from(["choices", "content", "usage", "id"]), ANY, max_size=4), ANY, ANY)
def test_any_answer_is_translated_or_an_upstream_error(reply, first, second):
    for body in (reply, {"content": [first, second]}, {"choices": [{"message": first}], "usage": second}):
        for translate, api in ((reply_to_messages, MESSAGES), (reply_to_chat, CHAT)):
            try:
                translated = translate(body)
            except ReplyUntranslatable:
                continue
            assert api.stop_reason(translated)
