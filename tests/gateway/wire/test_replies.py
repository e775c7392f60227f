"""Whole answers, refusals and errors, checked with the official SDKs' own types and error classes."""

from typing import Any

import anthropic
import httpx2
import msgspec
import openai
import pytest
from anthropic.types import Message
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion

from seawall.gateway.wire import ErrorKind, Request, Usage, encode
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import MESSAGES
from seawall.gateway.wire.request import BadReply
from seawall.vocabulary.findings import Surface

from .bodies import CHAT_REPLY, MESSAGES_REPLY
from .test_requests import ANY

APIS = pytest.mark.parametrize(("api", "reply"), [(MESSAGES, MESSAGES_REPLY), (CHAT, CHAT_REPLY)])
VALID: dict[str, Any] = {"messages": Message.model_validate, "chat": ChatCompletion.model_validate}
ASKED = Request(body={}, model="small-1", choices=2)


def test_every_text_of_a_messages_answer_is_a_piece():
    found = {(piece.surface, piece.text) for piece in MESSAGES.reply_pieces(MESSAGES_REPLY)}

    assert found == {
        (Surface.OUTPUT, "a thought"),
        (Surface.OUTPUT, "hello there"),
        (Surface.TOOL_CALL, "weather"),
        (Surface.TOOL_CALL, "Paris"),
        (Surface.TOOL_CALL, "one"),
        (Surface.TOOL_CALL, "two"),
    }


def test_every_text_of_every_choice_is_a_piece():
    found = {(piece.path[1], piece.surface, piece.text) for piece in CHAT.reply_pieces(CHAT_REPLY)}

    assert found == {
        (0, Surface.OUTPUT, "hello there"),
        (1, Surface.OUTPUT, "a thought"),
        (1, Surface.TOOL_CALL, "weather"),
        (1, Surface.TOOL_CALL, "Paris"),
    }


@pytest.mark.parametrize("empty", [{}, {"refusal": None, "annotations": [], "tool_calls": [], "audio": None}])
@pytest.mark.parametrize("said", ["hello there", "", None, [{"type": "text", "text": "in a list"}]])
def test_a_message_that_says_nothing_else_gives_the_pieces_that_it_gives_beside_unknown_fields(empty, said):
    message = {"role": "assistant", "content": said, **empty}

    def pieces(of):
        return CHAT.reply_pieces({"choices": [{"index": 0, "message": of, "finish_reason": "stop"}]})

    assert pieces(message) == pieces({**message, "novel": None})
    assert len(pieces(message | {"reasoning_content": "a thought"})) == len(pieces(message)) + 1


def test_refusals_old_function_calls_transcripts_and_unknown_fields_are_pieces():
    message = {
        "role": "assistant",
        "content": [{"type": "text", "text": "in a list"}],
        "refusal": "not this",
        "function_call": {"name": "f", "arguments": '{"a": "b"}'},
        "audio": {"id": "x", "data": "QUJD", "transcript": "spoken"},
        "novel": {"deep": "words"},
    }
    reply = {"choices": [{"index": 0, "finish_reason": "stop", "message": message}], "beside": "more words"}

    pieces = CHAT.reply_pieces(reply)

    assert {p.text for p in pieces} >= {"in a list", "not this", "f", "b", "spoken", "words", "more words"}
    assert "QUJD" not in {p.text for p in pieces}
    edited = CHAT.replace_reply(reply, [(p.path, "x") for p in pieces])
    assert edited["choices"][0]["message"]["function_call"] == {"name": "x", "arguments": '{"a":"x"}'}


@APIS
def test_an_edit_of_an_answer_changes_that_text_only(api, reply):
    before = encode(reply)
    for piece in api.reply_pieces(reply):
        edited = api.replace_reply(reply, [(piece.path, "[gone]")])
        VALID[api.name](edited)
        now = [(was.text, is_.text) for was, is_ in zip(api.reply_pieces(reply), api.reply_pieces(edited), strict=True)]
        assert [pair for pair in now if pair[0] != pair[1]] == [(piece.text, "[gone]")]
    assert encode(reply) == before
    assert encode(api.replace_reply(reply, [])) == before


def test_an_edited_choice_loses_the_log_probabilities_that_spell_its_text():
    path = ("choices", 0, "message", "content")

    assert CHAT.replace_reply(CHAT_REPLY, [(path, "[gone]")])["choices"][0]["logprobs"] is None
    other = ("choices", 1, "message", "reasoning_content")
    assert CHAT.replace_reply(CHAT_REPLY, [(other, "[gone]")])["choices"][0]["logprobs"] is not None


@APIS
def test_usage_and_stop_reason_are_read(api, reply):
    assert api.reply_usage(reply) == Usage(input_tokens=9, output_tokens=9, cached_tokens=4)
    assert api.stop_reason(reply) == {"messages": "tool_use", "chat": "stop"}[api.name]
    assert api.reply_usage({}) == Usage()
    assert api.stop_reason({}) is None


