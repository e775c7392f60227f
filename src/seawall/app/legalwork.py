"""Wire legal requests: what they are worked with, and what a worker does for them."""

from datetime import timedelta

from seawall.app.instance import Instance
from seawall.cases.legal import Bureau
from seawall.cases.legal.model import Limits
from seawall.cases.legal.notifying import tell_due
from seawall.cases.legal.preserving import release_due
from seawall.cases.legal.sources import reports, standing
from seawall.gateway.producible import producible, used_through
from seawall.store.jobs import Job


def bureau(instance: Instance) -> Bureau:
    """Return what legal requests are worked with."""
    return Bureau(
        edges=instance.edges(),
        rights=instance.rights(),
        sources=(producible, standing, reports),
        used_through=used_through,
        limits=limits(instance),
    )


def limits(instance: Instance) -> Limits:
    """Return what the operator set."""
    here = instance.settings
    return Limits(smallest_cell=here.legal_smallest_cell, notice_for=timedelta(days=here.legal_notice_days))


def legal_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs: release preservations that are over, tell people once nothing bars it any more."""
    working = bureau(instance)

    def release() -> None:
        with instance.database().begin() as tx:
            release_due(tx, working)

    def tell() -> None:
        with instance.database().begin() as tx:
            tell_due(tx, working)

    return (Job("legal.release_due", release, every="*/5 * * * *"), Job("legal.tell_due", tell, every="*/5 * * * *"))
