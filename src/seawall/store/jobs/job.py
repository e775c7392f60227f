"""What a job is: a named function with a schedule and retries; which jobs a worker may not start with."""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from seawall.vocabulary.errors import SeawallError


class Job(msgspec.Struct, frozen=True):
    """A named function that workers run. `every` is a cron line in UTC; `retries` come after the first attempt."""

    name: str
    run: Callable[..., object]
    every: str | None = None
    retries: int = 5
    backoff_s: int = 5


class DuplicateJob(SeawallError):
    """Two jobs have one name."""

    code = "store.duplicate_job"


class MalformedJob(SeawallError):
    """A job cannot be run as it is declared."""

    code = "store.malformed_job"


def checked(jobs: Iterable[Job]) -> dict[str, Job]:
    """Return the jobs by name. Raises DuplicateJob and MalformedJob, so that a worker does not start with them."""
    from croniter import croniter  # type: ignore[import-untyped]  # comes with Procrastinate

    jobs = tuple(jobs)
    twice = [name for name, count in Counter(job.name for job in jobs).items() if count > 1]
    if twice:
        raise DuplicateJob(f"Two jobs are named {twice[0]!r}.", hint="Every job needs a name of its own.")
    for job in jobs:
        if not job.name or job.retries < 0 or job.backoff_s < 0:
            raise MalformedJob(f"Job {job.name!r} needs a name, and retries and backoff of 0 or more.")
        if job.every is not None and not croniter.is_valid(job.every):
            raise MalformedJob(f"Job {job.name!r} runs every {job.every!r}, which is no cron line.", hint="0 3 * * *")
    return {job.name: job for job in jobs}
