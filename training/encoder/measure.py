"""Measure the encoder as training.measure does, with at most so many rows of each set but the ordinary requests."""

from pathlib import Path

from seawall.screen.encoder import EncoderClassifier, EncoderManifest
from seawall.screen.encoder.classifier import SHIPPED
from seawall.screen.encoder.manifest import write
from training.measure import Sets, measured


def measure_encoder(data: Path, most: int) -> EncoderManifest:
    """Measure and write the figures into the manifest. Raises WeightsUnusable."""
    classifier = EncoderClassifier.load(threads=1)
    manifest = measured(classifier.manifest, Sets(classifier, data / "validation", most))
    write(SHIPPED.with_name("manifest.json"), manifest)
    return manifest
