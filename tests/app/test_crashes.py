"""Whatever dies at whatever moment: what a client was told is on record, once, and the ledger verifies.

The processes are real, the moments are drawn from a seed. Nothing here waits for a clock: where a worker would wait
for half a minute to call a process dead, the test calls it so at once.
"""

import asyncio
import json
import random
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from sqlalchemy import text

from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.app.settings import Settings
from seawall.ledger.files import NotPublished
from seawall.ledger.write import record
from seawall.store import Database, embedded
from seawall.vocabulary.records.exchanges import ExchangesBatched
from tests.app.aftermath import Aftermath, project
from tests.app.load import LEAKY, PLAIN, Load, upstreams
from tests.app.running import Home, Running, words
from tests.conftest import FrozenClock
from tests.gateway.conftest import SECRET
from tests.gateway.upstream import Upstream

SEED = 20260101
KILLS = 8

Upstreams = dict[str, Upstream]


@pytest.fixture
async def models() -> AsyncIterator[Upstreams]:
    async with upstreams() as made:
        yield made


@pytest.fixture
def started() -> Iterator[list[Running]]:
    """What a test starts by itself, ended when the test ends."""
    running: list[Running] = []
    yield running
    for each in running:
        each.swept()


def _instance(home: Home) -> Instance:
    return Instance(Settings(data_dir=str(home.data_dir)))


def _prepared(home: Home, models: Upstreams) -> str:
    instance = _instance(home)
    try:
        return project(instance, models)
    finally:
        instance.close()


