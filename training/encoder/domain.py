"""The encoder's domain stage: windows of texts as pooled vectors, the last layer settled on them, fold by fold.

The layers below stay as fine-tuning left them, so a fold costs seconds and no fold's rows reach the net.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.encoder.classifier import MOST_WINDOWS, STEP
from seawall.screen.pieces import Pieces
from training.encoder.fit import pool
from training.encoder.net import Net
from training.figures import Floats
from training.rows import FOLDS, Row
from training.settle import settle

WINDOW = 256


class Pooled(msgspec.Struct, frozen=True):
    """The vectors of all windows of some texts, and which text each belongs to."""

    vectors: NDArray[np.float32]
    owner: NDArray[np.int64]

    def first(self) -> Floats:
        """Return the vector of each text's first window."""
        return self.vectors[np.unique(self.owner, return_index=True)[1]].astype(np.float64)

    def logits(self, last: "Last") -> Floats:
        """Return one line per output, one column per text: the highest of its windows."""
        each = last.logits(self.vectors.astype(np.float64))
        made = np.full((int(self.owner.max()) + 1, each.shape[1]), -np.inf)
        np.maximum.at(made, self.owner, each)
        return made.T


class Last(msgspec.Struct, frozen=True):
    """The last layer: one line of factors per output, and the biases."""

    factors: Floats
    biases: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return one line per vector."""
        made: Floats = vectors @ self.factors.T + self.biases
        return made


def pooled(net: Net, texts: Sequence[str], pieces: Pieces, *, window: int = WINDOW, most: int = MOST_WINDOWS) -> Pooled:
    """Return the deep vectors of texts."""
    cut = [(place, row) for place, text in enumerate(texts) for row in pieces.windows(text, window, STEP, most)]
    vectors = pool(net, [np.array(row, dtype=np.int64) for _, row in cut])
    return Pooled(vectors, np.array([place for place, _ in cut]))


def last_of(net: Net) -> Last:
    """Return the net's head as a layer over the deep vectors: what it learned for the last layer, nothing below."""
    factors = net.head.weight.detach().double().numpy()
    return Last(np.concatenate((np.zeros_like(factors), factors), axis=1), net.head.bias.detach().double().numpy())


class Stage(msgspec.Struct, frozen=True):
    """How the last layer settles: how much of it is kept, how far it may move, how much replayed rows count."""

    kept: float = 1.0
    strength: float = 0.01
    replayed: float = 0.3


def settled(before: Last, vectors: Floats, truth: Floats, weight: Floats, stage: Stage) -> Last:
    """Return the last layer after the rows of `vectors`; truth and weight hold one column per output."""
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    inputs = (vectors - middle) / spread
    alike, start = inputs @ inputs.T, before.logits(vectors) * stage.kept
    factors, biases = before.factors * stage.kept, before.biases * stage.kept
    for column in range(truth.shape[1]):
        found, bias = settle(alike, start[:, column], truth[:, column], weight[:, column], strength=stage.strength)
        moved = (found @ inputs) / spread
        factors[column] += moved
        biases[column] += bias - moved @ middle
    return Last(factors, biases)


def crossed(
    before: Last, rows: Sequence[Row], domain: Pooled, replayed: Floats, truth: Floats, weight: Floats, stage: Stage
) -> tuple[Last, Floats]:
    """Return the layer that ships, and the logits of every domain row by a layer that never saw its fold.

    `truth` and `weight` are those of the domain rows and then of the replayed rows.
    """
    vectors = np.concatenate((domain.first(), replayed))
    counts = np.array([1.0] * len(rows) + [stage.replayed] * len(replayed))[:, None] * weight
    held_out = np.zeros((truth.shape[1], len(rows)))
    for fold in map(str, range(FOLDS)):
        inside = np.array([row.part == fold for row in rows])
        kept = counts * np.concatenate((~inside, np.ones(len(replayed))))[:, None]
        last = settled(before, vectors, truth, kept, stage)
        held_out[:, inside] = domain.logits(last)[:, inside]
    return settled(before, vectors, truth, counts, stage), held_out
