"""Text to numbered features: hashed character 2- to 5-grams and word 1- and 2-grams.

Training and inference both call this, so a change here makes shipped weights worthless: raise `SCHEME` with it.
Letters are lowered and runs of white space become one space; nothing else is undone here (evasion is undone before).
Writing without spaces between words counts as one long word; only its character pieces help there.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

SCHEME: Final = 1
BITS: Final = 19
BUCKETS: Final = 1 << BITS
WINDOW: Final = 1000
STEP: Final = 800
LONGEST: Final = 25_000

Codes = NDArray[np.uint32]
Buckets = NDArray[np.int64]

_ORDERS: Final = (2, 3, 4, 5)
_SPREAD, _ROLL, _PAIR = np.uint32(0x9E3779B1), np.uint32(0x01000193), np.uint32(0x85EBCA6B)
_CHAR, _WORD = np.uint32(0xC2B2AE35), np.uint32(0x27D4EB2F)
_FOLD, _KEEP = np.uint32(15), np.uint32(32 - BITS)
_IN_WORD: Final = np.array([chr(code).isalnum() or code == 0x27 for code in range(128)] + [True])


def _powers(base: int) -> Codes:
    powers, power = [], 1
    for _ in range(WINDOW):
        powers.append(power)
        power = power * base % (1 << 32)
    return np.array(powers, dtype=np.uint32)


_POWER: Final = _powers(int(_ROLL))
_INVERSE: Final = _powers(pow(int(_ROLL), -1, 1 << 32))


def _codes(text: str) -> Codes:
    folded = f" {' '.join(text.lower().split())} "
    return np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def windows(text: str) -> Iterator[Codes]:
    """Cut a text into overlapping windows; of a very long one only the beginning and the end are looked at."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"
    codes = _codes(text)
    yield codes[:WINDOW]
    for start in range(STEP, len(codes) - WINDOW + STEP, STEP):
        yield codes[start : start + WINDOW]


def _bucket(hashes: Codes, factor: np.uint32) -> Buckets:
    return (((hashes ^ (hashes >> _FOLD)) * factor) >> _KEEP).astype(np.int64)


def _spread(codes: Codes) -> Codes:
    mixed = codes * _SPREAD
    return mixed ^ (mixed >> _FOLD)


def _grams(spread: Codes) -> Codes:
    rolling, kept = spread, []
    for order in _ORDERS[: len(spread) - 1]:
        rolling = rolling[:-1] * _ROLL + spread[order - 1 :]
        kept.append(rolling)
    return np.concatenate(kept)


def _words(codes: Codes, spread: Codes) -> Codes:
    inside = _IN_WORD[np.minimum(codes, 128)]
    first = inside.copy()
    first[1:] &= ~inside[:-1]
    starts = np.flatnonzero(first)
    if not len(starts):
        return np.empty(0, dtype=np.uint32)
    # Each word is a polynomial in its own positions: the sum over absolute ones, moved back to where the word starts.
    sums = np.add.reduceat(spread * inside * _POWER[: len(codes)], starts, dtype=np.uint32)
    words: Codes = sums * _INVERSE[starts]
    return np.concatenate((words, words[:-1] * _PAIR + words[1:]))


def features(codes: Codes) -> tuple[Buckets, Buckets]:
    """Return the buckets of one window's character pieces and of its words, repeated as often as they occur."""
    spread = _spread(codes)
    return _bucket(_grams(spread), _CHAR), _bucket(_words(codes, spread), _WORD)
