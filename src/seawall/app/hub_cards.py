"""The cards of the shipped classifiers, for the hub: out of their manifests, which lie beside the weights."""

from functools import lru_cache
from pathlib import Path

from seawall.hub.inputs import Card, Figure, Learned
from seawall.screen.encoder import EncoderClassifier
from seawall.screen.encoder import classifier as encoder
from seawall.screen.encoder import manifest as of_encoder
from seawall.screen.encoder.manifest import EncoderManifest
from seawall.screen.linear import LinearClassifier
from seawall.screen.linear import classifier as linear
from seawall.screen.linear import manifest as of_linear
from seawall.screen.linear.manifest import Head, Manifest, Used
from seawall.vocabulary.categories import MAPPINGS


def _(text: str) -> str:
    # Marks a text for the catalogue.
    return text


_FAST = _(
    "It looks at every text that passes and tells which ones a slower classifier or a person should look at. It knows "
    "words and their fragments, not meaning."
)
_ACCURATE = _(
    "A small neural network that looks at the texts of which the fast classifier is unsure, in the same categories. It "
    "stands on the scores of that one: the figures are of both together."
)
_NOT_ALONE = _("It is not precise enough to act on alone: under the default policy what it finds is recorded.")


@lru_cache(maxsize=1)
def cards() -> tuple[Card, ...]:
    """Return the card of each classifier that this package carries. Raises WeightsUnusable."""
    first, second = linear.SHIPPED.with_suffix(".json"), encoder.SHIPPED.with_name("manifest.json")
    return (
        _card(LinearClassifier.name, _FAST, first, of_linear.read(first)),
        _card(EncoderClassifier.name, _ACCURATE, second, of_encoder.read(second)),
    )


def _card(name: str, says: str, path: Path, known: Manifest | EncoderManifest) -> Card:
    return Card(
        classifier=name,
        release=known.release,
        says=says,
        not_for=_NOT_ALONE,
        manifest=path.read_bytes(),
        figures=tuple(map(_figure, known.heads)),
        sources=_learned(known.sources),
    )


def _figure(head: Head) -> Figure:
    held = head.heldout
    return Figure(
        category=MAPPINGS[head.category].title,
        positives=held.positives,
        negatives=held.negatives,
        auroc=held.auroc,
        auprc=held.auprc,
        recall=held.recall_at_1_percent,
    )


def _learned(sources: tuple[Used, ...]) -> tuple[Learned, ...]:
    """Return sources by origin and licence, the largest first: one may have come as several files."""
    rows: dict[tuple[str, str], int] = {}
    for each in sources:
        key = (each.origin, each.licence)
        rows[key] = rows.get(key, 0) + each.rows
    made = (Learned(origin=origin, licence=licence, rows=count) for (origin, licence), count in rows.items())
    return tuple(sorted(made, key=lambda each: (-each.rows, each.origin, each.licence)))
