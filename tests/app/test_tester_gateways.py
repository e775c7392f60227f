"""An outside tester before two gateway processes: one budget for both, and an end that both hear of at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from seawall.access import testers
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from tests.access.engagement import Engaged, engage
from tests.app.aftermath import project
from tests.app.load import PLAIN, upstreams
from tests.app.running import Home
from tests.app.test_two_gateways import Pair
from tests.gateway.upstream import Upstream


@pytest.fixture
async def models() -> AsyncIterator[dict[str, Upstream]]:
    async with upstreams() as made:
        yield made


@pytest.fixture
def instance(fresh: Home, database_url: str) -> Iterator[Instance]:
    made = Instance(Settings(data_dir=str(fresh.data_dir), database_url=database_url))
    yield made
    made.close()


def _engaged(instance: Instance, name: str, **given: int) -> Engaged:
    with instance.database().begin() as tx:
        return engage(tx, instance.edges(), project=name, models=(PLAIN,), **given)


@pytest.fixture
async def pair(fresh: Home, database_url: str, instance: Instance, models: dict[str, Upstream]) -> AsyncIterator[Pair]:
    secret = await asyncio.to_thread(project, instance, models)
    pair = await asyncio.to_thread(Pair, fresh, database_url, secret)
    yield pair
    for each in pair.running:
        each.swept()


def _project(instance: Instance) -> str:
    with instance.database().begin() as tx:
        return str(tx.exec_driver_sql("SELECT name FROM access_projects").scalar_one())


async def test_one_budget_holds_in_both_and_over_a_restart_and_the_end_reaches_both(
    pair: Pair, instance: Instance
) -> None:
    name = await asyncio.to_thread(_project, instance)
    made = await asyncio.to_thread(lambda: _engaged(instance, name, request_budget=6))
    pair.secret = made.secret
    await pair.until_both(200)
    left = [await pair.ask(port) for port in pair.ports * 4]
    assert 429 in left
    with instance.database().begin() as tx:
        # Two processes that have not heard of each other yet may let one more through between them.
        assert 6 <= testers.used(tx, made.engagement.id)[0] <= 7
    assert [await pair.ask(port) for port in pair.ports] == [429, 429]
    pair.running[1].end()
    pair.running[1] = await asyncio.to_thread(pair.start, pair.ports[1])
    assert await pair.ask(pair.ports[1]) == 429

    other = await asyncio.to_thread(lambda: _engaged(instance, name))
    pair.secret = other.secret
    await pair.until_both(200)
    began = time.monotonic()
    with instance.database().begin() as tx:
        testers.end(tx, instance.edges(), other.engagement.id, by="test")
    await pair.until_both(403)
    print(f"ended everywhere after {time.monotonic() - began:.3f} s")
