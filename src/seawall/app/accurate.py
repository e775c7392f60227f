"""The accurate tier of a process, from the settings. Its workers load while the process loads its own code.

Light on purpose: what is imported here is loaded before the workers start.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from seawall.app.settings import Settings
from seawall.screen.pool import ENCODER, Limits, Pool, TierFailed

log = logging.getLogger(__name__)

Accurate = Callable[[], Awaitable[Pool | None]]


@asynccontextmanager
async def started(settings: Settings, load: str = ENCODER) -> AsyncIterator[Accurate]:
    """Start the accurate tier and give what waits for it.

    That is None, with a warning, where the tier is left out or cannot run: the cascade then says so.
    """
    limits = Limits(
        workers=settings.accurate_workers if settings.classifiers else 0,
        most_waiting=settings.accurate_waiting,
        deadline_s=settings.accurate_deadline_s,
    )
    pool = Pool(load, limits)

    async def ready() -> Pool | None:
        if limits.workers < 1:
            return None
        try:
            await pool.ready()
        except TierFailed as unusable:
            log.warning("%s", unusable.message, extra={"code": unusable.code})
            await pool.end()
            return None
        return pool

    pool.start()
    try:
        yield ready
    finally:
        await pool.end()
