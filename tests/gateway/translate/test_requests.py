"""Requests that change their API: everything said arrives, and what cannot be said is named."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from seawall.gateway.translate import Untranslatable, request_to_chat, request_to_messages
from seawall.gateway.wire import BadRequest, encode
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import MESSAGES
from tests.gateway.wire.bodies import CHAT_FULL, MESSAGES_FULL, SCHEMA
from tests.gateway.wire.test_requests import BODY

USER = {"role": "user", "content": "q"}


def messages(**others: Any) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 9, "messages": [USER], **others}


def chat(**others: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [USER], **others}


def test_a_full_messages_request_becomes_one_of_chat_completions():
    turns = msgspec.json.decode(encode({"turns": MESSAGES_FULL["messages"]}))["turns"]
    del turns[2]["content"][0]["content"][1]
    body = request_to_chat({**MESSAGES_FULL, "messages": turns, "stream": True, "temperature": 0.5, "top_p": 0.9})

    assert body["messages"] == [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "first question"},
        {
            "role": "assistant",
            "content": "looking",
            "tool_calls": [
                {"id": "tu_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "tu_1", "content": "sunny"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "and tomorrow?"},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                {"type": "text", "text": "a title"},
                {"type": "text", "text": "document text"},
            ],
        },
    ]
    weather = {"name": "weather", "parameters": SCHEMA, "description": "tells the weather"}
    assert body["tools"] == [{"type": "function", "function": weather}]
    assert (body["tool_choice"], body["stop"], body["user"], body["max_tokens"]) == ("auto", ["END"], "person-7", 100)
    assert (body["temperature"], body["top_p"], body["stream"]) == (0.5, 0.9, True)
    assert body["stream_options"] == {"include_usage": True}
    assert body["new_field"] == MESSAGES_FULL["new_field"]
    assert not body.keys() & {"system", "stop_sequences", "metadata"}
    assert CHAT.parse(encode(body)).end_user == "person-7"


def test_a_full_chat_request_becomes_one_of_messages():
    turns = [
        *CHAT_FULL["messages"][:4],
        {"role": "user", "content": CHAT_FULL["messages"][4]["content"][:3]},
    ]
    body = request_to_messages({**CHAT_FULL, "n": 1, "seed": None, "messages": turns, "stop": "END", "max_tokens": 50})

    assert body["system"] == "be kind"
    assert body["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "first question"}]},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Paris"}}],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "sunny"},
                {"type": "text", "text": "and tomorrow?"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
                {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
            ],
        },
    ]
    assert body["tools"] == [{"name": "weather", "description": "tells the weather", "input_schema": SCHEMA}]
    assert (body["max_tokens"], body["stop_sequences"], body["metadata"]) == (50, ["END"], {"user_id": "person-7"})
    assert body["stream"] is True
    assert body["new_field"] == CHAT_FULL["new_field"]
    assert not body.keys() & {"n", "seed", "user", "stop", "stream_options"}
    assert MESSAGES.parse(encode(body)).images == 2


@pytest.mark.parametrize(
    ("of_messages", "of_chat"),
    [
        ({"tool_choice": {"type": "any"}}, {"tool_choice": "required"}),
        ({"tool_choice": {"type": "none"}}, {"tool_choice": "none"}),
        (
            {"tool_choice": {"type": "tool", "name": "f"}},
            {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        ),
        ({"output_config": {"effort": "high"}}, {"reasoning_effort": "high"}),
        ({"service_tier": "standard_only"}, {"service_tier": "default"}),
        ({"temperature": 0.2}, {"temperature": 0.2}),
    ],
)
def test_settings_have_a_counterpart_in_both_directions(of_messages, of_chat):
    assert of_chat.items() <= request_to_chat(messages(**of_messages)).items()
    assert of_messages.items() <= request_to_messages(chat(**of_chat)).items()


def test_answers_by_schema_and_one_tool_at_a_time_have_counterparts():
    schema = {"type": "json_schema", "schema": SCHEMA}
    wanted = request_to_chat(messages(output_config={"format": schema}))["response_format"]
    assert wanted["json_schema"]["schema"] == SCHEMA
    assert request_to_messages(chat(response_format=wanted))["output_config"] == {"format": schema}

    single = {"type": "auto", "disable_parallel_tool_use": True}
    assert request_to_chat(messages(tool_choice=single))["parallel_tool_calls"] is False
    tools = [{"type": "function", "function": {"name": "f"}}]
    assert request_to_messages(chat(tools=tools, parallel_tool_calls=False))["tool_choice"] == single


def test_the_limit_of_tokens_goes_where_the_upstream_wants_it():
    assert request_to_chat(messages(), limit_field="max_completion_tokens")["max_completion_tokens"] == 9
    assert request_to_messages(chat(max_completion_tokens=7))["max_tokens"] == 7
    assert request_to_messages(chat(), default_max_tokens=11)["max_tokens"] == 11


def test_parallel_tool_results_become_one_turn_and_a_later_system_message_stays_where_it_is():
    calls = [{"id": i, "type": "function", "function": {"name": "f", "arguments": ""}} for i in ("a", "b")]
    turns = [
        USER,
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "a", "content": "1"},
        {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "2"}]},
        {"role": "developer", "content": "be brief"},
        USER,
    ]

    body = request_to_messages(chat(messages=turns))

    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user", "system", "user"]
    assert [block["tool_use_id"] for block in body["messages"][2]["content"]] == ["a", "b"]
    assert body["messages"][1]["content"][0]["input"] == {}
    assert "system" not in body


def test_a_failed_tool_result_says_so_in_words():
    result = {"type": "tool_result", "tool_use_id": "t", "content": "no such city", "is_error": True}
    body = request_to_chat(messages(messages=[USER, {"role": "user", "content": [result]}]))

    assert body["messages"][1] == {"role": "tool", "tool_call_id": "t", "content": "The tool failed: no such city"}


def test_a_pdf_goes_both_ways():
    source = {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}
    turn = {"role": "user", "content": [{"type": "document", "source": source, "title": "plan.pdf"}]}

    part = request_to_chat(messages(messages=[turn]))["messages"][0]["content"][-1]
    assert part == {"type": "file", "file": {"filename": "plan.pdf", "file_data": "data:application/pdf;base64,AAAA"}}
    back = request_to_messages(chat(messages=[{"role": "user", "content": [part]}]))
    assert back["messages"] == [turn]


def user(*blocks: Any) -> list[Any]:
    return [{"role": "user", "content": list(blocks)}]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"top_k": 5}, "top_k"),
        ({"container": "c"}, "container"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "thinking"),
        ({"service_tier": "batch"}, "service_tier"),
        ({"speed": "fast"}, "speed"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
        ({"tool_choice": {"type": "sometimes"}}, "tool_choice.type"),
        ({"messages": user({"type": "hologram"})}, "messages[0].content[0]"),
        (
            {"messages": user({"type": "image", "source": {"type": "file", "file_id": "f"}})},
            "messages[0].content[0].source",
        ),
        (
            {
                "messages": user(
                    {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image", "source": {}}]}
                )
            },
            "messages[0].content[0].content[0]",
        ),
        ({"messages": [{"role": "assistant", "content": [{"type": "server_tool_use"}]}]}, "messages[0].content[0]"),
    ],
)
def test_what_chat_completions_cannot_say_is_named(asked, field):
    with pytest.raises(Untranslatable) as refused:
        request_to_chat(messages(**asked))
    assert refused.value.field == field
    assert field in refused.value.message


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"n": 2}, "n"),
        ({"temperature": 1.5}, "temperature"),
        ({"seed": 7}, "seed"),
        ({"logprobs": True}, "logprobs"),
        ({"presence_penalty": 0.5}, "presence_penalty"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"reasoning_effort": "vast"}, "reasoning_effort"),
        ({"tools": [{"type": "custom", "custom": {"name": "f"}}]}, "tools[0].type"),
        ({"tool_choice": {"type": "allowed_tools"}}, "tool_choice.type"),
        ({"messages": user({"type": "input_audio", "input_audio": {}})}, "messages[0].content[0]"),
        ({"messages": [{"role": "function", "name": "f", "content": "x"}]}, "messages[0].role"),
        (
            {
                "messages": [
                    {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{"}}]}
                ]
            },
            "messages[0].tool_calls[0].function.arguments",
        ),
    ],
)
def test_what_messages_cannot_say_is_named(asked, field):
    with pytest.raises(Untranslatable) as refused:
        request_to_messages(chat(**asked))
    assert refused.value.field == field
    assert field in refused.value.message


def test_settings_that_ask_for_nothing_are_no_obstacle():
    body = request_to_messages(chat(n=1, logprobs=False, presence_penalty=0, seed=None, store=False, tools=[]))

    assert body == {"model": "m", "max_tokens": 4096, "messages": user({"type": "text", "text": "q"})}


@given(BODY)
def test_any_request_that_was_read_is_translated_or_refused(body):
    raw = msgspec.json.encode(body)
    for api, other, translate in ((MESSAGES, CHAT, request_to_chat), (CHAT, MESSAGES, request_to_messages)):
        try:
            read = api.parse(raw)
            translated = translate(read.body)
        except (BadRequest, Untranslatable):
            continue
        assert encode(read.body) == encode(msgspec.json.decode(raw))
        said = {name: translated[name] for name in ("model", "messages", "system", "max_tokens") if name in translated}
        if said["messages"]:
            assert other.parse(encode({"max_tokens": 1, **said})).model == "m"


def test_a_field_of_the_other_api_cannot_ask_for_answers_that_nobody_shows():
    assert "n" not in request_to_chat(messages(n=5))


def test_a_stray_field_does_not_become_the_system_prompt_of_the_other_api():
    with pytest.raises(BadRequest, match="system: is no field"):
        request_to_messages(chat(system="be loud"))
