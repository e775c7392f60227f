"""The domain stage: the last, linear layer is fitted again on pooled vectors, close to where fine-tuning left it.

It learns from the domain rows, which count more, and from rows of all sources. The layers below stay as they are, so
that cross-validation costs seconds. Plain gradient descent with momentum in double precision: the same on every machine
but for rounding.
"""

import msgspec
import numpy as np

from training.encoder.fit import Targets
from training.figures import Floats


class Close(msgspec.Struct, frozen=True, kw_only=True):
    """How far the last layer may move, and how much the rows count."""

    pull: float = 0.02
    domain: float = 4.0
    steps: int = 400
    rate: float = 0.5


class Last(msgspec.Struct, frozen=True):
    """The last layer: one line of factors per output, and the biases."""

    factors: Floats
    biases: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return one column per output."""
        made: Floats = vectors @ self.factors.T + self.biases
        return made


def settle(before: Last, vectors: Floats, aims: Targets, close: Close) -> Last:
    """Return the last layer that fits the rows without leaving `before` far behind."""
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    inputs = (vectors - middle) / spread
    start = before.logits(vectors)
    moved, shift = np.zeros_like(before.factors), np.zeros_like(before.biases)
    speed, shift_speed = np.zeros_like(moved), np.zeros_like(shift)
    counts = aims.weight / np.maximum(aims.weight.sum(axis=0), 1e-9)
    for step in range(close.steps):
        guess = 1 / (1 + np.exp(-np.clip(start + inputs @ moved.T + shift, -30, 30)))
        error = (guess - aims.truth) * counts
        rate = close.rate * (1 - step / close.steps)
        speed = 0.9 * speed - rate * (error.T @ inputs + close.pull * moved)
        shift_speed = 0.9 * shift_speed - rate * error.sum(axis=0)
        moved, shift = moved + speed, shift + shift_speed
    factors = before.factors + moved / spread
    return Last(factors, before.biases + shift - (moved / spread) @ middle)
