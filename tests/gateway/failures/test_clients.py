"""Clients that go before they have their answer, and clients that block."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

from tests.gateway import faults
from tests.gateway.conftest import Stack
from tests.gateway.failures.told import RATE, UNKNOWN
from tests.gateway.speakers import Heard, Speaker, both


async def gone(stack: Stack, speaker: Speaker, run: Callable[..., Any], started: Callable[[], bool]) -> dict[str, Any]:
    """Return the exchange of a client that goes once its answer has begun to be made."""
    asking = asyncio.create_task(run(stack))
    for _ in range(500):
        if started():
            break
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(stack.upstream.cancelled.wait(), 10)
    return (await stack.settled(1))[0]


@both
async def test_a_client_that_goes_before_the_answer_ends_the_call_upstream(stack: Stack, speaker: Speaker) -> None:
    stack.upstream.answer = faults.silent
    row = await gone(stack, speaker, speaker.ask, lambda: bool(stack.upstream.asked))
    assert (row["outcome"], row["status"], row["output_item"]) == ("interrupted", 499, None)


@both
async def test_a_client_that_goes_in_mid_stream_ends_the_call_upstream_and_what_it_heard_is_kept(
    stack: Stack, speaker: Speaker
) -> None:
    stack.upstream.answer = faults.streams(*faults.begun(speaker.api), then="silent")
    heard: list[str] = []

    async def listen(stack: Stack) -> Heard:
        return await speaker.listen(stack, heard=heard)

    row = await gone(stack, speaker, listen, lambda: any(heard))
    assert (row["outcome"], row["status"]) == ("interrupted", 499)
    assert row["output_tokens"] == (7 if speaker.api == "chat" else 1)
    kept = json.loads(stack.do(lambda tx: stack.instance.vault().get(tx, row["output_item"])))
    assert kept["texts"][0]["text"] == faults.BEGUN


async def test_a_client_that_goes_in_the_middle_of_its_request_leaves_no_trace(stack: Stack) -> None:
    before = await stack.counts()
    host, _, port = stack.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: {stack.secret}\r\ncontent-length: 500\r\n\r\n"
    writer.write(head.encode() + b'{"model"')
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.1)
    assert await stack.counts() == before


def blocking(stack: Stack, speaker: Speaker, model: str, *, streamed: bool) -> str:
    if speaker.api == "messages":
        with anthropic.Anthropic(base_url=stack.url, api_key=stack.secret, max_retries=0) as client:
            given: Any = {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
            if not streamed:
                return client.messages.create(**given).content[0].text  # type: ignore[no-any-return]
            with client.messages.stream(**given) as stream:
                return "".join(stream.text_stream)
    with openai.OpenAI(base_url=stack.url + "/v1", api_key=stack.secret, max_retries=0) as other:
        asked: Any = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
        if not streamed:
            return other.chat.completions.create(**asked).choices[0].message.content or ""
        chunks = other.chat.completions.create(**asked, stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


@both
async def test_the_blocking_clients_get_answers_streams_and_their_own_errors(stack: Stack, speaker: Speaker) -> None:
    for streamed in (False, True):
        text = await asyncio.to_thread(blocking, stack, speaker, speaker.model, streamed=streamed)
        assert text == stack.upstream.says
        with pytest.raises(UNKNOWN[speaker.api][1]):
            await asyncio.to_thread(blocking, stack, speaker, "none", streamed=streamed)
    stack.upstream.answer = faults.streams(*faults.begun(speaker.api), then="cut")
    with pytest.raises(speaker.sdk.APIError, match="ended the connection early"):
        await asyncio.to_thread(blocking, stack, speaker, speaker.model, streamed=True)
    stack.upstream.answer = faults.refuses(429)
    with pytest.raises(RATE[speaker.api][1]):
        await asyncio.to_thread(blocking, stack, speaker, speaker.model, streamed=False)
