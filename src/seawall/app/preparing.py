"""What every process does before it serves. Apart from publishing, whose hub would cost each gateway its memory."""

from seawall.app.instance import Instance
from seawall.app.releases import record_releases
from seawall.policy import ensure_default


def prepare(instance: Instance) -> None:
    """Migrate the database, publish the default policy where there is none, record the classifiers' releases once."""
    with instance.database().begin() as tx:
        ensure_default(tx, record=instance.record, clock=instance.clock)
    if instance.settings.classifiers:
        record_releases(instance)
