"""Tools, choices, system prompts, and what neither side knows, through both SDKs and both ways of translation."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiohttp import web

from seawall.gateway.retained import tools
from seawall.vocabulary.ids import ItemId
from tests.gateway import faults
from tests.gateway.conftest import SECRET, Stack
from tests.gateway.speakers import BOTH, CHAT, MESSAGES, Speaker

both = pytest.mark.parametrize("speaker", BOTH, ids=[each.api for each in BOTH])
whole_and_streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
ways = pytest.mark.parametrize("crossed", [False, True], ids=["same", "translated"])

SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "description": "name of a city"}}}
GIVEN = {"city": "Paris", "days": [1, 2], "note": 'a "quoted"\nline — é'}
BAN = "\nliterals:\n  - {name: own, category: banned_term, words: [code name osprey]}\n"

Call = tuple[str, str, Any]


def tool_of(speaker: Speaker) -> dict[str, Any]:
    if speaker.api == "messages":
        return {"name": "weather", "description": "tells the weather", "input_schema": SCHEMA}
    function = {"name": "weather", "description": "tells the weather", "parameters": SCHEMA}
    return {"type": "function", "function": function}


async def call_messages(stack: Stack, streamed: bool, **given: Any) -> tuple[Any, list[Call], str | None]:
    async with stack.anthropic() as client:
        if streamed:
            async with client.messages.stream(max_tokens=50, **given) as stream:
                message = await stream.get_final_message()
        else:
            message = await client.messages.create(max_tokens=50, **given)
    calls = [(block.id, block.name, block.input) for block in message.content if block.type == "tool_use"]
    turn = {"role": "assistant", "content": [block.to_dict() for block in message.content]}
    return turn, calls, message.stop_reason


async def call_chat(stack: Stack, streamed: bool, **given: Any) -> tuple[Any, list[Call], str | None]:
    async with stack.openai() as client:
        if streamed:
            async with client.chat.completions.stream(**given) as stream:
                made = await stream.get_final_completion()
        else:
            made = await client.chat.completions.create(**given)
    choice = made.choices[0]
    calls = [(call.id, call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls]
    given_back = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.function.name, "arguments": call.function.arguments},
        }
        for call in choice.message.tool_calls
    ]
    return {"role": "assistant", "tool_calls": given_back}, calls, choice.finish_reason


def results(speaker: Speaker, calls: list[Call]) -> list[dict[str, Any]]:
    """Return the turns that give back what tools said."""
    said = [(call[0], f"sunny {number}") for number, call in enumerate(calls)]
    if speaker.api == "messages":
        blocks = [{"type": "tool_result", "tool_use_id": name, "content": text} for name, text in said]
        return [{"role": "user", "content": blocks}]
    return [{"role": "tool", "tool_call_id": name, "content": text} for name, text in said]


def upstream_tools(body: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return the tools that an upstream was told of, in whichever API."""
    tools = [tool.get("function", tool) for tool in body["tools"]]
    return [(tool["name"], tool["description"], tool.get("parameters") or tool.get("input_schema")) for tool in tools]


def upstream_calls(body: dict[str, Any]) -> tuple[list[Call], list[tuple[str, str]]]:
    """Return the calls and the results in a conversation as an upstream got it, in whichever API."""
    calls: list[Call] = []
    said: list[tuple[str, str]] = []
    for turn in body["messages"]:
        for call in turn.get("tool_calls") or []:
            calls.append((call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])))
        if turn["role"] == "tool":
            said.append((turn["tool_call_id"], turn["content"]))
        for block in turn["content"] if isinstance(turn.get("content"), list) else []:
            if block["type"] == "tool_use":
                calls.append((block["id"], block["name"], block["input"]))
            if block["type"] == "tool_result":
                said.append((block["tool_use_id"], block["content"]))
    return calls, said


def answer_of(stack: Stack, row: dict[str, Any]) -> bytes:
    """Return what the vault keeps of an answer."""
    kept: bytes = stack.do(lambda tx: stack.instance.vault().get(tx, ItemId(row["output_item"])))
    return kept


