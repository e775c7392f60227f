"""Wire commitments: the job that reads on in the ledger and puts on record what is in another state, and its alarm."""

import logging

from seawall.app.instance import Instance
from seawall.commitments import step
from seawall.commitments.watch import Change
from seawall.store.jobs import Job

log = logging.getLogger(__name__)


def commitment_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the job: every minute. Raises BadRegister, so that no worker starts on documents that cannot be used."""
    book = instance.book()

    def look() -> None:
        step(instance.database(), book, record=instance.record, clock=instance.clock, alert=tell)

    return (Job("commitments.look", look, every="* * * * *"),)


def tell(change: Change) -> None:
    """Say in the log what changed; what runs out or ran out is a warning. Whatever else alarms people goes here."""
    told = {"what": change.what, "commitment": change.name, "state": change.after.value, "owner": change.owner}
    if change.alarming:
        log.warning("evidence of a commitment runs out or ran out", extra=told)
    else:
        log.debug("a commitment is in another state", extra=told)
