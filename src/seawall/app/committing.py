"""Wire commitments: the job that reads on in the ledger and puts on record what is in another state, and its alarms."""

import logging

from seawall.app.alerting import alert, alert_jobs
from seawall.app.instance import Instance
from seawall.commitments import step
from seawall.commitments.watch import Change
from seawall.store import Transaction
from seawall.store.jobs import Job

log = logging.getLogger(__name__)


def commitment_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the job: every minute. Raises BadRegister, so that no worker starts on documents that cannot be used."""
    book = instance.book()

    def look() -> None:
        step(instance.database(), book, record=instance.record, clock=instance.clock, alert=tell)

    def tell(tx: Transaction, change: Change) -> None:
        noted(change)
        alert(instance, tx, change)

    return (Job("commitments.look", look, every="* * * * *"), *alert_jobs(instance, book))


def noted(change: Change) -> None:
    """Say in the log what changed; what runs out or ran out is a warning."""
    told = {"what": change.what, "commitment": change.name, "state": change.after.value, "owner": change.owner}
    if change.alarming:
        log.warning("evidence of a commitment runs out or ran out", extra=told)
    else:
        log.debug("a commitment is in another state", extra=told)