@both
@whole_and_streamed
@ways
async def test_tools_are_defined_called_and_answered(
    stack: Stack, speaker: Speaker, streamed: bool, crossed: bool
) -> None:
    stack.upstream.says = ""
    stack.upstream.calls = [("weather", json.dumps(GIVEN)), ("weather", '{"city": "Rome"}')]
    turns: list[Any] = [{"role": "user", "content": "How is the weather?"}]
    given = {"model": speaker.crossed if crossed else speaker.model, "tools": [tool_of(speaker)]}
    call = call_messages if speaker.api == "messages" else call_chat
    turn, calls, reason = await call(stack, streamed, messages=turns, **given)
    assert [(name, value) for _, name, value in calls] == [("weather", GIVEN), ("weather", {"city": "Rome"})]
    assert reason == ("tool_use" if speaker.api == "messages" else "tool_calls")
    stack.upstream.says, stack.upstream.calls = "It is sunny.", []
    turns += [turn, *results(speaker, calls)]
    answer = await (speaker.listen if streamed else speaker.ask)(stack, messages=turns, **given)
    assert answer.text == "It is sunny."
    first, second = stack.upstream.asked
    assert upstream_tools(first) == upstream_tools(second) == [("weather", "tells the weather", SCHEMA)]
    expected = [(name, f"sunny {number}") for number, (name, _, _) in enumerate(calls)]
    assert upstream_calls(second) == (calls, expected)
    rows = await stack.settled(2)
    assert [row["outcome"] for row in rows] == ["answered", "answered"]
    # Known at once, and not when the client sends the conversation back.
    assert [tools(row["api"], None, answer_of(stack, row)) for row in rows] == [{"weather"}, set()]


