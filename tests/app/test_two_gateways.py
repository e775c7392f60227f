"""Two gateway processes on one database: who is suspended is suspended in both at once, and stays so."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from sqlalchemy import text

from seawall.app.instance import Instance
from seawall.app.settings import Settings
from tests.app.aftermath import project
from tests.app.load import PLAIN, upstreams
from tests.app.running import Home, Running, free_port, until
from tests.gateway.conftest import JAILBREAK
from tests.gateway.upstream import Upstream

USER = "user-1"


class Pair:
    """Two gateways, each on a port of its own."""

    def __init__(self, home: Home, database_url: str, secret: str) -> None:
        self.home, self.secret = home, secret
        self._database_url = database_url
        self.ports = [free_port(), free_port()]
        self.running = [self.start(port) for port in self.ports]

    def start(self, port: int) -> Running:
        running = self.home.start("gateway", SEAWALL_DATABASE_URL=self._database_url, SEAWALL_PORT=str(port))
        home = Home(self.home.folder, port=port)
        home.url = f"http://127.0.0.1:{port}"
        until(home.is_ready, f"the gateway on {port}")
        return running

    async def ask(self, port: int, words: str = "Good morning", user: str = USER) -> int:
        """Return the status of an answer."""
        body = {"model": PLAIN, "messages": [{"role": "user", "content": words}], "user": user}
        address = f"http://127.0.0.1:{port}/v1/chat/completions"
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, json=body, headers={"x-api-key": self.secret}) as reply,
        ):
            return reply.status

    async def until_both(self, status: int, user: str = USER) -> float:
        """Wait until both gateways answer so, and return how many seconds it took."""
        began = time.monotonic()
        for port in self.ports:
            while await self.ask(port, user=user) != status:
                assert time.monotonic() - began < 30, f"the gateway on {port} never answered {status}"
        return time.monotonic() - began

    def accounts(self, *arguments: str) -> None:
        """Run a command of accounts as a person would."""
        done = self.home.run("accounts", *arguments, SEAWALL_DATABASE_URL=self._database_url)
        assert done.returncode == 0, done.stderr


@pytest.fixture
async def models() -> AsyncIterator[dict[str, Upstream]]:
    async with upstreams() as made:
        yield made


@pytest.fixture
def instance(fresh: Home, database_url: str) -> Iterator[Instance]:
    made = Instance(Settings(data_dir=str(fresh.data_dir), database_url=database_url))
    yield made
    made.close()


@pytest.fixture
async def pair(fresh: Home, database_url: str, instance: Instance, models: dict[str, Upstream]) -> AsyncIterator[Pair]:
    secret = await asyncio.to_thread(project, instance, models)
    pair = await asyncio.to_thread(Pair, fresh, database_url, secret)
    yield pair
    for each in pair.running:
        each.swept()


def _states(instance: Instance) -> dict[str, str]:
    with instance.database().begin() as tx:
        return {row.id: row.state for row in tx.execute(text("SELECT id, state FROM enforce_accounts"))}


async def test_a_suspension_a_restart_and_a_reinstatement_reach_both(pair: Pair, instance: Instance) -> None:
    assert await pair.ask(pair.ports[0], JAILBREAK) == 200
    (account,) = _states(instance)
    await asyncio.to_thread(pair.accounts, "suspend", account, "--days", "3", "--reason-code", "spam")
    print(f"suspended everywhere after {await pair.until_both(403):.3f} s")
    assert await pair.ask(pair.ports[1], user="somebody else") == 200

    # A gateway that starts anew forgets nothing.
    pair.running[1].end()
    pair.running[1] = await asyncio.to_thread(pair.start, pair.ports[1])
    assert await pair.ask(pair.ports[1]) == 403

    await asyncio.to_thread(pair.accounts, "reinstate", account, "--reason-code", "appeal_upheld")
    print(f"reinstated everywhere after {await pair.until_both(200):.3f} s")
    assert _states(instance) == {account: "good"}


async def test_an_account_that_nothing_was_held_against_can_be_suspended(pair: Pair, instance: Instance) -> None:
    assert await pair.ask(pair.ports[0], "Good morning.", user="stranger") == 200
    with instance.database().begin() as tx:
        key = tx.scalar(text("SELECT id FROM access_keys"))
    await asyncio.to_thread(pair.accounts, "meet", key, "--end-user", "stranger")
    (account,) = _states(instance)
    await asyncio.to_thread(pair.accounts, "suspend", account, "--reason-code", "spam")
    await pair.until_both(403, user="stranger")
    assert await pair.ask(pair.ports[0], "Good morning.", user="somebody else") == 200


async def test_a_reversed_decision_is_undone_in_both(pair: Pair, instance: Instance) -> None:
    for _ in range(3):
        assert await pair.ask(pair.ports[0], JAILBREAK) == 200
    (account,) = _states(instance)
    assert _states(instance) == {account: "restricted"}
    with instance.database().begin() as tx:
        decisions = list(tx.scalars(text("SELECT decision FROM enforce_acts WHERE decision IS NOT NULL ORDER BY seq")))
    for decision in decisions:
        await asyncio.to_thread(pair.accounts, "reverse", decision, "--reason-code", "appeal_upheld")
    assert _states(instance) == {account: "good"}
    # Far more than the restriction let through.
    for port in pair.ports:
        assert {await pair.ask(port) for _ in range(12)} == {200}
