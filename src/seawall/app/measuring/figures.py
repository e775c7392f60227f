"""Figures of one classifier on one set: by category, of the highest score, and over slices of the set."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from seawall.app.measuring.rows import Row
from seawall.screen.measure import (
    OBFUSCATIONS,
    Figures,
    balanced_accuracy,
    figures,
    length_band,
    obfuscate,
    traits,
)
from seawall.vocabulary.categories import Category

BATCH = 64
FEWEST = 20
# Spelled-out letters of a long text are thousands of tokens.
LONGEST_OBFUSCATED = 600
GRID = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)

Scores = dict[Category, float]
# No score at all is no answer: such a text is left out.
Batch = Callable[[Sequence[str]], list[Scores]]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one category ("any" for the highest score) on one slice of one set."""

    set: str
    slice: str
    by: str
    category: str
    figures: Figures


class Balanced(msgspec.Struct, frozen=True, kw_only=True):
    """The balanced accuracy of "any" at one threshold; None for the thresholds of the weights, category by category."""

    set: str
    by: str
    threshold: float | None
    value: float


def measure(name: str, rows: Sequence[Row], by: str, batch: Batch, *, sliced: bool | int) -> Iterator[Measured]:
    """Measure one classifier on one set: as it is and, where `sliced`, over slices of all or so many rows."""
    scores = scored(batch, [row.text for row in rows])
    yield from of_set(name, by, rows, scores)
    if sliced:
        yield from of_slices(name, by, rows, scores, batch, len(rows) if sliced is True else sliced)


def scored(batch: Batch, texts: Sequence[str]) -> list[Scores]:
    """Score texts in portions."""
    return [each for start in range(0, len(texts), BATCH) for each in batch(texts[start : start + BATCH])]


def of_set(name: str, by: str, rows: Sequence[Row], scores: Sequence[Scores]) -> Iterator[Measured]:
    """Give the figures of every category that is labelled, and of the highest score."""
    for category in sorted({each for row in rows for each in row.known}):
        pairs = [(score[category], row.known[category]) for row, score in zip(rows, scores, strict=True)
                 if category in row.known and category in score]  # fmt: skip
        yield from _figured("all", name, by, category.value, pairs)
    yield from of_any("all", name, by, rows, scores)


def of_slices(
    name: str, by: str, rows: Sequence[Row], scores: Sequence[Scores], batch: Batch, most: int
) -> Iterator[Measured]:
    """Give the figures of the highest score by length and traits, and on the first short rows obfuscated."""
    for title, part in _parts(rows):
        yield from of_any(title, name, by, [rows[at] for at in part], [scores[at] for at in part])
    short = [at for at, row in enumerate(rows) if len(row.text) <= LONGEST_OBFUSCATED][:most]
    few = [rows[at] for at in short]
    yield from of_any("not obfuscated", name, by, few, [scores[at] for at in short])
    for how in OBFUSCATIONS:
        yield from of_any(how, name, by, few, scored(batch, [obfuscate(row.text, how) for row in few]))


def remembered(batch: Batch) -> Batch:
    """Return a batch that scores no text twice: sets share rows, and slices share all of theirs."""
    known: dict[bytes, Scores] = {}

    def again(texts: Sequence[str]) -> list[Scores]:
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known.update(zip(new, batch(list(new.values())) if new else [], strict=True))
        return [known[key] for key in keys]

    return again


def _parts(rows: Sequence[Row]) -> Iterator[tuple[str, list[int]]]:
    parts: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for title in (f"length {length_band(row.text)}", *traits(row.text)):
            parts.setdefault(title, []).append(at)
    yield from sorted(parts.items())


def of_any(title: str, name: str, by: str, rows: Sequence[Row], scores: Sequence[Scores]) -> Iterator[Measured]:
    """Give the figures of the highest score."""
    pairs = [(max(score.values()), int(row.wrong)) for row, score in zip(rows, scores, strict=True) if score]
    yield from _figured(title, name, by, "any", pairs)


def _figured(title: str, name: str, by: str, category: str, pairs: Iterable[tuple[float, int]]) -> Iterator[Measured]:
    found = np.array(list(pairs), dtype=np.float64).reshape(-1, 2)
    if len(found) >= FEWEST:
        made = figures(found[:, 0], found[:, 1])
        yield Measured(set=name, slice=title, by=by, category=category, figures=made)


def balanced(
    name: str, by: str, rows: Sequence[Row], scores: Sequence[Scores], thresholds: Mapping[Category, float]
) -> Iterator[Balanced]:
    """Give the balanced accuracy of "any" at each score of `GRID`, and at thresholds of each category."""
    pairs = [(row, score) for row, score in zip(rows, scores, strict=True) if score]
    truth = np.array([float(row.wrong) for row, _ in pairs])
    if not 0 < truth.sum() < len(truth):
        return
    highest = np.array([max(score.values()) for _, score in pairs])
    for edge in GRID:
        yield Balanced(set=name, by=by, threshold=edge, value=balanced_accuracy(highest, truth, edge))
    if thresholds:
        fired = [any(score[each] >= edge for each, edge in thresholds.items() if each in score) for _, score in pairs]
        value = balanced_accuracy(np.array(fired, dtype=np.float64), truth, 0.5)
        yield Balanced(set=name, by=by, threshold=None, value=value)
