"""A worker that runs as long as a block, and what waits for it and what it left."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from seawall.store import Database
from seawall.store.jobs import Job, Stop, dead_letters, enqueue, queued, run_worker


@asynccontextmanager
async def working(
    database: Database, *jobs: Job, stop: Stop | None = None, stalled_s: float = 30.0, concurrency: int = 2
) -> AsyncIterator[asyncio.Task[None]]:
    stop = stop or asyncio.Event()
    task = asyncio.create_task(
        run_worker(database, jobs, stop=stop, polling_s=0.05, stalled_s=stalled_s, concurrency=concurrency)
    )
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def until(met: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something holds; fail when it does not in a time far beyond what it needs."""
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def queue_one(database: Database, name: str, **arguments: str | int | bool | None) -> int:
    with database.begin() as tx:
        return enqueue(tx, name, **arguments)


def dead(database: Database) -> list[tuple[str, int, str]]:
    with database.begin() as tx:
        return [(letter.name, letter.attempts, letter.error) for letter in dead_letters(tx)]


def queue_is_empty(database: Database) -> bool:
    with database.begin() as tx:
        return not queued(tx)
