"""What is refused before there is an exchange: told in the words of the API, and nothing is on record."""

import json
from typing import Any

import httpx2

from seawall.access.keys import revoke_key
from tests.gateway.conftest import Stack
from tests.gateway.failures.told import BAD, NO_KEY, TOO_LONG, UNKNOWN, in_shape, told
from tests.gateway.speakers import Speaker, both


async def post(stack: Stack, path: str, content: bytes, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        given = {"x-api-key": stack.secret, "content-type": "application/json"} | headers
        return await client.post(stack.url + path, content=content, headers=given)


_MALFORMED = (b"", b"{", b"nonsense", b"[1, 2]", b'"text"', b"null", b'{"model": "claude",}', b"\xff\xfe{}", b"{}{}")
_WRONG: tuple[dict[str, Any], ...] = (
    {"messages": 5}, {"messages": []}, {"messages": ["x"]}, {"messages": [{"role": "user"}]}, {"model": 7},
    {"messages": [{"role": "user", "content": [{"text": "no type"}]}]}, {"stream": "yes"}, {"temperature": "warm"},
    {"max_tokens": "many"}, {"tools": {}}, {"messages": [{"role": 1, "content": "x"}]},
)  # fmt: skip


@both
async def test_a_malformed_or_mistyped_request_names_the_trouble_and_leaves_no_trace(
    stack: Stack, speaker: Speaker
) -> None:
    before = await stack.counts()
    wrong = [json.dumps(speaker.body(**each)).encode() for each in _WRONG]
    for raw in (*_MALFORMED, *wrong):
        reply = await post(stack, speaker.path, raw)
        assert reply.status_code == 400, raw
        in_shape(speaker, reply.json(), 400)
    for field, value in (("temperature", "warm"), ("messages", 5), ("model", 7)):
        error = await told(speaker, BAD[speaker.api], stack, speaker.ask, extra_body={field: value})
        assert field in error.message
    assert stack.upstream.asked == []
    assert await stack.counts() == before


@both
async def test_a_body_over_the_limit_is_refused_by_what_it_states_and_by_what_it_holds(
    stack: Stack, speaker: Speaker
) -> None:
    before = await stack.counts()
    await told(speaker, TOO_LONG[speaker.api], stack, speaker.ask, "x" * 2**20)

    async def portions() -> Any:
        for _ in range(80):
            yield b" " * 2**14

    async with httpx2.AsyncClient() as client:
        reply = await client.post(stack.url + speaker.path, content=portions(), headers={"x-api-key": stack.secret})
    assert reply.status_code == 413
    in_shape(speaker, reply.json(), 413)
    assert await stack.counts() == before


@both
async def test_an_unknown_model_and_a_key_that_opens_nothing_leave_no_trace(stack: Stack, speaker: Speaker) -> None:
    before = await stack.counts()
    error = await told(speaker, UNKNOWN[speaker.api], stack, speaker.ask, model="no-such-model")
    assert "no-such-model" in error.message
    working = stack.secret
    for secret in ("sw_" + "x" * 43, "sk-of-another-provider"):
        stack.secret = secret
        await told(speaker, NO_KEY[speaker.api], stack, speaker.ask)
        await told(speaker, NO_KEY[speaker.api], stack, speaker.listen)
    async with httpx2.AsyncClient() as client:
        reply = await client.post(stack.url + speaker.path, json=speaker.body())
    in_shape(speaker, reply.json(), 401)
    assert await stack.counts() == before
    stack.secret = working
    stack.do(lambda tx: revoke_key(tx, stack.key, by="t", record=stack.instance.record, clock=stack.instance.clock))
    before = await stack.counts()
    for _ in range(200):
        error = await refused(speaker, stack)
        if error is not None:
            break
    assert type(error) is NO_KEY[speaker.api][1]
    assert "revoked" in error.message
    assert (await stack.counts())["gateway_exchanges"] == before["gateway_exchanges"] + len(stack.upstream.asked)


async def refused(speaker: Speaker, stack: Stack) -> Any:
    try:
        await speaker.ask(stack)
    except speaker.sdk.APIStatusError as error:
        return error
    return None


@both
async def test_what_the_upstreams_api_cannot_say_is_refused_without_a_trace(stack: Stack, speaker: Speaker) -> None:
    before = await stack.counts()
    alone = {"n": 2} if speaker.api == "chat" else {"extra_body": {"mcp_servers": [{"type": "url", "url": "x"}]}}
    await told(speaker, BAD[speaker.api], stack, speaker.ask, model=speaker.crossed, **alone)
    assert stack.upstream.asked == []
    assert await stack.counts() == before
