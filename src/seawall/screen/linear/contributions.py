"""What moved a linear score: exact, word by word, in the logit of each category.

    logit = bias + the sum over words of what their letters and word pairs contribute

Every hashed piece's weight is shared equally by the characters that it covers, and every character belongs to one word
of the text, white space to the word after it; so the parts add up to the logit. Of a text with several windows the one
that gave the score is explained. Limits: hashing makes unrelated pieces share weights, so a single odd word may owe its
part to another; and a category's score is capped, which the logit is not.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import (
    _IN_WORD,
    _ORDERS,
    LONGEST,
    STEP,
    WINDOW,
    Buckets,
    Codes,
    _codes,
    features,
    windows,
)
from seawall.screen.linear.table import Table
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Span

Floats = NDArray[np.float64]


class Part(msgspec.Struct, frozen=True):
    """One word, or a few, of the original text, and what it adds to the logit."""

    span: Span
    weight: float


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """One category's score taken apart: `bias` and the parts add up to `logit`."""

    category: Category
    logit: float
    bias: float
    parts: tuple[Part, ...]


def contributions(table: Table, text: str, column: int, scale: float) -> tuple[float, tuple[Part, ...]]:
    """Return the scaled sum of one column and the parts that it is made of."""
    words = list(spans(text))
    shares = np.zeros(len(words) + 1)
    total, begins = _best(table, text, column)
    codes = _window(text, begins)
    per_letter = _per_letter(table, codes, column) * scale
    owner = _owners(text, begins, len(codes))
    np.add.at(shares, np.clip(owner, 0, len(words)), per_letter)
    parts = tuple(Part(span, float(share)) for span, share in zip(words, shares[:-1], strict=True) if share)
    return total * scale, parts


def spans(text: str) -> Iterator[Span]:
    """Give the places of the words of a text, as white space parts them."""
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        yield Span(start, at)


def laid(parts: Sequence[Part], read: str, written: str) -> tuple[Part, ...]:
    """Return the parts of a text as it is read at the places of the words as written; none where words differ."""
    places, written_at = list(spans(read)), list(spans(written))
    if len(places) != len(written_at):
        return ()
    there = dict(zip(places, written_at, strict=True))
    return tuple(Part(there[part.span], part.weight) for part in parts)


def _best(table: Table, text: str, column: int) -> tuple[float, int]:
    """Return the highest sum of a column over the windows, and where that window begins in the folded text."""
    sums = [float(table.pool_one(codes)[column]) for codes in windows(text)]
    best = int(np.argmax(sums))
    return sums[best], best * STEP


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"


def _window(text: str, begins: int) -> Codes:
    return _codes(_cut(text))[begins : begins + WINDOW]


def _owners(text: str, begins: int, length: int) -> NDArray[np.int64]:
    """Return the word of the original text that each character of the window belongs to; white space to the next."""
    words = text.split()
    if len(text) <= LONGEST:
        numbered = list(enumerate(words))
    else:
        head, tail = text[: LONGEST // 2].split(), text[-LONGEST // 2 :].split()
        numbered = [*enumerate(words[: len(head)]), *enumerate(words[len(words) - len(tail) :], len(words) - len(tail))]
    owners: list[int] = []
    lowered = _cut(text).lower().split()
    for (number, _), low in zip(numbered, lowered, strict=False):
        owners += [number] * (1 + len(low))
    last = owners[-1] if owners else 0
    owners += [last] * max(0, begins + length - len(owners))
    return np.array(owners[begins : begins + length], dtype=np.int64)


def _per_letter(table: Table, codes: Codes, column: int) -> Floats:
    """Return what each character of a window adds to the sum."""
    pieces, words = features(codes)
    shares = np.zeros(len(codes))
    grams = _column(table, pieces, column)
    at, root = 0, len(grams) ** 0.5
    for order in _ORDERS[: len(codes) - 1]:
        count = len(codes) - order + 1
        for offset in range(order):
            shares[offset : offset + count] += grams[at : at + count] / (order * root)
        at += count
    return shares + _of_words(table, codes, words, column)


def _of_words(table: Table, codes: Codes, words: Buckets, column: int) -> Floats:
    shares = np.zeros(len(codes))
    weights = _column(table, words, column)
    if not len(weights):
        return shares
    inside = _IN_WORD[np.minimum(codes, 128)]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    root = len(weights) ** 0.5
    own = weights[: len(starts)] / root
    pairs = weights[len(starts) :] / (2 * root)
    own[:-1] += pairs
    own[1:] += pairs
    for start, end, weight in zip(starts, ends, own, strict=True):
        shares[start:end] += weight / (end - start)
    return shares


def _column(table: Table, buckets: NDArray[np.int64], column: int) -> Floats:
    return table.weights(buckets)[:, column].astype(np.float64)
