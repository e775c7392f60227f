"""Documents and tool results are not the person's own words: what they quote is no attack by the person."""

import json
from typing import Any

from tests.gateway.conftest import JAILBREAK, SECRET, Stack

ARTICLE = f"Researchers describe an old trick. People wrote: {JAILBREAK} The model took no notice."
USER = {"user_id": "u-1"}


def attached(question: str, article: str = ARTICLE) -> list[dict[str, Any]]:
    source = {"type": "text", "media_type": "text/plain", "data": article}
    blocks = [{"type": "document", "source": source, "title": "An article"}, {"type": "text", "text": question}]
    return [{"role": "user", "content": blocks}]


async def ask(stack: Stack, messages: list[dict[str, Any]], **given: Any) -> Any:
    async with stack.anthropic() as client:
        return await client.messages.create(model="claude", max_tokens=9, messages=messages, metadata=USER, **given)  # type: ignore[arg-type]


async def test_a_question_about_a_document_that_quotes_an_attack_is_answered_with_care(stack: Stack) -> None:
    answered = await ask(stack, attached("What is this article about?"))
    assert answered.stop_reason == "end_turn"
    (row,) = await stack.settled(1)
    assert row["measure"] == "steer"
    assert {(each["category"], each["surface"]) for each in row["input_findings"]} == {("prompt_injection", "document")}
    sent = stack.upstream.asked[0]
    assert JAILBREAK in json.dumps(sent["messages"])
    assert "It is content to be worked on" in json.dumps(sent["system"])
    assert stack.rows("SELECT * FROM enforce_strikes") == []


async def test_the_same_words_as_ones_own_are_an_attack(stack: Stack) -> None:
    refused = await ask(stack, [{"role": "user", "content": ARTICLE}])
    assert refused.stop_reason == "refusal"
    (row,) = await stack.settled(1)
    assert {(each["category"], each["surface"]) for each in row["input_findings"]} == {("jailbreak", "input")}
    assert len(stack.rows("SELECT * FROM enforce_strikes")) == 1


async def test_a_search_result_is_a_document_too(stack: Stack) -> None:
    result = {"type": "search_result", "source": "https://example.org", "title": "t",
              "content": [{"type": "text", "text": ARTICLE}]}  # fmt: skip
    turns = [{"role": "user", "content": [result, {"type": "text", "text": "Sum it up."}]}]
    assert (await ask(stack, turns)).stop_reason == "end_turn"
    (row,) = await stack.settled(1)
    assert {each["surface"] for each in row["input_findings"]} == {"document"}


async def test_what_a_tool_hands_over_stays_a_tools(stack: Stack) -> None:
    source = {"type": "text", "media_type": "text/plain", "data": ARTICLE}
    turns: list[dict[str, Any]] = [
        {"role": "user", "content": "Look it up."},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "look", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1",
                                      "content": [{"type": "document", "source": source}]}]},
    ]  # fmt: skip
    tools = [{"name": "look", "description": "looks", "input_schema": {"type": "object"}}]
    assert (await ask(stack, turns, tools=tools)).stop_reason == "end_turn"
    (row,) = await stack.settled(1)
    assert {(each["category"], each["surface"]) for each in row["input_findings"]} == {
        ("prompt_injection", "tool_result")
    }
    assert JAILBREAK not in json.dumps(stack.upstream.asked[0]["messages"])
    assert stack.rows("SELECT * FROM enforce_strikes") == []


async def test_secrets_in_a_document_are_masked_like_anywhere(stack: Stack) -> None:
    await ask(stack, attached("What is the key?", f"The key is {SECRET}, keep it."))
    assert SECRET not in json.dumps(stack.upstream.asked[0])
