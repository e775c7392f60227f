"""What goes wrong, told in each provider's own words and SDK classes, and what is on record afterwards."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from seawall.access.keys import revoke_key
from tests.gateway import faults
from tests.gateway.conftest import JAILBREAK, Stack
from tests.gateway.speakers import BOTH, Heard, Speaker

both = pytest.mark.parametrize("speaker", BOTH, ids=[each.api for each in BOTH])

# Status and error class for what went wrong: in Messages, in Chat Completions.
Told = tuple[int, type[Exception]]
_BAD: dict[str, Told] = {"messages": (400, anthropic.BadRequestError), "chat": (400, openai.BadRequestError)}
_NO_KEY: dict[str, Told] = {"messages": (401, anthropic.AuthenticationError), "chat": (401, openai.AuthenticationError)}
_UNKNOWN: dict[str, Told] = {"messages": (404, anthropic.NotFoundError), "chat": (404, openai.NotFoundError)}
_TOO_LONG: dict[str, Told] = {"messages": (413, anthropic.RequestTooLargeError), "chat": (413, openai.APIStatusError)}
_RATE: dict[str, Told] = {"messages": (429, anthropic.RateLimitError), "chat": (429, openai.RateLimitError)}
_UPSTREAM: dict[str, Told] = {
    "messages": (502, anthropic.InternalServerError),
    "chat": (502, openai.InternalServerError),
}
_OVERLOADED: dict[str, Told] = {"messages": (529, anthropic.OverloadedError), "chat": (503, openai.InternalServerError)}
_SLOW: dict[str, Told] = {"messages": (504, anthropic.GatewayTimeoutError), "chat": (504, openai.InternalServerError)}

_TYPES = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 502: "api_error", 504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip


def in_shape(speaker: Speaker, body: Any, status: int) -> dict[str, Any]:
    """Return the error of a body that is shaped as the API shapes its errors, with our own words beside it."""
    assert body["seawall"]["code"], body
    error: dict[str, Any] = body["error"]
    assert error["message"]
    if speaker.api == "messages":
        assert (body["type"], error["type"], error.keys()) == ("error", _TYPES[status], {"type", "message"})
    else:
        assert error.keys() == {"message", "type", "param", "code"}
        assert error["type"] in ("invalid_request_error", "rate_limit_error", "permission_error", "server_error")
    return error


async def told(
    speaker: Speaker, expected: Told, stack: Stack, run: Callable[..., Any], *given: Any, **more: Any
) -> Any:
    """Return the SDK's error for a request that fails, its class and shape checked."""
    with pytest.raises(expected[1]) as caught:
        await run(stack, *given, **more)
    error: Any = caught.value
    assert (type(error), error.status_code) == (expected[1], expected[0])
    in_shape(speaker, error.response.json(), expected[0])
    return error


async def post(stack: Stack, path: str, content: bytes, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        given = {"x-api-key": stack.secret, "content-type": "application/json"} | headers
        return await client.post(stack.url + path, content=content, headers=given)


# --- refused before there is an exchange: nothing is on record


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
        error = await told(speaker, _BAD[speaker.api], stack, speaker.ask, extra_body={field: value})
        assert field in error.message
    assert stack.upstream.asked == []
    assert await stack.counts() == before


@both
async def test_a_body_over_the_limit_is_refused_by_what_it_states_and_by_what_it_holds(
    stack: Stack, speaker: Speaker
) -> None:
    before = await stack.counts()
    await told(speaker, _TOO_LONG[speaker.api], stack, speaker.ask, "x" * 2**20)

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
    error = await told(speaker, _UNKNOWN[speaker.api], stack, speaker.ask, model="no-such-model")
    assert "no-such-model" in error.message
    working = stack.secret
    for secret in ("sw_" + "x" * 43, "sk-of-another-provider"):
        stack.secret = secret
        await told(speaker, _NO_KEY[speaker.api], stack, speaker.ask)
        await told(speaker, _NO_KEY[speaker.api], stack, speaker.listen)
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
    assert type(error) is _NO_KEY[speaker.api][1]
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
    await told(speaker, _BAD[speaker.api], stack, speaker.ask, model=speaker.crossed, **alone)
    assert stack.upstream.asked == []
    assert await stack.counts() == before


# --- the upstream fails


_REFUSALS = {
    400: _BAD, 401: _UPSTREAM, 403: _UPSTREAM, 404: _UNKNOWN, 429: _RATE, 500: _UPSTREAM, 503: _OVERLOADED,
    529: _OVERLOADED,
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
    error = await told(speaker, _BAD[speaker.api], stack, speaker.ask)
    assert "ABCDEFGHIJKLMNOP" not in error.message
    stack.upstream.answer = faults.refuses(429, "x" * 200_000)
    await told(speaker, _RATE[speaker.api], stack, speaker.ask)


@both
async def test_an_upstream_that_is_slow_or_not_there_is_told_as_that(stack: Stack, speaker: Speaker) -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    await stack.lead("slow", speaker.api, timeout_s=0.2)
    await stack.lead("gone", speaker.api, base_url=nowhere, retries=1)
    stack.upstream.answer = faults.silent
    for number, run in enumerate((speaker.ask, speaker.listen)):
        await told(speaker, _SLOW[speaker.api], stack, run, model="slow")
        await failed(stack, speaker, 2 * number + 1, 504)
        error = await told(speaker, _UPSTREAM[speaker.api], stack, run, model="gone")
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
            error = await told(speaker, _UPSTREAM[speaker.api], stack, speaker.ask, model=model)
            code = error.response.json()["seawall"]["code"]
            assert code in ("gateway.bad_reply", "gateway.reply_untranslatable"), raw
        row = await failed(stack, speaker, 2 * count + 2, 502)
        assert row["output_item"] is None, raw


@both
async def test_an_answer_of_the_wrong_kind_is_the_upstreams_fault(stack: Stack, speaker: Speaker) -> None:
    stack.upstream.answer = faults.says(b'{"content": [], "choices": []}')
    await told(speaker, _UPSTREAM[speaker.api], stack, speaker.listen)
    stack.upstream.answer = faults.streams(*faults.begun(speaker.api))
    await told(speaker, _UPSTREAM[speaker.api], stack, speaker.ask)
    stack.upstream.answer = faults.says(b"\x00" * 2**20 + b" ")
    error = await told(speaker, _UPSTREAM[speaker.api], stack, speaker.ask)
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
    await told(speaker, _OVERLOADED[speaker.api], stack, speaker.listen)


# --- the client goes


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


# --- the blocking clients


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
        with pytest.raises(_UNKNOWN[speaker.api][1]):
            await asyncio.to_thread(blocking, stack, speaker, "none", streamed=streamed)
    stack.upstream.answer = faults.streams(*faults.begun(speaker.api), then="cut")
    with pytest.raises(speaker.sdk.APIError, match="ended the connection early"):
        await asyncio.to_thread(blocking, stack, speaker, speaker.model, streamed=True)
    stack.upstream.answer = faults.refuses(429)
    with pytest.raises(_RATE[speaker.api][1]):
        await asyncio.to_thread(blocking, stack, speaker, speaker.model, streamed=False)


# --- the database goes


def lose(stack: Stack, postgres: str) -> Callable[[], None]:
    """Let PostgreSQL drop every connection to the stack's database and take no more; return what undoes it."""
    import psycopg
    from psycopg import sql

    name = stack.rows("SELECT current_database() AS name")[0]["name"]

    def allow(whether: bool) -> None:
        with psycopg.connect(postgres, autocommit=True) as connection:
            word = sql.SQL("true" if whether else "false")
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(name), word))
            if not whether:
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    allow(False)
    return lambda: allow(True)


