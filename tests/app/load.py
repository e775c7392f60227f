"""Clients that never stop asking and note every answer that they got: what they saw must be on record."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp

from tests.gateway.conftest import JAILBREAK, SECRET
from tests.gateway.upstream import Upstream

PLAIN, LEAKY = "plain", "leaky"


class Noted(NamedTuple):
    """One answer as a client saw it. `decided` is the decision other than allow that it was told of, if any."""

    kind: str
    status: int
    exchange: str
    decision: str
    decided: str
    measure: str
    whole: bool


class Load:
    """Clients of one gateway. The same seed asks the same questions in the same order, as far as answers allow."""

    def __init__(self, url: str, secret: str, seed: int, clients: int = 8) -> None:
        self.noted: list[Noted] = []
        self.troubles: Counter[str] = Counter()
        self._url, self._secret, self._clients = url, secret, clients
        self._random = random.Random(seed)
        self._stop = asyncio.Event()
        self._asked = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Load"]:
        """Ask while the block runs."""
        asking = [asyncio.create_task(self._ask_on()) for _ in range(self._clients)]
        try:
            yield self
        finally:
            self._stop.set()
            await asyncio.gather(*asking)

    async def _ask_on(self) -> None:
        timeout = aiohttp.ClientTimeout(total=20)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while not self._stop.is_set():
                await self.ask(session)
                await asyncio.sleep(self._random.uniform(0, 0.03))

    async def ask(self, session: aiohttp.ClientSession) -> None:
        """Ask once and note what came."""
        self._asked += 1
        kind = self._random.choice(["plain", "stream", "leak", "leaky stream", "jailbreak", "jailbreak"])
        path, body = self._request(kind, f"user-{self._asked // 9}")
        try:
            async with session.post(self._url + path, json=body, headers={"x-api-key": self._secret}) as reply:
                self._note(kind, reply, b"", whole=False)
                self._note(kind, reply, await reply.read(), whole=True)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.troubles[type(error).__name__] += 1
            await asyncio.sleep(0.05)

    def _request(self, kind: str, user: str) -> tuple[str, dict[str, Any]]:
        text = JAILBREAK if kind == "jailbreak" else f"Good morning, {self._random.random()}"
        messages = [{"role": "user", "content": text}]
        model = LEAKY if "leak" in kind else PLAIN
        if self._random.random() < 0.5:
            more: dict[str, Any] = {"max_tokens": 50, "metadata": {"user_id": user}}
            path, model = "/v1/messages", f"{model}-messages"
        else:
            more, path = {"user": user}, "/v1/chat/completions"
        return path, {"model": model, "messages": messages, "stream": "stream" in kind, **more}

    def _note(self, kind: str, reply: aiohttp.ClientResponse, body: bytes, *, whole: bool) -> None:
        exchange, decision = (reply.headers.get(f"seawall-{name}", "") for name in ("exchange", "decision"))
        told = _notice(body)
        if reply.status == 403:
            told = {"decision": body.decode().partition("Decision ")[2][:29], "measure": "withhold"} if body else {}
        elif reply.status != 200:
            self.troubles[str(reply.status)] += whole
            return
        measure = str(told.get("measure", ""))
        decided = str(told["decision"]) if measure not in ("", "allow") else ""
        self.noted.append(Noted(kind, reply.status, exchange, decision, decided, measure, whole))


def _notice(body: bytes) -> dict[str, Any]:
    """Return the `seawall` field of an answer, of the last event that has one in a stream."""
    told: dict[str, Any] = {}
    for line in body.splitlines():
        text = line.removeprefix(b"data: ")
        if text.startswith(b"{"):
            try:
                told = json.loads(text).get("seawall") or told
            except ValueError:
                continue  # cut off in the middle
    return told


@asynccontextmanager
async def upstreams() -> AsyncIterator[dict[str, Upstream]]:
    """Give an upstream that says nothing special and one that gives secrets away; streams take a moment."""
    made = {PLAIN: Upstream(), LEAKY: Upstream()}
    made[LEAKY].says = f"Of course. Use {SECRET} and be careful with it, please."
    for each in made.values():
        each.pause_s = 0.01
        await each.start()
    try:
        yield made
    finally:
        for each in made.values():
            await each.stop()
