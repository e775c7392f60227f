"""The releases of the shipped classifiers, put on record once each."""

import hashlib
from pathlib import Path

from seawall.app.instance import Instance
from seawall.gateway.releases import Release, release
from seawall.screen.encoder import EncoderClassifier
from seawall.screen.encoder import classifier as encoder
from seawall.screen.encoder import manifest as of_encoder
from seawall.screen.encoder.manifest import EncoderManifest
from seawall.screen.linear import LinearClassifier
from seawall.screen.linear import classifier as linear
from seawall.screen.linear import manifest as of_linear
from seawall.screen.linear.manifest import Manifest


def shipped() -> list[Release]:
    """Return the releases that this package carries, read from their manifests."""
    first, second = linear.SHIPPED.with_suffix(".json"), encoder.SHIPPED.with_name("manifest.json")
    return [
        _release(LinearClassifier.name, first, of_linear.read(first)),
        _release(EncoderClassifier.name, second, of_encoder.read(second)),
    ]


def _release(name: str, path: Path, known: Manifest | EncoderManifest) -> Release:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Release(classifier=name, release=known.release, weights=known.sha256, manifest=digest)


def record_releases(instance: Instance) -> list[tuple[Release, bool]]:
    """Record every shipped release that is not on record; return all, each with whether it was new."""
    with instance.database().begin() as tx:
        return [(each, release(tx, each, record=instance.record, clock=instance.clock)) for each in shipped()]
