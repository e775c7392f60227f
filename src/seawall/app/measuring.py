"""Measure the classifiers on labelled sets: figures by set, category and tier, and over slices of each set.

A set is a file NAME.jsonl.gz or NAME.jsonl of lines {"text": …, "labels": {label: 0 or 1}}. A label that is absent is
unknown and measures nothing; "any" is the highest score of all categories against whether anything is labelled 1.
Nothing is tuned here, and no text is printed or kept.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seawall.screen.measure import OBFUSCATIONS, Figures, figures, length_band, obfuscate, traits
from seawall.screen.measure.labels import truths
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput

BATCH = 64
FEWEST = 20

Scores = dict[Category, float]
Batch = Callable[[Sequence[str]], list[Scores]]


class Row(msgspec.Struct, frozen=True):
    """One labelled text."""

    text: str
    known: dict[Category, int]
    wrong: bool


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one category ("any" for the highest score) on one slice of one set."""

    set: str
    slice: str
    by: str
    category: str
    figures: Figures


def sets(folder: Path, most: int, injections: frozenset[str]) -> Iterator[tuple[str, list[Row]]]:
    """Give every set of a folder with at most `most` rows, chosen by hash. Raises InvalidInput."""
    paths = sorted([*folder.glob("*.jsonl.gz"), *folder.glob("*.jsonl")])
    if not paths:
        raise InvalidInput(f"{folder} holds no set.", hint="A set is a file NAME.jsonl or NAME.jsonl.gz.")
    for path in paths:
        name = path.name.partition(".")[0]
        rows = sorted(_rows(path, injections=name in injections), key=_order)[:most]
        if any(row.known or row.wrong for row in rows):
            yield name, rows


def _rows(path: Path, *, injections: bool) -> Iterator[Row]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                told = msgspec.json.decode(line)
                labels = dict(told["labels"])
                yield Row(str(told["text"]), truths(labels, injections=injections), 1 in labels.values())
            except (msgspec.DecodeError, TypeError, KeyError, ValueError):
                raise InvalidInput(
                    f"{path}, line {number}, is no labelled text.",
                    hint='A line is {"text": "…", "labels": {"hate": 0}}.',
                ) from None


def _order(row: Row) -> bytes:
    return hashlib.blake2b(row.text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def measure(name: str, rows: Sequence[Row], by: str, batch: Batch, *, sliced: bool) -> Iterator[Measured]:
    """Measure one classifier on one set: as it is, obfuscated, and by length and traits."""
    scores = scored(batch, [row.text for row in rows])
    yield from _of("all", name, by, rows, scores)
    if not sliced:
        return
    for how in OBFUSCATIONS:
        yield from _any(how, name, by, rows, scored(batch, [obfuscate(row.text, how) for row in rows]))
    for title, part in _parts(rows):
        yield from _any(title, name, by, [rows[at] for at in part], [scores[at] for at in part])


def scored(batch: Batch, texts: Sequence[str]) -> list[Scores]:
    """Score texts in portions."""
    return [each for start in range(0, len(texts), BATCH) for each in batch(texts[start : start + BATCH])]


def _parts(rows: Sequence[Row]) -> Iterator[tuple[str, list[int]]]:
    parts: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for title in (f"length {length_band(row.text)}", *traits(row.text)):
            parts.setdefault(title, []).append(at)
    yield from sorted(parts.items())


def _of(title: str, name: str, by: str, rows: Sequence[Row], scores: Sequence[Scores]) -> Iterator[Measured]:
    for category in sorted({each for row in rows for each in row.known}):
        pairs = [(score[category], row.known[category]) for row, score in zip(rows, scores, strict=True)
                 if category in row.known and category in score]  # fmt: skip
        yield from _figured(title, name, by, category.value, pairs)
    yield from _any(title, name, by, rows, scores)


def _any(title: str, name: str, by: str, rows: Sequence[Row], scores: Sequence[Scores]) -> Iterator[Measured]:
    pairs = [(max(score.values()), int(row.wrong)) for row, score in zip(rows, scores, strict=True)]
    yield from _figured(title, name, by, "any", pairs)


def _figured(title: str, name: str, by: str, category: str, pairs: Iterable[tuple[float, int]]) -> Iterator[Measured]:
    found = np.array(list(pairs), dtype=np.float64).reshape(-1, 2)
    if len(found) >= FEWEST:
        made = figures(found[:, 0], found[:, 1])
        yield Measured(set=name, slice=title, by=by, category=category, figures=made)


def rivals() -> dict[str, Batch]:
    """Return what else is installed to be measured beside."""
    try:
        from profanity_check import predict_prob
    except ImportError:
        return {}

    def batch(texts: Sequence[str]) -> list[Scores]:
        found: Any = predict_prob(list(texts))
        return [{Category.HARASSMENT: float(each)} for each in found]

    return {"alt-profanity-check": batch}
