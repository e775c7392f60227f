"""The weights in memory: one row of sixteen signed bytes per bucket, one column per category.

Sums are whole numbers, so the same text gives the same score on every machine.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import BUCKETS, Buckets, Codes, joined, windows

COLUMNS: Final = 16
# Longer products would be spread over threads, which costs more than it saves and takes cores from others.
_ROWS: Final = 2048
# Windows taken in one go: some more would be no cheaper a window, and a long history would need much memory at once.
_TOGETHER: Final = 16
_ONES: Final = np.ones(_ROWS, dtype=np.float32)


class Table:
    """Adds up the weights of a text's features. Made from a `BUCKETS` by `COLUMNS` array of int8."""

    def __init__(self, weights: NDArray[np.int8]) -> None:
        if weights.shape != (BUCKETS, COLUMNS) or weights.dtype != np.int8:
            raise ValueError(f"expected int8 of shape {(BUCKETS, COLUMNS)}, got {weights.dtype} of {weights.shape}")
        # A row is read as one 16-byte number: gathering such numbers is several times faster than gathering rows.
        self._rows = np.ascontiguousarray(weights).view(np.complex128).ravel()

    def weights(self, buckets: Buckets) -> NDArray[np.int8]:
        """Return the rows of buckets."""
        return self._rows.take(buckets).view(np.int8).reshape(-1, COLUMNS)

    def pool_one(self, codes: Codes) -> NDArray[np.float32]:
        """Return one number per column for one window."""
        one: NDArray[np.float32] = self._pool([codes])[0]
        return one

    def pool(self, text: str) -> NDArray[np.float32]:
        """Return one number per column: the highest over the text's windows."""
        one: NDArray[np.float32] = self.pool_many([text])[0]
        return one

    def pool_many(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row for each text: one number per column, the highest over the text's windows."""
        cut = [list(windows(text)) for text in texts]
        flat = [codes for each in cut for codes in each]
        pooled = np.concatenate([self._pool(flat[low : low + _TOGETHER]) for low in range(0, len(flat), _TOGETHER)])
        if len(flat) == len(texts):
            return pooled
        starts = [0, *accumulate(len(each) for each in cut)][:-1]
        highest: NDArray[np.float32] = np.maximum.reduceat(pooled, starts, axis=0)
        return highest

    def _pool(self, cut: Sequence[Codes]) -> NDArray[np.float32]:
        found = joined(cut)
        pooled = self._means(found.grams, found.gram_counts)
        if len(found.words):
            pooled += self._means(found.words, found.word_counts)
        return pooled

    def _means(self, buckets: Buckets, counts: Sequence[int]) -> NDArray[np.float32]:
        """Return the sums of each window's rows by the root of their number; zeros where there are none."""
        picked = self.weights(buckets).astype(np.float32)
        made = np.zeros((len(counts), COLUMNS), dtype=np.float32)
        start = 0
        for place, count in enumerate(counts):
            for low in range(start, start + count, _ROWS):
                part = picked[low : min(low + _ROWS, start + count)]
                made[place] += _ONES[: len(part)] @ part
            if count:
                made[place] /= np.float32(count**0.5)
            start += count
        return made
