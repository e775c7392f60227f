"""What a worker does for investigations: the index, searches through what was said, screenings of the past."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from seawall.app.accurate import started
from seawall.app.instance import Instance
from seawall.app.investigating import desk
from seawall.gateway.again import Again
from seawall.gateway.screening import Screens
from seawall.investigations.desk import Screener
from seawall.investigations.indexing import jobs
from seawall.investigations.rescreening import rescreen_job
from seawall.investigations.scanning import scan_job
from seawall.screen.cascade import Tiers
from seawall.screen.linear import LinearClassifier
from seawall.store.jobs import Job


def investigation_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs."""

    @asynccontextmanager
    async def screening() -> AsyncIterator[Screener]:
        classifiers = [LinearClassifier.load()] if instance.settings.classifiers else []
        async with started(instance.settings) as accurate:
            yield Again(Screens(classifiers), Tiers(await accurate()))

    working, database = desk(instance), instance.database()
    return (*jobs(database, working), scan_job(database, working), rescreen_job(database, working, screening))