async def until(done: Callable[[], bool], what: str) -> None:
    for _ in range(1000):
        if done():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never: {what}")


async def test_without_the_database_nobody_is_served_and_all_is_well_when_it_is_back(
    stack: Stack, postgres: str
) -> None:
    stack.upstream.answer = faults.silent
    back = lose(stack, postgres)
    await until(lambda: not stack.live.listener.fresh, "the books were stale")
    for speaker in BOTH:
        for run in (speaker.ask, speaker.listen):
            for text in ("Good morning", JAILBREAK):
                error = await told(speaker, _OVERLOADED[speaker.api], stack, run, text)
                assert error.response.json()["seawall"]["code"] == "gateway.books_stale"
    for path in ("/v1/models", "/readyz"):
        async with httpx2.AsyncClient() as client:
            reply = await client.get(stack.url + path, headers={"x-api-key": stack.secret})
        assert reply.status_code == 503
    async with openai.AsyncOpenAI(base_url=stack.url + "/v1", api_key=stack.secret, max_retries=0) as other:
        with pytest.raises(openai.InternalServerError):
            await other.moderations.create(input="hello")
    assert stack.upstream.asked == []
    back()
    await until(lambda: stack.live.listener.fresh, "the books were fresh again")
    stack.upstream.answer = None
    for speaker in BOTH:
        assert (await speaker.ask(stack)).text == stack.upstream.says
    assert len(await stack.settled(2)) == 2


@both
async def test_an_answer_on_its_way_when_the_database_goes_is_given_and_closed_later(
    stack: Stack, postgres: str, speaker: Speaker
) -> None:
    goes_on = asyncio.Event()
    ordinary = stack.upstream

    async def waits(request: Any, body: dict[str, Any]) -> Any:
        await goes_on.wait()
        ordinary.answer = None
        return await (ordinary._messages if speaker.api == "messages" else ordinary._chat)(request, body)

    stack.upstream.answer = waits
    asking = asyncio.create_task(speaker.ask(stack))
    for _ in range(500):
        if stack.upstream.asked and stack.rows():
            break
        await asyncio.sleep(0.02)
    back = lose(stack, postgres)
    await until(lambda: not stack.live.listener.fresh, "the books were stale")
    goes_on.set()
    assert (await asking).text == stack.upstream.says
    back()
    (row,) = await stack.settled()
    assert (row["outcome"], row["status"]) == ("answered", 200)


_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON gateway_exchanges EXECUTE FUNCTION full_disk()
"""


@both
async def test_what_cannot_be_recorded_is_not_answered(stack: Stack, speaker: Speaker) -> None:
    from sqlalchemy import text as sql

    before = await stack.counts()
    stack.do(lambda tx: tx.execute(sql(_FULL)))
    for run in (speaker.ask, speaker.listen):
        for text in (JAILBREAK, "Good morning"):
            error = await told(speaker, _OVERLOADED[speaker.api], stack, run, text)
            assert error.response.json()["seawall"]["code"] in ("gateway.not_recorded", "store.full")
            assert stack.upstream.says not in error.response.text
    stack.upstream.answer = faults.refuses(400)
    error = await told(speaker, _OVERLOADED[speaker.api], stack, speaker.ask)
    stack.do(lambda tx: tx.execute(sql("DROP TRIGGER full_disk ON gateway_exchanges")))
    stack.upstream.answer = None
    assert await stack.counts() == before
    assert (await speaker.ask(stack, JAILBREAK)).reason in ("refusal", "content_filter")
    assert len(await stack.settled()) == 1
