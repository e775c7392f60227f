"""The weights in memory: one row of sixteen signed bytes per bucket, one column per category.

Sums are whole numbers, so the same text gives the same score on every machine.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import BUCKETS, Buckets, Codes, features, joined, windows

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
        grams, words = features(codes)
        pooled = self._mean(self.weights(grams))
        return pooled + self._mean(self.weights(words)) if len(words) else pooled

    def pool(self, text: str) -> NDArray[np.float32]:
        """Return one number per column: the highest over the text's windows."""
        one: NDArray[np.float32] = self.pool_many([text])[0]
        return one

    def pool_many(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row for each text: one number per column, the highest over the text's windows."""
        cut = [list(windows(text)) for text in texts]
        flat = [codes for each in cut for codes in each]
        if len(flat) == 1:
            return self.pool_one(flat[0])[np.newaxis]
        pooled = np.concatenate([self._pool(flat[low : low + _TOGETHER]) for low in range(0, len(flat), _TOGETHER)])
        if len(flat) == len(texts):
            return pooled
        starts = [0, *accumulate(len(each) for each in cut)][:-1]
        highest: NDArray[np.float32] = np.maximum.reduceat(pooled, starts, axis=0)
        return highest

    def _pool(self, cut: Sequence[Codes]) -> NDArray[np.float32]:
        found = joined(cut)
        pooled = self._means(found.grams, found.gram_counts)
        return pooled + self._means(found.words, found.word_counts) if len(found.words) else pooled

    def _means(self, buckets: Buckets, counts: Sequence[int]) -> NDArray[np.float32]:
        """Return for each window what `_mean` returns of its rows; zeros where there are none."""
        picked, ends = self.weights(buckets), list(accumulate(counts))
        made = np.zeros((len(counts), COLUMNS), dtype=np.float32)
        for place, (count, end) in enumerate(zip(counts, ends, strict=True)):
            if count:
                made[place] = self._mean(picked[end - count : end])
        return made

    @staticmethod
    def _mean(picked: NDArray[np.int8]) -> NDArray[np.float32]:
        """Return the sum of rows by the root of their number."""
        rows = picked.astype(np.float32)
        total: NDArray[np.float32] = _ONES[: min(_ROWS, len(rows))] @ rows[:_ROWS]
        for low in range(_ROWS, len(rows), _ROWS):
            part = rows[low : low + _ROWS]
            total += _ONES[: len(part)] @ part
        return total / np.float32(len(rows) ** 0.5)
