"""Past decisions come back as they were made."""

import openai

from seawall.gateway.replay import stored
from seawall.policy import DEFAULT, compile_documents, read, try_draft
from tests.gateway.conftest import JAILBREAK, SECRET, Stack
from tests.gateway.test_flow import said


async def test_what_was_decided_is_decided_again_the_same(stack: Stack) -> None:
    stack.upstream.says = f"Use {SECRET}."
    async with stack.anthropic() as client:
        for text in ("Hello", JAILBREAK, f"key {SECRET}", "I have no reason to go on"):
            await client.messages.create(model="claude", max_tokens=9, messages=said(text))  # type: ignore[arg-type]
    await stack.settled(4)
    edition = compile_documents(read(DEFAULT))
    with stack.instance.database().begin() as tx:
        trial = try_draft(edition, stored(tx))
    assert trial.tried >= 7
    assert trial.differing == 0


async def test_what_a_rate_decided_is_not_tried_again(stack: Stack) -> None:
    async with stack.openai() as client:
        for _ in range(12):
            try:
                await client.chat.completions.create(model="gpt", messages=said(JAILBREAK))  # type: ignore[arg-type]
            except openai.RateLimitError:
                continue
    await stack.settled(12)
    limited = stack.rows("SELECT 1 FROM gateway_exchanges WHERE 'standing.restricted' = ANY(because)")
    edition = compile_documents(read(DEFAULT))
    with stack.instance.database().begin() as tx:
        trial = try_draft(edition, stored(tx))
    assert limited
    assert (trial.tried, trial.differing) == (12 - len(limited), 0)