def test_a_refusal_of_messages_is_a_message_that_the_sdk_reads():
    usage = Usage(input_tokens=3, output_tokens=1)
    body = MESSAGES.refusal(ASKED, reason="Not allowed here.", decision="de_1", id="msg_9", usage=usage)

    message = Message.model_validate(body)

    assert (message.stop_reason, message.id, message.model) == ("refusal", "msg_9", "small-1")
    assert message.stop_details is not None
    assert message.stop_details.explanation == "Not allowed here."
    assert [block.text for block in message.content if block.type == "text"] == ["Not allowed here."]
    assert (message.usage.input_tokens, message.usage.output_tokens) == (3, 1)
    assert body["seawall"]["decision"] == "de_1"


def test_a_refusal_of_chat_completions_refuses_every_choice():
    body = CHAT.refusal(ASKED, reason="Not allowed here.", decision="de_1", id="chatcmpl-9", created=5)

    completion = ChatCompletion.model_validate(body)

    assert [choice.finish_reason for choice in completion.choices] == ["content_filter", "content_filter"]
    assert [choice.message.refusal for choice in completion.choices] == ["Not allowed here."] * 2
    assert [choice.message.content for choice in completion.choices] == [None, None]
    assert (completion.id, completion.created, body["seawall"]["decision"]) == ("chatcmpl-9", 5, "de_1")


@APIS
def test_an_annotated_answer_has_the_field_and_the_text_and_stays_valid(api, reply):
    plain = api.annotate(reply, {"banners": ["vote"]})
    assert plain == {**reply, "seawall": {"banners": ["vote"]}}

    body = api.annotate(reply, {"banners": ["vote"]}, "Check your polling place.")

    VALID[api.name](body)
    assert any("Check your polling place." in piece.text for piece in api.reply_pieces({**body, "seawall": None}))
    assert api.reply_pieces(reply) == api.reply_pieces(reply)


def test_a_choice_that_only_calls_tools_gets_no_appended_text():
    body = CHAT.annotate(CHAT_REPLY, {}, "note")

    assert [choice["message"]["content"] for choice in body["choices"]] == ["hello there\n\nnote", None]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (ErrorKind.INVALID_REQUEST, "BadRequestError"),
        (ErrorKind.AUTHENTICATION, "AuthenticationError"),
        (ErrorKind.PERMISSION, "PermissionDeniedError"),
        (ErrorKind.NOT_FOUND, "NotFoundError"),
        (ErrorKind.RATE_LIMIT, "RateLimitError"),
        (ErrorKind.REQUEST_TOO_LARGE, "APIStatusError"),
        (ErrorKind.UPSTREAM, "InternalServerError"),
        (ErrorKind.OVERLOADED, "InternalServerError"),
        (ErrorKind.TIMEOUT, "InternalServerError"),
        (ErrorKind.INTERNAL, "InternalServerError"),
    ],
)
def test_errors_become_the_error_classes_of_each_sdk(kind, wanted):
    for sdk, client, api in (
        (openai, openai.OpenAI(api_key="k"), CHAT),
        (anthropic, anthropic.Anthropic(api_key="k"), MESSAGES),
    ):
        module: Any = sdk
        body = msgspec.json.decode(api.error(api.statuses[kind], kind, "what happened", code="c.d", hint="do this"))
        request = httpx2.Request("POST", "http://localhost")
        answer = httpx2.Response(api.statuses[kind], json=body, request=request)
        error = client._make_status_error_from_response(answer)
        client.close()
        assert isinstance(error, getattr(module, wanted))
        assert "what happened" in str(error)
        assert body["seawall"] == {"code": "c.d", "hint": "do this"}
        assert body["error"]["message"] == "what happened"


def test_errors_in_mid_stream_are_events_of_each_api():
    assert MESSAGES.error_event("overloaded", "busy").name == "error"
    assert msgspec.json.decode(MESSAGES.error_event("overloaded", "busy").data)["error"]["type"] == "overloaded_error"
    assert CHAT.error_event("upstream", "cut").name == ""
    assert msgspec.json.decode(CHAT.error_event("upstream", "cut").data)["error"]["message"] == "cut"


@given(st.dictionaries(st.sampled_from(["choices", "content", "message", "usage"]), ANY, max_size=4))
def test_any_answer_gives_pieces_or_a_bad_reply(reply):
    for api in (MESSAGES, CHAT):
        api.reply_usage(reply)
        api.stop_reason(reply)
        try:
            pieces = api.reply_pieces(reply)
        except BadReply:
            continue
        edited = api.replace_reply(reply, [(piece.path, piece.text) for piece in pieces])
        assert [piece.path for piece in api.reply_pieces(edited)] == [piece.path for piece in pieces]
