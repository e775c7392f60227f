"""Both SDKs as values of one shape: what a test asks of one it can ask of the other."""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, NamedTuple

import anthropic
import openai
import pytest

from tests.gateway.conftest import Stack


class Heard(NamedTuple):
    """What a client got: the text, why it ended, and the output tokens that it was told of."""

    text: str
    reason: str | None = None
    tokens: int | None = None


class Speaker(NamedTuple):
    """One API and its SDK. `model` has an upstream of the same API, `crossed` one of the other."""

    api: str
    path: str
    sdk: ModuleType
    model: str
    crossed: str
    ask: Callable[..., Awaitable[Heard]]
    listen: Callable[..., Awaitable[Heard]]

    def body(self, text: str = "Good morning", **more: Any) -> dict[str, Any]:
        """Return a request in plain JSON."""
        return {"model": self.model, "max_tokens": 50, "messages": [{"role": "user", "content": text}], **more}


async def _ask_messages(stack: Stack, text: str = "Good morning", *, model: str = "claude", **more: Any) -> Heard:
    async with stack.anthropic() as client:
        given = {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": text}]}
        message = await client.messages.create(**(given | more))
    said = "".join(block.text for block in message.content if block.type == "text")
    return Heard(said, message.stop_reason, message.usage.output_tokens)


async def _ask_chat(stack: Stack, text: str = "Good morning", *, model: str = "gpt", **more: Any) -> Heard:
    async with stack.openai() as client:
        given = {"model": model, "messages": [{"role": "user", "content": text}]}
        made = await client.chat.completions.create(**(given | more))
    choice = made.choices[0]
    return Heard(choice.message.content or "", choice.finish_reason, made.usage and made.usage.completion_tokens)


async def _listen_messages(
    stack: Stack, text: str = "Good morning", *, model: str = "claude", heard: list[str] | None = None, **more: Any
) -> Heard:
    parts = [] if heard is None else heard
    given = {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": text}]}
    async with stack.anthropic() as client, client.messages.stream(**(given | more)) as stream:
        async for part in stream.text_stream:
            parts.append(part)
        message = await stream.get_final_message()
    return Heard("".join(parts), message.stop_reason, message.usage.output_tokens)


async def _listen_chat(
    stack: Stack, text: str = "Good morning", *, model: str = "gpt", heard: list[str] | None = None, **more: Any
) -> Heard:
    parts, reason, tokens = ([] if heard is None else heard), None, None
    given = {"model": model, "messages": [{"role": "user", "content": text}], "stream": True}
    given["stream_options"] = {"include_usage": True}
    async with stack.openai() as client, await client.chat.completions.create(**(given | more)) as stream:
        async for chunk in stream:
            tokens = chunk.usage.completion_tokens if chunk.usage else tokens
            for choice in chunk.choices:
                parts.append(choice.delta.content or "")
                reason = choice.finish_reason or reason
    return Heard("".join(parts), reason, tokens)


MESSAGES = Speaker("messages", "/v1/messages", anthropic, "claude", "gpt", _ask_messages, _listen_messages)
CHAT = Speaker("chat", "/v1/chat/completions", openai, "gpt", "claude", _ask_chat, _listen_chat)
BOTH = (MESSAGES, CHAT)

both = pytest.mark.parametrize("speaker", BOTH, ids=[each.api for each in BOTH])
whole_and_streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
ways = pytest.mark.parametrize("crossed", [False, True], ids=["same", "translated"])
