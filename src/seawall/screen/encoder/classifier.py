"""Scores per hazard category from the shipped model.

A text's highest score is the probability that anything at all is wrong with it (`whole`). A text of more than 254
tokens is read in overlapping windows and gets the highest logit of them; of more than 16 windows the first and the last
eight are read. The int8 model scales its activations by what is in the batch, and processors multiply bytes
differently: so scores differ by some thousandths with the batch and the machine.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from seawall.screen.disguise import undisguised
from seawall.screen.encoder import manifest as manifests
from seawall.screen.encoder.manifest import EncoderManifest
from seawall.screen.linear import LinearClassifier, WeightsUnusable
from seawall.screen.linear.classifier import statement
from seawall.screen.pieces import Pieces
from seawall.vocabulary.categories import Category

SHIPPED: Final = Path(__file__).with_name("model.onnx")
STEP, MOST_WINDOWS = 200, 16

Floats = NDArray[np.float64]


class EncoderClassifier:
    """The model with its manifest. Safe to share between threads."""

    name: Final = "encoder"

    def __init__(self, session: Any, pieces: Pieces, manifest: EncoderManifest, linear: LinearClassifier) -> None:
        self.manifest = manifest
        self.release = manifest.release
        self.categories = tuple(head.category for head in manifest.heads)
        self.measured = {head.category: statement(head) for head in manifest.heads}
        self._session, self._pieces, self._linear = session, pieces, linear
        self._heads = {head.category: head for head in manifest.heads}
        self._scale = np.array([head.scale for head in manifest.heads])
        self._weight = np.array([head.linear for head in manifest.heads])
        self._unsafe = np.array([head.unsafe for head in manifest.heads])
        self._bias = np.array([head.bias for head in manifest.heads])

    @classmethod
    def load(cls, path: Path | None = None, *, linear: LinearClassifier | None = None, threads: int = 1) -> Self:
        """Open a model with vocabulary and manifest beside it, the shipped one by default. Raises WeightsUnusable."""
        path, linear = path or SHIPPED, linear or LinearClassifier.load()
        manifest = manifests.read(path.with_name("manifest.json"))
        vocabulary = path.with_name("vocabulary.txt")
        _check(path, manifest.sha256)
        _check(vocabulary, manifest.vocabulary)
        if linear.release != manifest.linear:
            raise WeightsUnusable(path, f"they stand on the linear release {manifest.linear}, not {linear.release}")
        return cls(_session(path, threads), Pieces.read(vocabulary), manifest, linear)

    def scores(self, text: str) -> dict[Category, float]:
        """Return a calibrated probability for every category."""
        return self.batch_scores([text])[0]

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        """Return the scores of several texts, in order."""
        if not texts:
            return []
        texts = [undisguised(text) for text in texts]
        logits = self.logits(texts)
        sums = self._scale * logits[:, :-1] + self._weight * self._linear_logits(texts)
        sums += self._unsafe * logits[:, -1:] + self._bias
        sums = self.manifest.whole.joined(sums, logits[:, -1])
        scores = 1.0 / (1.0 + np.exp(-np.clip(sums, -30.0, 30.0)))
        return [dict(zip(self.categories, row, strict=True)) for row in scores.tolist()]

    def precision_at(self, category: Category, score: float) -> float | None:
        """Return the lowest precision shown for findings at or above a score, or None where it was not measured."""
        head = self._heads.get(category)
        return head.precision_at(score) if head else None

    def logits(self, texts: Sequence[str]) -> Floats:
        """Return the encoder's own logits, the last for "anything wrong": of each the highest of a text's windows."""
        windows = [
            (place, window)
            for place, text in enumerate(texts)
            for window in self._pieces.windows(text, self.manifest.window, STEP, MOST_WINDOWS)
        ]
        highest = np.full((len(texts), len(self.categories) + 1), -np.inf)
        for place, window in windows:
            # One at a time: numbers are quantised over all that is run at once, so that in company a text would score
            # otherwise than alone.
            np.maximum(highest[place], self._run(window), out=highest[place])
        return highest

    def _run(self, window: Sequence[int]) -> Floats:
        tokens = np.array([window], dtype=np.int64)
        found = self._session.run(None, {"tokens": tokens, "mask": np.ones(tokens.shape, dtype=np.float32)})[0]
        return np.asarray(found[0], dtype=np.float64)

    def _linear_logits(self, texts: Sequence[str]) -> Floats:
        scores = self._linear.batch_scores(texts)
        chances = np.array([[each[category] for category in self.categories] for each in scores])
        chances = np.clip(chances, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(chances / (1 - chances)))


def _check(path: Path, digest: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsUnusable(path, str(error)) from error
    if found != digest:
        raise WeightsUnusable(path, f"the digest is {found[:12]}, the manifest says {digest[:12]}")


def _session(path: Path, threads: int) -> Any:
    import onnxruntime  # large: only who opens a model pays for it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no error class of its own that is public
        raise WeightsUnusable(path, str(error)) from error
