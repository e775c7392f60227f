"""Tools through both SDKs and both ways of translation: defined, called, answered, and screened."""

import json
from typing import Any

from seawall.gateway.retained import tools
from seawall.vocabulary.ids import ItemId
from tests.gateway.conftest import SECRET, Stack
from tests.gateway.speakers import Speaker, both, ways, whole_and_streamed

SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "description": "name of a city"}}}
GIVEN = {"city": "Paris", "days": [1, 2], "note": 'a "quoted"\nline — é'}

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
