"""What an upstream does wrong, told in the words of the client's API, and what is on record afterwards."""

import json
import socket
from typing import Any

import pytest

from tests.gateway import faults
from tests.gateway.conftest import Stack
from tests.gateway.failures.told import BAD, OVERLOADED, RATE, SLOW, UNKNOWN, UPSTREAM, told
from tests.gateway.speakers import Speaker, both

_REFUSALS = {
    400: BAD, 401: UPSTREAM, 403: UPSTREAM, 404: UNKNOWN, 429: RATE, 500: UPSTREAM, 503: OVERLOADED,
    529: OVERLOADED,
}  # fmt: skip


async def failed(stack: Stack, speaker: Speaker, count: int, status: int) -> dict[str, Any]:
    """Return the last exchange on record, which failed with a status and holds what was asked."""
    row: dict[str, Any] = (await stack.settled(count))[-1]
    assert (row["api"], row["outcome"], row["status"]) == (speaker.api, "failed", status)
    assert row["input_item"] is not None
    return row


@both
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_an_upstream_that_refuses_is_told_in_the_clients_api(
    stack: Stack, speaker: Speaker, streamed: bool
) -> None:
    run = speaker.listen if streamed else speaker.ask
    for count, (status, expected) in enumerate(_REFUSALS.items()):
        stack.upstream.answer = faults.refuses(status, headers={"retry-after": "17"} if status == 429 else None)
        for model in (speaker.model, speaker.crossed):
            error = await told(speaker, expected[speaker.api], stack, run, model=model)
            assert ("no such luck" in error.message) is (status in (400, 404, 429))
            assert error.response.headers.get("retry-after") == ("17" if status == 429 else None)
        await failed(stack, speaker, 2 * count + 2, expected[speaker.api][0])
    assert len(stack.upstream.asked) == 2 * len(_REFUSALS)


@both
async def test_what_an_upstream_says_of_its_failure_is_screened_and_may_be_long(stack: Stack, speaker: Speaker) -> None:
    stack.upstream.answer = faults.refuses(400, "the key " + "AK" + "IA" + "ABCDEFGHIJKLMNOP is wrong")
    error = await told(speaker, BAD[speaker.api], stack, speaker.ask)
    assert "ABCDEFGHIJKLMNOP" not in error.message
    stack.upstream.answer = faults.refuses(429, "x" * 200_000)
    await told(speaker, RATE[speaker.api], stack, speaker.ask)


@both
async def test_an_upstream_that_is_slow_or_not_there_is_told_as_that(stack: Stack, speaker: Speaker) -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    await stack.lead("slow", speaker.api, timeout_s=0.2)
    await stack.lead("gone", speaker.api, base_url=nowhere, retries=1)
    stack.upstream.answer = faults.silent
    for number, run in enumerate((speaker.ask, speaker.listen)):
        await told(speaker, SLOW[speaker.api], stack, run, model="slow")
        await failed(stack, speaker, 2 * number + 1, 504)
        error = await told(speaker, UPSTREAM[speaker.api], stack, run, model="gone")
        assert error.response.json()["seawall"]["code"] == "net.unreachable"
        await failed(stack, speaker, 2 * number + 2, 502)
    taken.close()


_NO_ANSWERS = (
    b"<html>busy</html>", b"", b"[]", b"null", b"{}", b"\xff\xfe", b'{"content": 5, "choices": 5}', b"1" * 30,
    b'{"content": [5], "choices": [5]}',
)  # fmt: skip


@both
async def test_an_answer_that_does_not_follow_the_api_is_the_upstreams_fault(stack: Stack, speaker: Speaker) -> None:
    for count, raw in enumerate(_NO_ANSWERS):
        stack.upstream.answer = faults.says(raw)
        for model in (speaker.model, speaker.crossed):
            error = await told(speaker, UPSTREAM[speaker.api], stack, speaker.ask, model=model)
            code = error.response.json()["seawall"]["code"]
            assert code in ("gateway.bad_reply", "gateway.reply_untranslatable"), raw
        row = await failed(stack, speaker, 2 * count + 2, 502)
        assert row["output_item"] is None, raw


@both
async def test_an_answer_of_the_wrong_kind_is_the_upstreams_fault(stack: Stack, speaker: Speaker) -> None:
    stack.upstream.answer = faults.says(b'{"content": [], "choices": []}')
    await told(speaker, UPSTREAM[speaker.api], stack, speaker.listen)
    stack.upstream.answer = faults.streams(*faults.begun(speaker.api))
    await told(speaker, UPSTREAM[speaker.api], stack, speaker.ask)
    stack.upstream.answer = faults.says(b"\x00" * 2**20 + b" ")
    error = await told(speaker, UPSTREAM[speaker.api], stack, speaker.ask)
    assert error.response.json()["seawall"]["code"] == "net.too_long"
    await failed(stack, speaker, 3, 502)


async def broken(speaker: Speaker, stack: Stack, model: str) -> tuple[str, Any]:
    """Return what a client heard of a stream that breaks, and the error of its SDK."""
    heard: list[str] = []
    with pytest.raises(speaker.sdk.APIError) as caught:
        await speaker.listen(stack, model=model, heard=heard)
    return "".join(heard), caught.value


_BREAKS: dict[str, tuple[str, int, str]] = {
    "cut": ("net.cut", 502, "ended the connection early"),
    "end": ("gateway.bad_reply", 502, "broke off"),
    "silent": ("net.timed_out", 504, "did not answer in time"),
}


@both
@pytest.mark.parametrize("how", _BREAKS)
async def test_a_stream_that_breaks_says_so_and_what_was_heard_is_on_record(
    stack: Stack, speaker: Speaker, how: str
) -> None:
    code, status, words = _BREAKS[how]
    await stack.lead("same", speaker.api, timeout_s=1.0)
    other = "chat" if speaker.api == "messages" else "messages"
    await stack.lead("other", other, timeout_s=1.0)
    for count, (model, api) in enumerate((("same", speaker.api), ("other", other)), 1):
        stack.upstream.answer = faults.streams(*faults.begun(api), then=how)
        text, error = await broken(speaker, stack, model)
        assert faults.BEGUN.startswith(text)
        assert text.startswith("The bridge was painted")
        assert words in error.message
        assert code in str(error.body) or speaker.api == "chat"
        row = await failed(stack, speaker, count, status)
        assert row["output_tokens"] == (7 if api == "chat" else 1)
        kept = json.loads(stack.do(lambda tx, row=row: stack.instance.vault().get(tx, row["output_item"])))
        assert kept["texts"][0]["text"] == faults.BEGUN


@both
async def test_an_error_event_in_mid_stream_is_told_without_the_upstreams_words(stack: Stack, speaker: Speaker) -> None:
    other = "chat" if speaker.api == "messages" else "messages"
    for count, (model, api) in enumerate(((speaker.model, speaker.api), (speaker.crossed, other)), 1):
        stack.upstream.answer = faults.streams(*faults.begun(api), faults.error_event(api, "inner secret words"))
        text, error = await broken(speaker, stack, model)
        assert text.startswith("The bridge was painted")
        assert "failed in mid-stream" in error.message
        assert "inner secret words" not in str(error) + str(error.body)
        await failed(stack, speaker, count, 502)
    stack.upstream.answer = faults.streams(faults.error_event(speaker.api, "busy", "overloaded_error"))
    await told(speaker, OVERLOADED[speaker.api], stack, speaker.listen)
