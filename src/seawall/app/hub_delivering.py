"""Bring the edition that is shown to every target, by a job that is tried again; looked through once more before.

hub.published -> shown here -> asked of each target -> job -> every file and the scan again -> target -> noted
"""

import os

from seawall.app import hubbing
from seawall.app.hub_targets import targets
from seawall.app.instance import Instance
from seawall.hub import deliveries
from seawall.hub.folder import editions_of
from seawall.hub.targets import Edition, Target
from seawall.store.jobs import Job, enqueue
from seawall.vocabulary.errors import NotFound

JOB, LOOK = "hub.deliver", "hub.targets"
# The last of them comes after most of a day.
_RETRIES, _BACKOFF_S = 7, 5


class NoSuchTarget(NotFound):
    """The settings name no target like that."""

    code = "hub.no_such_target"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        hint = f"Known: {', '.join(known)}." if known else "Name `hub_targets` in seawall.toml, see docs/hub.md."
        super().__init__(f"There is no target {name!r}.", hint=hint)


class NothingShown(NotFound):
    """No edition is shown yet, so there is nothing to deliver."""

    code = "hub.nothing_shown"

    def __init__(self) -> None:
        super().__init__("No edition of the hub is shown yet.", hint="seawall hub publish")


def delivery_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs, where there are targets. Raises BadSettings, so that no worker starts on wrong ones."""
    if not targets(instance.settings, os.environ):
        return ()
    return (
        Job(JOB, lambda target: deliver(instance, target), retries=_RETRIES, backoff_s=_BACKOFF_S),
        Job(LOOK, lambda: ask_all(instance), every="* * * * *"),
    )


def ask_all(instance: Instance) -> list[str]:
    """Ask every target for the edition that is shown, once for each edition; return which were asked."""
    digest, asked = hubbing.shown(instance), []
    if not digest:
        return []
    with instance.database().begin() as tx:
        for each in instance.settings.hub_targets:
            if deliveries.ask(tx, each.name, digest, instance.clock):
                enqueue(tx, JOB, target=each.name)
                asked.append(each.name)
    return asked


def deliver(instance: Instance, name: str) -> str:
    """Bring the edition that is shown to a target; return its digest.

    Raises NoSuchTarget, NothingShown, DeliveryRuns, DraftLost, NotFitToPublish, TargetFailed, TargetInUse.
    """
    target, digest = _known(instance, name), hubbing.shown(instance)
    if not digest:
        raise NothingShown
    database = instance.database()
    with database.begin() as tx:
        deliveries.ask(tx, name, digest, instance.clock)
    with database.begin() as held:
        deliveries.alone(held, name)
        manifest = hubbing.draft(instance, digest)
        with database.begin() as tx:
            before = deliveries.begin(tx, name, digest)
        folder = editions_of(instance.hub_dir) / digest
        target.put(Edition(folder=folder, digest=digest, number=manifest.edition), before)
        with database.begin() as tx:
            deliveries.finish(tx, name, digest, instance.clock)
    return digest


def _known(instance: Instance, name: str) -> Target:
    known = targets(instance.settings, os.environ)
    if name not in known:
        raise NoSuchTarget(name, tuple(known))
    return known[name]
