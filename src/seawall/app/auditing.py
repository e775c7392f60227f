"""Wire the audit: its streams, and the jobs that keep them and the index going."""

from seawall.app.instance import Instance
from seawall.audit.search import bring_up_to_date
from seawall.audit.sending import sender
from seawall.audit.streams import deliver
from seawall.store.jobs import Job


def deliver_now(instance: Instance) -> int:
    """Send what every stream is due; return how many lines were looked at."""
    return deliver(instance.database(), sender(instance.unseal, instance.clock), instance.clock)


def audit_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the audit's own work for the worker."""

    def index() -> None:
        with instance.database().begin() as tx:
            bring_up_to_date(tx)

    return (
        Job("audit.deliver", lambda: deliver_now(instance), every="* * * * *"),
        Job("audit.index", index, every="*/5 * * * *"),
    )