async def _until(met: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait, without keeping the upstream and the clients from their work."""
    try:
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(met):  # noqa: ASYNC110 - it looks at processes and files
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{what} did not come about") from None


def _workers(home: Home) -> int:
    instance = _instance(home)
    try:
        with instance.database().begin() as tx:
            return int(tx.scalar(text("SELECT count(*) FROM procrastinate_workers")) or 0)
    finally:
        instance.close()


def _named(process: psutil.Process) -> str:
    """Return a process's name; empty of one that has ended."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def _victims(up: Running) -> dict[str, list[psutil.Process]]:
    family = up.family()
    return {
        "gateway": [each for each in family if "gateway" in words(each)],
        "work": [each for each in family if "work" in words(each)],
        "postmaster": [each for each in family if _named(each) == "postgres" and "-D" in words(each)],
        "backend": [each for each in family if "[local]" in " ".join(words(each))],
    }


KINDS = ("gateway", "work", "postmaster", "backend")


async def _kill_one(up: Running, kind: str, chance: random.Random) -> None:
    """Kill a process of a kind, as soon as there is one."""
    await _until(lambda: _victims(up)[kind] or up.process.poll() is not None, f"another {kind}")
    assert up.process.poll() is None, up.logged[-2000:]
    with suppress(psutil.NoSuchProcess, IndexError):
        chance.choice(_victims(up)[kind]).kill()


@pytest.mark.slow
async def test_no_decision_is_lost_whichever_process_is_killed_under_load(
    home: Home, models: Upstreams, started: list[Running]
) -> None:
    secret = _prepared(home, models)
    home.environment["SEAWALL_GATEWAYS"] = "2"
    up = home.up()
    # A second worker: of all who publish, one does at a time.
    started += [home.start("work"), up]
    await _until(lambda: _workers(home) == 2, "the second worker")
    chance = random.Random(SEED)
    load = Load(home.url, secret, SEED)
    async with load.running():
        for kind in chance.sample(KINDS * 2, KILLS):
            await asyncio.sleep(chance.uniform(0.1, 0.6))
            await _kill_one(up, kind, chance)
        answered = len(load.noted)
        await _until(lambda: len(load.noted) > answered + 50, "answers after the last kill")
        up.end(signal.SIGKILL)
    assert started[0].end() == 0, started[0].logged[-3000:]
    again = home.up()  # and once more, to see that it starts after all this
    assert again.end() == 0

    instance = _instance(home)
    try:
        after = Aftermath(instance)
        after.check(load.noted)
        after.verified_by(home)
        assert {each.measure for each in load.noted} >= {"withhold", "rewrite", ""}
        assert after.strikes
    finally:
        instance.close()


async def _ask(url: str, path: str, secret: str, model: str, words: str = "Good morning") -> tuple[int, dict[str, Any]]:
    body = {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": words}]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url + path, json=body, headers={"x-api-key": secret}) as reply,
    ):
        return reply.status, await reply.json()


# Each API with the suffix of its models and what it calls a service that cannot answer now.
APIS = [("/v1/messages", "-messages", 529), ("/v1/chat/completions", "", 503)]


async def _refused(home: Home, secret: str) -> None:
    """Both APIs refuse in their own shape."""
    for path, suffix, unavailable in APIS:
        status, body = await _ask(home.url, path, secret, PLAIN + suffix)
        assert status == unavailable, body
        assert body["error"]["message"]
        assert body.get("type", "error") == "error"


async def _served(home: Home, secret: str) -> None:
    for path, suffix, _ in APIS:
        status, body = await _ask(home.url, path, secret, PLAIN + suffix)
        assert status == 200, body


async def test_a_database_that_goes_and_comes_back_is_an_outage_and_no_loss(
    home: Home, models: Upstreams, started: list[Running]
) -> None:
    secret = _prepared(home, models)
    server = await asyncio.to_thread(embedded.start, home.data_dir)
    try:
        started += [home.start(name, SEAWALL_DATABASE_URL=server.get_uri()) for name in ("gateway", "work")]
        await _until(home.is_ready, "readiness")
        await _served(home, secret)
        await _until((home.data_dir / "ledger" / "checkpoint").exists, "the worker's first checkpoint")

        # One is under way when the database goes: it was opened, and its answer needs a decision.
        held = asyncio.Event()
        models[LEAKY].answer = _after(held, models[LEAKY])
        under_way = asyncio.create_task(_ask(home.url, "/v1/messages", secret, f"{LEAKY}-messages"))
        await _until(lambda: models[LEAKY].asked, "the call to the upstream")
        await _until(lambda: _count(server, "closed_at IS NULL") == 1, "the opening")
        await asyncio.to_thread(server.cleanup)
        held.set()
        status, body = await under_way
        assert status == 529
        assert SECRET not in json.dumps(body)

        await _until(lambda: not home.is_ready(), "the loss")
        await _refused(home, secret)
        server = await asyncio.to_thread(embedded.start, home.data_dir)
        await _until(home.is_ready, "readiness again")
        await _served(home, secret)
        assert [each.process.poll() for each in started] == [None, None]
        await _until(lambda: _count(server, "outcome = 'answered'") == 4, "the closings")
        assert [each.end() for each in started] == [0, 0]
        assert _count(server, "true") == 5
        assert _count(server, "outcome = 'failed'") == 1
        assert "canary" not in "".join(each.logged for each in started)
    finally:
        await asyncio.to_thread(server.cleanup)
    instance = _instance(home)
    try:
        Aftermath(instance).verified_by(home)
    finally:
        instance.close()


def _after(held: asyncio.Event, upstream: Upstream) -> Any:
    async def answer(request: Any, body: dict[str, Any]) -> Any:
        await held.wait()
        upstream.answer = None
        return await upstream._messages(request, body)

    return answer


def _count(server: embedded.Server, where: str) -> int:
    database = Database(server.get_uri())
    try:
        with database.begin() as tx:
            return int(tx.scalar(text(f"SELECT count(*) FROM gateway_exchanges WHERE {where}")) or 0)  # noqa: S608
    finally:
        database.close()


@pytest.fixture
def small_disk(fresh: Home, made: Path) -> Iterator[Home]:
    """A home whose data directory is a disk of its own, with little room."""
    fresh.data_dir.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "seawall-test", str(fresh.data_dir)],
        check=False, capture_output=True,
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("no file system can be mounted here, so no disk can be full")
    subprocess.run(["cp", "-a", f"{made}/.", str(fresh.data_dir)], check=True)
    yield fresh
    subprocess.run(["umount", "-l", str(fresh.data_dir)], check=True)


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
    return filler


