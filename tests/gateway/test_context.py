"""The newest turn decides strikes, earlier ones give context; an answer is judged by what was asked."""

from pathlib import Path
from typing import Any

import pytest

from tests.gateway.conftest import JAILBREAK, Stack
from tests.gateway.speakers import BOTH, Speaker

both = pytest.mark.parametrize("speaker", BOTH, ids=[each.api for each in BOTH])

IN_CONTEXT = """
  - id: test.after-elections
    category: privacy
    surfaces: [output]
    detectors: [email_address]
    measure: withhold
    message: No addresses where elections are talked about.
    when: {input: [elections]}
"""
ADDRESS = "Ask jo.doe@mail.test.org about it."


def of_user(speaker: Speaker, user: str) -> dict[str, Any]:
    return {"metadata": {"user_id": user}} if speaker.api == "messages" else {"user": user}


def turns(*texts: str) -> list[dict[str, str]]:
    """Return a conversation in which a person and a model take turns."""
    return [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)]


def strikes(stack: Stack) -> int:
    return int(stack.rows("SELECT count(*) AS n FROM enforce_strikes")[0]["n"])


@both
async def test_a_conversation_sent_again_with_one_more_turn_brings_no_second_strike(
    stack: Stack, speaker: Speaker
) -> None:
    who = of_user(speaker, "u-1")
    conversation = [JAILBREAK]
    await speaker.ask(stack, messages=turns(*conversation), **who)
    assert strikes(stack) == 1
    for more in ("Let us talk about birds.", "Which bird sings best?", "And in winter?"):
        conversation += ["I do not do that.", more]
        await speaker.ask(stack, messages=turns(*conversation), **who)
        await speaker.listen(stack, messages=turns(*conversation), **who)
    rows = await stack.settled(7)
    assert strikes(stack) == 1
    assert [bool(row["input_findings"]) for row in rows] == [True] * 7
    assert all(not each["newest"] for row in rows[1:] for each in row["input_findings"])
    await speaker.ask(stack, messages=turns(*conversation, "No.", JAILBREAK), **who)
    assert strikes(stack) == 2


@both
async def test_a_begun_answer_after_it_does_not_make_what_was_written_old(stack: Stack, speaker: Speaker) -> None:
    await speaker.ask(stack, messages=turns(JAILBREAK, "Sure, here"), **of_user(speaker, "u-1"))
    assert strikes(stack) == 1


@both
async def test_what_a_model_or_a_tool_said_is_held_against_nobody(stack: Stack, speaker: Speaker) -> None:
    who = of_user(speaker, "u-1")
    await speaker.ask(stack, messages=turns("Hi", JAILBREAK, "Thank you"), **who)
    stack.upstream.says = JAILBREAK
    await speaker.ask(stack, **who)
    await speaker.listen(stack, **who)
    await stack.settled(3)
    assert strikes(stack) == 0


@both
async def test_an_answer_is_judged_in_the_context_of_what_was_asked(
    stack: Stack, tmp_path: Path, speaker: Speaker
) -> None:
    await stack.rule(tmp_path, rules=IN_CONTEXT)
    stack.upstream.says, stack.upstream.chunk = ADDRESS, 3
    refused = "refusal" if speaker.api == "messages" else "content_filter"
    for run in (speaker.ask, speaker.listen):
        plain = await run(stack, "Whom can I ask?")
        in_context = await run(stack, "Where is my polling place? Whom can I ask?")
        assert plain.text == ADDRESS
        assert in_context.reason == refused
        assert "jo.doe" not in in_context.text
    rows = await stack.settled(4)
    assert [row["outcome"] for row in rows] == ["answered", "refused", "answered", "refused"]
    assert [row["because"] for row in rows[1::2]] == [["test.after-elections"]] * 2
