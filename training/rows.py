"""Labelled rows from disk, split by a hash of how a text begins.

Texts that begin alike (templates, reposts) fall on the same side. Rows that begin like one of the validation sets are
dropped, so that those stay outside sets. Nothing here prints or keeps a text beyond the run.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from seawall.vocabulary.categories import Category
from training.sources import SOURCES, Source, truths

OPENING = 40
FIT, CALIBRATE, TEST = "fit", "calibrate", "test"


class Row(msgspec.Struct, frozen=True):
    """A text with what is known of it."""

    text: str
    known: dict[Category, int]
    part: str


def read(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield text and labels of each row."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["text"], row["labels"]


def digest(text: str) -> bytes:
    """Return a hash of the first letters and digits of a text."""
    opening = "".join(letter for letter in text[:400].lower() if letter.isalnum())[:OPENING]
    return hashlib.blake2b(opening.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def part_of(key: bytes) -> str:
    """Give a tenth of all openings to calibration and a tenth to the test."""
    return {0: TEST, 1: CALIBRATE}.get(int.from_bytes(key[:4], "big") % 10, FIT)


def openings(folder: Path) -> set[bytes]:
    """Return the openings of every validation row."""
    return {digest(text) for path in sorted(folder.glob("*.jsonl.gz")) for text, _ in read(path)}


def take(path: Path, source: Source, barred: set[bytes]) -> list[Row]:
    """Return at most `source.most` labelled rows of one file, chosen by hash, each text once."""
    chosen: dict[str, tuple[bytes, Row]] = {}
    for text, labels in read(path):
        key, known = digest(text), truths(labels, source)
        if known and text.strip() and key not in barred:
            order = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            chosen[text] = (order, Row(text=text, known=known, part=part_of(key)))
    kept = sorted(chosen.values(), key=lambda pair: pair[0])
    return [row for _, row in kept[: source.most]]


def files(data: Path) -> list[tuple[Source, Path]]:
    """Return the sources that are present."""
    named = [(source, data / "train" / f"{source.file}.jsonl.gz") for source in SOURCES]
    return [(source, path) for source, path in named if path.exists()]
