"""Text to numbered features: hashed character 2- to 5-grams and word 1- and 2-grams.

Training and inference both call this, so a change here makes shipped weights worthless: raise `SCHEME` with it.
Letters are lowered and runs of white space become one space; nothing else is undone here (evasion is undone before).
Writing without spaces between words counts as one long word; only its character pieces help there.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

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
_LOWERED: Final = bytes(0x20 if chr(code).isspace() else ord(chr(code).lower()) for code in range(128)) + bytes(128)


def _powers(base: int) -> Codes:
    powers, power = [], 1
    for _ in range(WINDOW):
        powers.append(power)
        power = power * base % (1 << 32)
    return np.array(powers, dtype=np.uint32)


_POWER: Final = _powers(int(_ROLL))
_INVERSE: Final = _powers(pow(int(_ROLL), -1, 1 << 32))
_PLACES: Final = np.arange(WINDOW)


def _codes(text: str) -> Codes:
    if text.isascii():
        return _ascii_codes(text.encode())
    folded = f" {' '.join(text.lower().split())} "
    return np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _ascii_codes(text: bytes) -> Codes:
    """Return what `_codes` returns of the same text, in half the time."""
    folded = text.translate(_LOWERED)
    while b"  " in folded:
        folded = folded.replace(b"  ", b" ")
    return np.frombuffer(b" %b " % folded.strip(b" "), dtype=np.uint8).astype(np.uint32)


def windows(text: str) -> Iterator[Codes]:
    """Cut a text into overlapping windows; of a very long one only the beginning and the end are looked at."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"
    codes = _codes(text)
    yield codes[:WINDOW]
    for start in range(STEP, len(codes) - WINDOW + STEP, STEP):
        yield codes[start : start + WINDOW]


def _bucket(hashes: Codes, factor: np.uint32) -> Buckets:
    mixed = hashes >> _FOLD
    mixed ^= hashes
    mixed *= factor
    mixed >>= _KEEP
    return mixed.astype(np.int64)


def _spread(codes: Codes) -> Codes:
    mixed = codes * _SPREAD
    mixed ^= mixed >> _FOLD
    return mixed


class Joined(NamedTuple):
    """The features of several windows in one array each, and how many of them each window has, in order."""

    grams: Buckets
    gram_counts: list[int]
    words: Buckets
    word_counts: list[int]


def joined(cut: Sequence[Codes]) -> Joined:
    """Return the buckets of windows' character pieces and words, all windows at once.

    The cost of a call is mostly that of its steps, not of its characters, so several windows cost little more than one.
    """
    if len(cut) == 1:
        grams, words = features(cut[0])
        return Joined(grams, [len(grams)], words, [len(words)])
    lengths = [len(codes) for codes in cut]
    starts = [0, *accumulate(lengths)]
    codes = np.concatenate(cut)
    spread = _spread(codes)
    pieces, gram_counts = _grams_of_each(spread, starts[:-1], lengths)
    spelt, word_counts = _words_of_each(codes, spread, starts, lengths)
    return Joined(_bucket(pieces, _CHAR), gram_counts, _bucket(spelt, _WORD), word_counts)


def features(codes: Codes) -> tuple[Buckets, Buckets]:
    """Return the buckets of one window's character pieces and of its words, repeated as often as they occur."""
    spread = _spread(codes)
    grams = _grams(spread)
    inside, first = _word_starts(codes)
    begun = np.flatnonzero(first)
    if not len(begun):
        return _bucket(grams, _CHAR), np.empty(0, dtype=np.int64)
    words = _hashed(spread * inside, begun, _POWER[: len(codes)], _INVERSE[begun])
    return _bucket(grams, _CHAR), _bucket(np.concatenate((words, _paired(words))), _WORD)


def _grams(spread: Codes) -> Codes:
    """Return the hashes of one window's character pieces, order after order, in one array from the beginning."""
    orders = _ORDERS[: len(spread) - 1]
    grams = np.empty(sum(len(spread) - order + 1 for order in orders), dtype=np.uint32)
    rolling, at = spread, 0
    for order in orders:
        part = grams[at : at + len(spread) - order + 1]
        np.multiply(rolling[:-1], _ROLL, out=part)
        part += spread[order - 1 :]
        rolling, at = part, at + len(part)
    return grams


def _rolled(spread: Codes, longest: int) -> list[tuple[int, Codes]]:
    rolling, by_order = spread, []
    for order in _ORDERS[: longest - 1]:
        rolling = rolling[:-1] * _ROLL + spread[order - 1 :]
        by_order.append((order, rolling))
    return by_order


def _grams_of_each(spread: Codes, starts: Sequence[int], lengths: Sequence[int]) -> tuple[Codes, list[int]]:
    by_order = _rolled(spread, max(lengths))
    # None that begins in one window and ends in the next.
    kept = [
        [rolling[start : start + length - order + 1] for order, rolling in by_order if length >= order]
        for start, length in zip(starts, lengths, strict=True)
    ]
    return np.concatenate([part for each in kept for part in each]), [sum(map(len, each)) for each in kept]


def _word_starts(codes: Codes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which characters are in words, and with which a word begins."""
    inside = _IN_WORD.take(codes, mode="clip")
    first = inside.copy()
    np.greater(inside[1:], inside[:-1], out=first[1:])
    return inside, first


def _hashed(letters: Codes, begun: NDArray[np.int64], powers: Codes, inverses: Codes) -> Codes:
    # Each word is a polynomial in its own positions: the sum over absolute ones, moved back to where the word starts.
    sums: Codes = np.add.reduceat(letters * powers, begun, dtype=np.uint32)
    return sums * inverses


def _paired(words: Codes) -> Codes:
    pairs: Codes = words[:-1] * _PAIR + words[1:]
    return pairs


def _words_of_each(
    codes: Codes, spread: Codes, starts: Sequence[int], lengths: Sequence[int]
) -> tuple[Codes, list[int]]:
    inside, first = _word_starts(codes)
    edges = starts[:-1]
    first[edges] = inside[edges]
    begun = np.flatnonzero(first)
    if not len(begun):
        return np.empty(0, dtype=np.uint32), [0] * len(lengths)
    at = np.concatenate([_PLACES[:length] for length in lengths])
    words = _hashed(spread * inside, begun, _POWER[at], _INVERSE[at[begun]])
    pairs = _paired(words)
    parts, counts = [], []
    for low, high in pairwise(np.searchsorted(begun, starts).tolist()):
        parts += [words[low:high], pairs[low : max(low, high - 1)]]
        counts.append(high - low + max(0, high - low - 1))
    return np.concatenate(parts), counts
