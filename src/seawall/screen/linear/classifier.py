"""Scores per hazard category from the shipped weights.

A score is the share of positives among held-out rows that look alike to the model, in the mix of the training data,
not of anybody's traffic. Of a text beyond 25,000 characters only the first and last 12,500 are looked at. A text longer
than one window (1,000 characters) gets the highest score of its windows, so long texts are flagged more readily.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from seawall.screen.disguise import undisguised
from seawall.screen.linear import manifest as manifests
from seawall.screen.linear.contributions import Explained, contributions, laid
from seawall.screen.linear.features import SCHEME
from seawall.screen.linear.manifest import Head, Heldout, Manifest, WeightsUnusable
from seawall.screen.linear.table import Table
from seawall.vocabulary.categories import Category

SHIPPED: Final = Path(__file__).with_name("weights.npy")
STATED_AT: Final = 0.9


class LinearClassifier:
    """The classifier with its manifest. Safe to share between threads."""

    name: Final = "linear"

    def __init__(self, table: Table, manifest: Manifest) -> None:
        self.manifest = manifest
        self.release = manifest.release
        self.categories = tuple(head.category for head in manifest.heads)
        self.measured = {head.category: statement(head) for head in manifest.heads}
        self._table = table
        self._heads = {head.category: head for head in manifest.heads}
        self._steps = {head.category: _steps(head) for head in manifest.heads}
        self._scale = np.array([head.scale for head in manifest.heads], dtype=np.float64)
        self._bias = np.array([head.bias for head in manifest.heads], dtype=np.float64)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Open weights and the manifest beside them, the shipped ones by default. Raises WeightsUnusable."""
        path = path or SHIPPED
        manifest = manifests.read(path.with_suffix(".json"))
        if manifest.scheme != SCHEME:
            raise WeightsUnusable(path, f"they were made for feature scheme {manifest.scheme}, this is {SCHEME}")
        try:
            mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            with path.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
            if found != manifest.sha256:
                raise WeightsUnusable(path, f"their digest is {found[:12]}, the manifest says {manifest.sha256[:12]}")
            return cls(Table(np.asarray(mapped)), manifest)
        except (OSError, EOFError, ValueError) as error:
            raise WeightsUnusable(path, str(error)) from error

    def scores(self, text: str) -> dict[Category, float]:
        """Return a calibrated probability for every category."""
        return self.batch_scores([text])[0]

    def explain(self, text: str, category: Category) -> Explained:
        """Return what moved the score of a category. Raises KeyError for one without a score.

        A disguised text is scored as it is meant to be read. Where that has as many words as what is written, these
        carry the parts; where it has others, as an encoded run has, nothing in the text can.
        """
        head, column = self._heads[category], self.categories.index(category)
        read = undisguised(text)
        total, parts = contributions(self._table, read, column, head.scale)
        if read is not text:
            parts = laid(parts, read, text)
        bias = head.bias if parts else head.bias + total
        return Explained(category=category, logit=total + head.bias, bias=bias, parts=parts)

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        """Return the scores of several texts, in order: much cheaper than one by one where they are short."""
        if not texts:
            return []
        sums = self._table.pool_many([undisguised(text) for text in texts])[:, : len(self._scale)]
        scores = 1.0 / (1.0 + np.exp(-np.clip(self._scale * sums + self._bias, -30.0, 30.0)))
        return [dict(zip(self.categories, each, strict=True)) for each in scores.tolist()]

    def precision_at(self, category: Category, score: float) -> float | None:
        """Return the precision that was shown for findings at or above a score, or None where it was not measured.

        It is the lowest bound of all sets that measure it, restated for the manifest's `prevalence`, because test sets
        hold far more violations than traffic does.
        """
        if category not in self._steps:
            return None
        scores, shown = self._steps[category]
        return shown[bisect_right(scores, score)]


def _steps(head: Head) -> tuple[list[float], list[float | None]]:
    """Return the scores at which `precision_at` of a head changes, and what it is below, between and above them."""
    points = (*head.heldout.points, *(point for each in head.outside for point in each.points))
    scores = sorted({point.score for point in points})
    return scores, [None, *(head.precision_at(score) for score in scores)]


def statement(head: Head) -> str:
    """Say in one sentence what was measured of one category."""
    outside = "".join(
        f"; on {each.name} ({each.positives} of {each.positives + each.negatives} positive): "
        f"AUROC {each.auroc:.3f}, AUPRC {each.auprc:.3f}"
        for each in head.outside
    )
    return _on_heldout(head.heldout) + (outside or "; not measured on any outside set")


def _on_heldout(tested: Heldout) -> str:
    if tested.auroc is None:
        return f"not measured: only {tested.positives} positive and {tested.negatives} negative held-out rows"
    point = next(point for point in tested.points if point.score >= STATED_AT)
    return (
        f"on {tested.positives} positive and {tested.negatives} negative held-out rows of the training sources: "
        f"AUROC {tested.auroc:.3f}, recall {tested.recall_at_1_percent or 0:.3f} at 1 % false positives; at score "
        f"{point.score:g} it misses {1 - point.found / tested.positives:.1%} and wrongly flags "
        f"{point.false / tested.negatives:.2%}"
    )