@both
@ways
async def test_a_secret_in_what_a_tool_gave_back_never_reaches_the_upstream(
    stack: Stack, speaker: Speaker, crossed: bool
) -> None:
    calls: list[Call] = [("call_1", "weather", {"city": "Paris", "key": SECRET})]
    if speaker.api == "messages":
        block = {"type": "tool_use", "id": "call_1", "name": "weather", "input": calls[0][2]}
        turn: dict[str, Any] = {"role": "assistant", "content": [block]}
        back = {"type": "tool_result", "tool_use_id": "call_1", "content": f"it is {SECRET}"}
        turns = [turn, {"role": "user", "content": [back]}]
    else:
        function = {"name": "weather", "arguments": json.dumps(calls[0][2])}
        turn = {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        turns = [turn, {"role": "tool", "tool_call_id": "call_1", "content": f"it is {SECRET}"}]
    model = speaker.crossed if crossed else speaker.model
    asked = [{"role": "user", "content": "Look"}, *turns]
    await speaker.ask(stack, messages=asked, model=model, tools=[tool_of(speaker)])
    (got,) = stack.upstream.asked
    assert SECRET not in json.dumps(got)
    masked = (
        [("call_1", "weather", {"city": "Paris", "key": "[secret removed]"})],
        [("call_1", "it is [secret removed]")],
    )
    assert upstream_calls(got) == masked


# --- choices


async def two_choices(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Answer with two choices that say different things, the second longer, ending apart."""
    texts = ["one fish", "two fish, red fish"]
    if not body.get("stream"):
        choices = [
            {"index": n, "message": {"role": "assistant", "content": text}, "finish_reason": ["stop", "length"][n]}
            for n, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16}
        return web.json_response({"id": "c", "object": "chat.completion", "created": 1, "model": "up",
                                  "choices": choices, "usage": usage})  # fmt: skip
    parts = [faults.chunk({"role": "assistant", "content": ""}, index=n) for n in (0, 1)]
    parts += [faults.chunk({"content": part}, index=0) for part in ("one", " fish")]
    parts += [faults.chunk({}, "stop", index=0)]
    parts += [faults.chunk({"content": part}, index=1) for part in ("two fi", "sh, red", " fish")]
    parts += [faults.chunk({}, "length", index=1), b"data: [DONE]\n\n"]
    return await faults.streams(*parts)(request, body)


async def heard_choices(stack: Stack) -> list[tuple[str, str, str | None]]:
    """Return content, refusal and finish reason of two choices as a client puts them together."""
    told = [["", "", None], ["", "", None]]
    async with stack.openai() as client:
        asked: Any = {"model": "gpt", "messages": [{"role": "user", "content": "Two"}], "n": 2, "stream": True}
        async for chunk in await client.chat.completions.create(**asked):
            for choice in chunk.choices:
                before = told[choice.index]
                assert before[2] is None, "a choice goes on after its end"
                delta = choice.delta
                told[choice.index] = [
                    before[0] + (delta.content or ""), before[1] + (delta.refusal or ""), choice.finish_reason,
                ]  # fmt: skip
    return [(content, refusal, reason) for content, refusal, reason in told]


async def test_several_choices_keep_their_own_words_and_reasons(stack: Stack) -> None:
    stack.upstream.answer = two_choices
    async with stack.openai() as client:
        asked: Any = {"model": "gpt", "messages": [{"role": "user", "content": "Two"}], "n": 2}
        made = await client.chat.completions.create(**asked)
    expected = [("one fish", "stop"), ("two fish, red fish", "length")]
    assert [(choice.message.content, choice.finish_reason) for choice in made.choices] == expected
    assert [(content, reason) for content, _, reason in await heard_choices(stack)] == expected
    assert [body["n"] for body in stack.upstream.asked] == [2, 2]


async def test_one_choice_that_is_cut_leaves_the_client_every_choice_ended(stack: Stack, tmp_path: Path) -> None:
    await stack.rule(tmp_path, main=BAN)
    parts = [faults.chunk({"role": "assistant", "content": ""}, index=n) for n in (0, 1)]
    parts += [faults.chunk({"content": "one fish"}, index=0), faults.chunk({}, "stop", index=0)]
    parts += [faults.chunk({"content": text}, index=1) for text in ("it is code na", "me osp", "rey, you know")]
    parts += [faults.chunk({}, "stop", index=1), b"data: [DONE]\n\n"]
    stack.upstream.answer = faults.streams(*parts)
    first, second = await heard_choices(stack)
    assert first == ("one fish", "", "stop")
    assert (second[0], second[2]) == ("it is ", "content_filter")
    assert "does not allow a term" in second[1]


# --- system prompts


@both
@ways
async def test_system_prompts_arrive_in_the_upstreams_own_place(stack: Stack, speaker: Speaker, crossed: bool) -> None:
    user = {"role": "user", "content": "Hi"}
    if speaker.api == "messages":
        blocks = [{"type": "text", "text": "Be kind."}, {"type": "text", "text": "Be brief."}]
        forms: list[dict[str, Any]] = [{"system": "Be kind.\nBe brief."}, {"system": blocks}]
    else:
        turns = [{"role": role, "content": text} for role, text in (("system", "Be kind."), ("developer", "Be brief."))]
        forms = [
            {"messages": [turns[0], turns[1], user]},
            {"messages": [{**turns[0], "content": "Be kind.\nBe brief."}, user]},
        ]
    for form in forms:
        await speaker.ask(stack, **({"messages": [user]} | form), model=speaker.crossed if crossed else speaker.model)
    for body in stack.upstream.asked:
        leading = [turn for turn in body["messages"] if turn["role"] in ("system", "developer")]
        told = json.dumps(body.get("system") or leading)
        assert told.index("Be kind.") < told.index("Be brief.")
        assert body["messages"][-1]["role"] == "user"
        assert ("system" in body) is ((speaker.api == "messages") is not crossed)


@both
@ways
async def test_a_steered_answer_keeps_the_callers_own_system_prompt(
    stack: Stack, speaker: Speaker, crossed: bool
) -> None:
    text, model = "I have no reason to go on", speaker.crossed if crossed else speaker.model
    own: dict[str, Any] = {"system": "Be brief."}
    if speaker.api == "chat":
        own = {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]}
    await speaker.ask(stack, text, model=model, **own)
    (body,) = stack.upstream.asked
    told = json.dumps(body.get("system") or body["messages"][0])
    assert told.index("Be brief.") < told.index("findahelpline.com")


# --- what nobody knows


UNKNOWN = {
    "new_switch": {"depth": [1, 2.5, None, True, "words"], "big": 12345678901234567890123, "neg": -0.0},
    "x": "y",
}


@both
@whole_and_streamed
async def test_fields_that_nobody_knows_pass_in_both_directions(stack: Stack, speaker: Speaker, streamed: bool) -> None:
    run = speaker.listen if streamed else speaker.ask
    await run(stack, extra_body=UNKNOWN)
    await run(stack, extra_body=UNKNOWN, model=speaker.crossed)
    for body in stack.upstream.asked:
        assert {name: body[name] for name in UNKNOWN} == UNKNOWN
        assert json.dumps(body["new_switch"]) == json.dumps(UNKNOWN["new_switch"])


async def test_fields_of_an_answer_that_nobody_knows_pass_and_are_screened(stack: Stack) -> None:
    novel = {"novel": {"count": 3, "note": f"see {SECRET}"}}
    usage = {"input_tokens": 1, "output_tokens": 1, "new_tokens": 5}
    content = [{"type": "text", "text": "hello", "mark": 7}]
    whole = {"id": "m", "type": "message", "role": "assistant", "model": "up", "stop_reason": "end_turn",
             "stop_sequence": None, "content": content, "usage": usage}  # fmt: skip
    stack.upstream.answer = faults.says(json.dumps(whole | novel).encode())
    async with stack.anthropic() as client:
        message: Any = await client.messages.create(
            model="claude", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
    assert message.novel == {"count": 3, "note": "see [secret removed]"}
    assert (message.content[0].mark, message.usage.new_tokens) == (7, 5)


async def test_events_that_nobody_knows_pass_and_are_screened(stack: Stack) -> None:
    events = [
        *faults.begun("messages"),
        faults.messages_event("weather_report", sky="blue", note=f"see {SECRET}", deep=[{"n": 1}]),
        faults.messages_event("ping"),
        faults.messages_event("content_block_stop", index=0),
        faults.messages_event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None},
                              usage={"output_tokens": 4}),
        faults.messages_event("message_stop"),
    ]  # fmt: skip
    stack.upstream.answer = faults.streams(*events)
    async with stack.anthropic() as client:
        given: Any = {"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        async with client.messages.with_streaming_response.create(**given, stream=True) as reply:
            lines = [line async for line in reply.iter_lines() if line]
    named = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert named[-5:] == ["weather_report", "ping", "content_block_stop", "message_delta", "message_stop"]
    report = next(
        json.loads(line.removeprefix("data: ")) for line in lines if "weather_report" in line and "sky" in line
    )
    assert report == {"type": "weather_report", "sky": "blue", "note": "see [secret removed]", "deep": [{"n": 1}]}
    assert (await MESSAGES.listen(stack)).reason == "end_turn"


_BESIDE: dict[str, dict[str, Any]] = {
    "message_start": {"message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "up",
                                  "stop_reason": None, "stop_sequence": None, "usage": {}, "note": "see"}},
    "content_block_start": {"index": 0, "content_block": {"type": "text", "text": "", "note": "see"}},
    "content_block_delta": {"index": 0, "delta": {"type": "text_delta", "text": "hello", "note": "see"}},
    "content_block_stop": {"index": 0},
    "message_delta": {"delta": {"stop_reason": "end_turn", "stop_sequence": None, "note": "see"}, "usage": {}},
    "ping": {},
    "error": {"error": {"type": "api_error", "message": "see"}},
    "message_stop": {},
}  # fmt: skip


async def test_what_stands_beside_the_known_parts_of_an_event_is_screened(stack: Stack) -> None:
    said = json.dumps(_BESIDE).replace('"see"', f'"see {SECRET}"')
    bodies = [{"type": kind, **fields, "beside": f"see {SECRET}"} for kind, fields in json.loads(said).items()]
    # Without its name an error is an event like others, which a client may read all the same.
    stack.upstream.answer = faults.streams(*(f"data: {json.dumps(body)}\n\n".encode() for body in bodies))
    async with httpx2.AsyncClient() as client:
        asked = MESSAGES.body(stream=True)
        reply = await client.post(stack.url + "/v1/messages", json=asked, headers={"x-api-key": stack.secret})
    assert SECRET not in reply.text
    events = [json.loads(line.removeprefix("data: ")) for line in reply.text.split("\n") if line.startswith("data: ")]
    assert [event["type"] for event in events if "beside" in event] == list(_BESIDE)
    assert {event["beside"] for event in events if "beside" in event} == {"see [secret removed]"}


async def test_an_error_beside_other_fields_of_a_chunk_is_screened(stack: Stack) -> None:
    odd = {"id": "c", "object": "chat.completion.chunk", "error": {"message": f"see {SECRET}"}}
    parts = [faults.chunk({"content": "hello"}), f"data: {json.dumps(odd)}\n\n".encode(), faults.chunk({}, "stop")]
    stack.upstream.answer = faults.streams(*parts, b"data: [DONE]\n\n")
    async with httpx2.AsyncClient() as client:
        reply = await client.post(
            stack.url + CHAT.path, json=CHAT.body(stream=True), headers={"x-api-key": stack.secret}
        )
    assert SECRET not in reply.text
    assert "see [secret removed]" in reply.text


async def test_chunks_that_nobody_knows_pass_and_are_screened(stack: Stack) -> None:
    parts = [
        faults.chunk({"role": "assistant", "content": "hi"}, novel={"note": f"see {SECRET}"}),
        b'data: {"id": "c", "object": "chat.weather", "choices": [], "sky": "blue"}\n\n',
        faults.chunk({"mood": "good"}),
        faults.chunk({}, "stop"),
        b"data: [DONE]\n\n",
    ]
    stack.upstream.answer = faults.streams(*parts)
    async with stack.openai() as client:
        asked: Any = {"model": "gpt", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
        chunks: list[Any] = [chunk async for chunk in await client.chat.completions.create(**asked)]
    assert chunks[0].novel == {"note": "see [secret removed]"}
    assert [chunk.sky for chunk in chunks if chunk.object == "chat.weather"] == ["blue"]
    assert chunks[2].choices[0].delta.mood == "good"


# --- after a cut


@both
@ways
async def test_after_a_cut_the_stop_reason_and_what_was_counted_are_right(
    stack: Stack, tmp_path: Path, speaker: Speaker, crossed: bool
) -> None:
    await stack.rule(tmp_path, main=BAN)
    said = "This went well for a long while, and then came CODE NAME OSPREY, of which nobody may speak."
    stack.upstream.says = said
    heard = await speaker.listen(stack, model=speaker.crossed if crossed else speaker.model)
    assert heard.reason == ("refusal" if speaker.api == "messages" else "content_filter")
    assert heard.text.startswith("This went well for a long while, and then came ")
    assert "OSPREY" not in heard.text
    left = heard.text.partition("The operator")[0]
    assert heard.tokens == -(-len(left) // 4)
    (row,) = await stack.settled()
    assert (row["outcome"], row["status"], row["measure"]) == ("refused", 200, "withhold")
    upstream = speaker.api if not crossed else "chat" if speaker.api == "messages" else "messages"
    assert (row["input_tokens"], row["output_tokens"]) == ((9, 5) if upstream == "messages" else (0, 0))


async def test_the_tokens_of_the_question_are_told_after_a_cut(stack: Stack, tmp_path: Path) -> None:
    await stack.rule(tmp_path, main=BAN)
    stack.upstream.says = "It is code name osprey."
    async with stack.openai() as client:
        asked: Any = {"model": "claude", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
        stream = await client.chat.completions.create(**asked, stream_options={"include_usage": True})
        usage = [chunk.usage async for chunk in stream if chunk.usage]
    assert [each.prompt_tokens for each in usage] == [9]
    async with stack.anthropic() as client, client.messages.stream(**MESSAGES.body()) as events:
        message = await events.get_final_message()
    assert message.usage.input_tokens == 9
    refused = await CHAT.ask(stack)
    assert (refused.reason, refused.tokens) == ("content_filter", 5)
