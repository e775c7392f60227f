"""The score that anything at all is wrong, and how it becomes that of the highest category.

A text's highest score is what most readers take for "is anything wrong here". So it is made to say that: the highest
category gets the calibrated logit of the whole, which also knows what the model says of the text at large; none of the
others may stand above it. The order of a text's categories stays.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """`highest` x the highest category's logit + `unsafe` x that of "anything wrong" + `bias`."""

    highest: float
    unsafe: float
    bias: float

    def joined(self, logits: Floats, unsafe: Floats) -> Floats:
        """Return the categories' logits, one line per text, with the highest of each put right."""
        rows, highest = np.arange(len(logits)), logits.argmax(axis=1)
        whole = self.highest * logits[rows, highest] + self.unsafe * unsafe + self.bias
        made: Floats = np.minimum(logits, whole[:, None])
        made[rows, highest] = whole
        return made
