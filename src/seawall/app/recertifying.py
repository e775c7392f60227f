"""Wire recertification: the job that asks, reminds, withdraws at the deadline; and the daily reminder of all else."""

from seawall.access.recertify import SOURCES, begin, close_due, remind
from seawall.access.recertify.model import NothingDue
from seawall.access.rights import follow
from seawall.access.waiting import remind as remind_all
from seawall.access.waiting import reminding
from seawall.app.instance import Instance
from seawall.app.voting import voting
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
    """Return the jobs: every five minutes, as a grant without an owner does not wait; and a reminder once a day."""
    return (
        Job("access.recertify", lambda: recertify_once(instance), every="*/5 * * * *"),
        reminding(lambda: remind_once(instance)),
    )


def remind_once(instance: Instance) -> int:
    """Record what waits for everybody; return for how many something does."""
    desk = voting(instance)
    with instance.database().begin() as tx:
        follow(tx, desk.rights)
        return remind_all(tx, instance.edges(), desk)
