"""Wire recertification: the job that asks, reminds, and withdraws at the deadline."""

from seawall.access.recertify import SOURCES, begin, close_due, remind
from seawall.access.recertify.model import NothingDue
from seawall.app.instance import Instance
from seawall.store.jobs import Job


def recertify_once(instance: Instance) -> None:
    """Close what is over, ask about grants whose owner is gone, remind; each in a transaction of its own."""
    database, edges = instance.database(), instance.edges()
    with database.begin() as tx:
        close_due(tx, edges, SOURCES)
    try:
        with database.begin() as tx:
            begin(tx, edges, SOURCES, by="seawall", orphans_only=True)
    except NothingDue:
        pass
    with database.begin() as tx:
        remind(tx, edges)


def recertify_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the job of recertification; every five minutes, as a grant without an owner does not wait."""
    return (Job("access.recertify", lambda: recertify_once(instance), every="*/5 * * * *"),)
