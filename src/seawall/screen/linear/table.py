"""The weights in memory: one row of sixteen signed bytes per bucket, one column per category.

Sums are whole numbers, so the same text gives the same score on every machine.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import BUCKETS, Buckets, Codes, features, windows

COLUMNS: Final = 16
# Longer products would be spread over threads, which costs more than it saves and takes cores from others.
_ROWS: Final = 2048
_ONES: Final = np.ones(_ROWS, dtype=np.float32)


class Table:
    """Adds up the weights of a text's features. Made from a `BUCKETS` by `COLUMNS` array of int8."""

    def __init__(self, weights: NDArray[np.int8]) -> None:
        if weights.shape != (BUCKETS, COLUMNS) or weights.dtype != np.int8:
            raise ValueError(f"expected int8 of shape {(BUCKETS, COLUMNS)}, got {weights.dtype} of {weights.shape}")
        # A row is read as one 16-byte number: gathering such numbers is several times faster than gathering rows.
        self._rows = np.ascontiguousarray(weights).view(np.complex128).ravel()

    def _sum(self, buckets: Buckets) -> NDArray[np.float32]:
        picked = self._rows.take(buckets).view(np.int8).reshape(-1, COLUMNS).astype(np.float32)
        total: NDArray[np.float32] = _ONES[: min(_ROWS, len(picked))] @ picked[:_ROWS]
        for start in range(_ROWS, len(picked), _ROWS):
            part = picked[start : start + _ROWS]
            total += _ONES[: len(part)] @ part
        return total

    def _pool_one(self, codes: Codes) -> NDArray[np.float32]:
        grams, words = features(codes)
        pooled = self._sum(grams) / np.float32(len(grams) ** 0.5)
        if len(words):
            pooled += self._sum(words) / np.float32(len(words) ** 0.5)
        return pooled

    def pool(self, text: str) -> NDArray[np.float32]:
        """Return one number per column: the highest over the text's windows."""
        first, *rest = windows(text)
        pooled = self._pool_one(first)
        for codes in rest:
            np.maximum(pooled, self._pool_one(codes), out=pooled)
        return pooled
