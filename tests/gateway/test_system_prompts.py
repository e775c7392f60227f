"""System prompts in the place that each API has for them, whole and beside what steering adds."""

import json
from typing import Any

from tests.gateway.conftest import Stack
from tests.gateway.speakers import Speaker, both, ways


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
