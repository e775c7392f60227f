"""Labelled rows from disk, and the sample of them that is measured: the first by a hash of seed and text."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from seawall.screen.measure.labels import truths
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput

SEED = 20261125


class Row(msgspec.Struct, frozen=True):
    """One labelled text. `harmless` is one that is labelled as such throughout; unknown is not harmless."""

    text: str
    known: dict[Category, int]
    wrong: bool
    harmless: bool = False
    source: str = ""


def files(folder: Path) -> list[Path]:
    """Return the sets of a folder. Raises InvalidInput where there is none."""
    paths = sorted([*folder.glob("*.jsonl.gz"), *folder.glob("*.jsonl")])
    if not paths:
        raise InvalidInput(f"{folder} holds no set.", hint="A set is a file NAME.jsonl or NAME.jsonl.gz.")
    return paths


def name_of(path: Path) -> str:
    """Return the name of a set."""
    return path.name.partition(".")[0]


def sets(folder: Path, most: int, injections: frozenset[str], seed: int = SEED) -> Iterator[tuple[str, list[Row]]]:
    """Give every set of a folder with at most `most` rows, chosen by hash. Raises InvalidInput."""
    for path in files(folder):
        rows = sampled(read_rows(path, injections=name_of(path) in injections), most, seed)
        if any(row.known or row.wrong for row in rows):
            yield name_of(path), rows


def sampled(rows: Iterable[Row], most: int, seed: int = SEED) -> list[Row]:
    """Return at most so many rows. The seed makes the choice another than the one that training makes."""
    salt = seed.to_bytes(8, "big")

    def order(row: Row) -> bytes:
        return hashlib.blake2b(row.text.encode("utf-8", "surrogatepass"), digest_size=8, salt=salt).digest()

    return sorted(rows, key=order)[:most]


def read_rows(path: Path, *, injections: bool = False) -> Iterator[Row]:
    """Give the rows of a set. Raises InvalidInput with the line that is none."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _row(msgspec.json.decode(line), injections=injections)
            except (msgspec.DecodeError, TypeError, KeyError, ValueError):
                raise InvalidInput(
                    f"{path}, line {number}, is no labelled text.",
                    hint='A line is {"text": "…", "labels": {"hate": 0}}.',
                ) from None


def _row(told: dict[str, object], *, injections: bool) -> Row:
    labels = dict(told["labels"])  # type: ignore[call-overload]
    wrong = 1 in labels.values()
    return Row(
        text=str(told["text"]),
        known=truths(labels, injections=injections),
        wrong=wrong,
        harmless=not wrong and labels.get("unsafe") == 0,
        source=str(told.get("source", "")),
    )
