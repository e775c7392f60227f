"""Without the database nobody is served: lost, back again, or full."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text as statement

from tests.gateway import faults
from tests.gateway.conftest import JAILBREAK, Stack
from tests.gateway.failures.told import OVERLOADED, told
from tests.gateway.speakers import BOTH, Speaker, both


def lose(stack: Stack, postgres: str) -> Callable[[], None]:
    """Let PostgreSQL drop every connection to the stack's database and take no more; return what undoes it."""
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
                error = await told(speaker, OVERLOADED[speaker.api], stack, run, text)
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
    before = await stack.counts()
    stack.do(lambda tx: tx.execute(statement(_FULL)))
    for run in (speaker.ask, speaker.listen):
        for text in (JAILBREAK, "Good morning"):
            error = await told(speaker, OVERLOADED[speaker.api], stack, run, text)
            assert error.response.json()["seawall"]["code"] in ("gateway.not_recorded", "store.full")
            assert stack.upstream.says not in error.response.text
    stack.upstream.answer = faults.refuses(400)
    error = await told(speaker, OVERLOADED[speaker.api], stack, speaker.ask)
    stack.do(lambda tx: tx.execute(statement("DROP TRIGGER full_disk ON gateway_exchanges")))
    stack.upstream.answer = None
    assert await stack.counts() == before
    assert (await speaker.ask(stack, JAILBREAK)).reason in ("refusal", "content_filter")
    assert len(await stack.settled()) == 1
