"""The releases of the shipped classifiers, put on record once each."""

import hashlib
from pathlib import Path

from seawall.app.instance import Instance
from seawall.gateway.releases import Release, release
from seawall.screen import linear
from seawall.screen.linear import manifest
from seawall.screen.linear.classifier import SHIPPED


def shipped() -> list[Release]:
    """Return the releases that this package carries, read from their manifests."""
    return [_release(linear.LinearClassifier.name, SHIPPED.with_suffix(".json"))]


def _release(name: str, path: Path) -> Release:
    known = manifest.read(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Release(classifier=name, release=known.release, weights=known.sha256, manifest=digest)


def record_releases(instance: Instance) -> list[tuple[Release, bool]]:
    """Record every shipped release that is not on record; return all, each with whether it was new."""
    with instance.database().begin() as tx:
        return [(each, release(tx, each, record=instance.record, clock=instance.clock)) for each in shipped()]
