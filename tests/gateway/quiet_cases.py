"""What is done with a canary under zero retention, and how the exchanges of it end."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from tests.app.running import free_port, until
from tests.gateway import faults
from tests.gateway.conftest import JAILBREAK
from tests.gateway.house import House
from tests.gateway.speakers import BOTH, CHAT, MESSAGES
from tests.gateway.upstream import Upstream

# A canary of its own, which detectors find.
SECRET = "AK" + "IA" + "".join(random.SystemRandom().choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=16))
# What was said in ordinary exchanges, for a search for digests of it.
SAID: list[bytes] = []
_ROOT = Path(__file__).parents[2]


class Case(NamedTuple):
    """What is done with a canary, and the outcomes that are on record afterwards."""

    run: Callable[[House, Upstream, str], Awaitable[None]]
    outcomes: tuple[str, ...]


def _who(api: str, user: str) -> dict[str, Any]:
    return {"metadata": {"user_id": user}} if api == "messages" else {"user": user}


async def ordinary(house: House, upstream: Upstream, canary: str) -> None:
    upstream.says = f"You said {canary}."
    async with httpx2.AsyncClient() as client:
        for speaker in BOTH:
            raw = json.dumps(speaker.body(f"Repeat {canary}", metadata={"user_id": canary}, user=canary)).encode()
            reply = await client.post(house.url + speaker.path, content=raw, headers={"x-api-key": house.secret})
            assert canary in str(reply.json()["content" if speaker is MESSAGES else "choices"])
            SAID.extend((raw, reply.content, f"Repeat {canary}".encode(), upstream.says.encode()))


async def refused(house: House, upstream: Upstream, canary: str) -> None:
    for speaker in BOTH:
        for run in (speaker.ask, speaker.listen):
            heard = await run(house, f"{JAILBREAK} {canary}", **_who(speaker.api, canary))
            assert heard.reason in ("refusal", "content_filter")


async def rewritten(house: House, upstream: Upstream, canary: str) -> None:
    upstream.says = f"Use {SECRET} and {canary}"
    for speaker in BOTH:
        heard = await speaker.ask(house, f"My key is {SECRET} {canary}", **_who(speaker.api, canary))
        assert SECRET not in heard.text
    assert SECRET not in json.dumps(upstream.asked)


async def streamed(house: House, upstream: Upstream, canary: str) -> None:
    upstream.says, upstream.chunk = f"Use {SECRET} and {canary}", 5
    upstream.calls = [(f"look_up_{canary}", json.dumps({"what": canary}))]
    for speaker in BOTH:
        heard = await speaker.listen(house, f"I have no reason to go on, {canary} {SECRET}", model=speaker.crossed)
        assert canary in heard.text
        assert SECRET not in heard.text


async def failed_upstream(house: House, upstream: Upstream, canary: str) -> None:
    for speaker in BOTH:
        bad = (canary.encode(), b"{" + canary.encode() + b"\\", json.dumps({canary: 1, "content": canary}).encode())
        refusals = (faults.refuses(400, f"bad {canary}"), faults.refuses(500, canary))
        for answer in (*refusals, *(faults.says(raw) for raw in bad)):
            upstream.answer = answer
            with pytest.raises(speaker.sdk.APIStatusError):
                await speaker.ask(house, canary)


async def failed_stream(house: House, upstream: Upstream, canary: str) -> None:
    for speaker in BOTH:
        told = faults.chunk({"content": canary}) if speaker is CHAT else faults.begun("messages")[0]
        for last in (faults.error_event(speaker.api, canary), f"data: {canary}\n\n".encode(), b"data: []\n\n"):
            upstream.answer = faults.streams(told, last, then="cut")
            with pytest.raises(speaker.sdk.APIError):
                await speaker.listen(house, canary)


async def malformed(house: House, upstream: Upstream, canary: str) -> None:
    wrong = [
        canary.encode(), b'{"model": "' + canary.encode(), json.dumps({"model": canary}).encode(),
        json.dumps({"model": canary, "max_tokens": 5, "messages": [{"role": "user", "content": canary}]}).encode(),
        json.dumps({"model": "claude", "max_tokens": canary, "messages": canary}).encode(),
        json.dumps({"model": "claude", "messages": [{"role": canary, "content": {canary: canary}}]}).encode(),
        canary.encode("utf-16"), b"\x00" + canary.encode(),
    ]  # fmt: skip
    async with httpx2.AsyncClient() as client:
        for raw in wrong:
            for path in ("/v1/messages", "/v1/chat/completions", "/v1/moderations", "/v1/messages/count_tokens"):
                headers = {"x-api-key": house.secret}
                assert (await client.post(house.url + path, content=raw, headers=headers)).status_code in (400, 404)
            asked = await client.post(house.url + "/v1/messages", content=raw, headers={"x-api-key": raw.hex()})
            assert asked.status_code == 401
            assert (await client.post(f"{house.url}/v1/other", content=raw)).status_code == 404


async def counted(house: House, upstream: Upstream, canary: str) -> None:
    async with house.anthropic() as client, house.openai() as other:
        turns: Any = [{"role": "user", "content": canary}]
        await client.messages.count_tokens(model="claude", messages=turns)
        await client.messages.count_tokens(model="gpt", messages=turns)
        assert (await other.moderations.create(input=[canary, f"I feel suicidal {canary}"])).results[1].flagged


async def held(house: House, upstream: Upstream, canary: str) -> None:
    for speaker in BOTH:
        heard = await speaker.ask(house, f"Where is my polling place, {canary}?")
        assert heard.reason in ("refusal", "content_filter")
    assert upstream.asked == []


async def interrupted(house: House, upstream: Upstream, canary: str) -> None:
    events = faults.chunk({"content": canary}), faults.chunk({"content": " and then"})
    upstream.answer = faults.streams(*events, then="silent")
    heard: list[str] = []
    listening = asyncio.create_task(CHAT.listen(house, canary, heard=heard))
    while not any(heard):  # noqa: ASYNC110 - until the first words are there
        await asyncio.sleep(0.01)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


def _start_faulty(house: House, port: int) -> "subprocess.Popen[bytes]":
    home = house.home
    with (home.folder / "faulty.out").open("wb") as out, (home.folder / "faulty.err").open("wb") as err:
        environment = home.environment | {"PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}"}
        command = [sys.executable, "-m", "tests.gateway.faulty", str(port)]
        return subprocess.Popen(command, cwd=home.folder, env=environment, stdout=out, stderr=err)


async def broken(house: House, upstream: Upstream, canary: str) -> None:
    """Ask a gateway that fails in every way that a program can, in the words of the request."""
    port = free_port()
    process = _start_faulty(house, port)
    url, house.url = house.url, f"http://127.0.0.1:{port}"
    try:
        await asyncio.to_thread(until, lambda: house.opens(house.secret), "the faulty gateway")
        for speaker in BOTH:
            for run in (speaker.ask, speaker.listen):
                with pytest.raises(speaker.sdk.InternalServerError, match="failed on this request"):
                    await run(house, canary)
        await asyncio.to_thread(until, house.closed, "the end of its exchanges")
    finally:
        house.url = url
        process.terminate()
        process.wait(30)
    logged = (house.home.folder / "faulty.err").read_text()
    assert all(word in logged for word in ("request failed", "ValueError", "nobody caught"))


CASES = {
    "an ordinary exchange": Case(ordinary, ("answered",) * 2),
    "a refused one": Case(refused, ("refused",) * 4),
    "a rewritten one": Case(rewritten, ("answered",) * 2),
    "a streamed one": Case(streamed, ("answered",) * 2),
    "an upstream that fails": Case(failed_upstream, ("failed",) * 10),
    "an upstream that fails in mid-stream": Case(failed_stream, ("failed",) * 6),
    "a malformed request": Case(malformed, ()),
    "counting and moderation": Case(counted, ("answered",) * 2),
    "hold that becomes withhold": Case(held, ("refused",) * 2),
    "a client that goes": Case(interrupted, ("interrupted",)),
    "an unexpected exception": Case(broken, ("failed",) * 4),
}
