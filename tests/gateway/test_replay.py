"""Past decisions come back as they were made."""

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
