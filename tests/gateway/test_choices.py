"""Several choices keep apart; after a cut, reasons and counts are right."""

from pathlib import Path
from typing import Any

from aiohttp import web

from tests.gateway import faults
from tests.gateway.conftest import Stack
from tests.gateway.speakers import CHAT, MESSAGES, Speaker, both, ways

BAN = "\nliterals:\n  - {name: own, category: banned_term, words: [code name osprey]}\n"


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