async def test_a_full_disk_refuses_and_with_room_again_all_goes_on(
    small_disk: Home, models: Upstreams, started: list[Running]
) -> None:
    home = small_disk
    secret = _prepared(home, models)
    up = home.up()
    started.append(up)
    await _served(home, secret)

    filler = await asyncio.to_thread(_fill, home.data_dir)
    long = "Good morning. " * 20_000
    answers = [await _ask(home.url, "/v1/messages", secret, f"{PLAIN}-messages", long) for _ in range(6)]
    assert [status for status, _ in answers][-1] == 529
    full = [body for status, body in answers if status != 200]
    assert all(body["error"]["message"] for body in full)

    filler.unlink()
    await _until(home.is_ready, "readiness")
    await _served(home, secret)
    assert up.end() == 0
    instance = _instance(home)
    try:
        after = Aftermath(instance)
        after.check([])
        after.verified_by(home)
        answered = sum(status == 200 for status, _ in answers) + 4
        assert sum(row["outcome"] == "answered" for row in after.exchanges.values()) == answered
    finally:
        instance.close()


def test_a_full_disk_of_the_ledger_changes_nothing_that_was_published(
    small_disk: Home, database_url: str, clock: FrozenClock
) -> None:
    home = small_disk
    instance = Instance(Settings(data_dir=str(home.data_dir / "here"), database_url=database_url), clock)
    try:
        _write(instance, 300)
        publish_once(instance)
        filler = _fill(home.data_dir)
        _write(instance, 300)
        with pytest.raises(NotPublished, match="No space left on device"):
            publish_once(instance)
        key = instance.ledger_key()
        told = home.told("ledger", "verify", str(instance.ledger_dir), "--key", key)
        assert (told["verified"], told["size"]) == (True, 300)
        filler.unlink()
        publish_once(instance)
        told = home.told("ledger", "verify", str(instance.ledger_dir), "--key", key)
        assert (told["verified"], told["size"]) == (True, 600)
    finally:
        instance.close()


def _write(instance: Instance, count: int) -> None:
    with instance.database().begin() as tx:
        for number in range(count):
            instance.record(tx, ExchangesBatched(batch=f"ba_{number}", size=1, root="00"))


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_neither_loses_nor_forks_anything(
    home: Home, database_url: str, clock: FrozenClock, days: int
) -> None:
    instance = Instance(Settings(data_dir=str(home.data_dir / "here"), database_url=database_url), clock)
    try:
        for _ in range(3):
            _write(instance, 2)
            publish_once(instance)
            clock.advance(days=days)
        clock.advance(days=4)  # by now every body is old enough, whatever time it bears
        publish_once(instance)
        told = home.told("ledger", "verify", str(instance.ledger_dir), "--key", instance.ledger_key())
        assert (told["verified"], told["size"], told["bodies"]) == (True, 6, 6)
    finally:
        instance.close()


def test_a_record_with_a_name_from_the_past_comes_after_those_that_were_published(
    home: Home, database: Database, clock: FrozenClock
) -> None:
    # A clock that was put back gives such names; so does a transaction that commits late, which needs no clock.
    instance = Instance(Settings(data_dir=str(home.data_dir / "here"), database_url=database.url), clock)
    try:
        with database.begin() as late:
            early = record(late, ExchangesBatched(batch="ba_early", size=1, root="00"), clock=clock)
            _write(instance, 3)
            publish_once(instance)
        publish_once(instance)
        with database.begin() as tx:
            found = tx.execute(text("SELECT id, sequence FROM ledger_records ORDER BY sequence")).all()
        assert found[-1].id == early == min(row.id for row in found)
        told = home.told("ledger", "verify", str(instance.ledger_dir), "--key", instance.ledger_key())
        assert (told["verified"], told["size"]) == (True, 4)
    finally:
        instance.close()
