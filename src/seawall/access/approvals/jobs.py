"""What workers do for two-party control: close what nobody answered, tell of acts that were done alone."""

import logging

from seawall.access.approvals.alarms import JOB
from seawall.access.approvals.glass import overdue
from seawall.access.approvals.model import Desk
from seawall.access.approvals.requests import expire
from seawall.access.people.edges import Edges
from seawall.access.rights import follow
from seawall.store import Database
from seawall.store.jobs import Job

_EVERY_MINUTE = "* * * * *"
log = logging.getLogger(__name__)


def jobs(database: Database, edges: Edges, desk: Desk) -> tuple[Job, ...]:
    """Return them."""

    def close() -> None:
        with database.begin() as tx:
            expire(tx, edges)

    def look() -> None:
        with database.begin() as tx:
            follow(tx, desk.rights)
            overdue(tx, edges, desk)

    return (
        Job("approvals.expire", close, every=_EVERY_MINUTE),
        Job("approvals.overdue", look, every=_EVERY_MINUTE),
        Job(JOB, say),
    )


def say(request: str, what: str, told: int) -> None:
    """Write the log line of an alarm."""
    words = {"broken": "somebody acts alone", "overdue": "a review of what somebody did alone is overdue"}
    log.error("alarm: %s", words[what], extra={"request": request, "told": told})
