"""A labelled set from disk: a stated sample of its rows, and what its labels mean here.

A label that a row lacks is unknown, which is not the same as no. Texts are sent and forgotten, never shown.
"""

import gzip
import json
import random
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from seawall.app.demo.errors import SetInvalid
from seawall.vocabulary.categories import Category

ANY: Final = "any"
"""The label `unsafe`: whether anything at all should be flagged."""

_MEANS: Final[Mapping[str, str]] = {category.value: category.value for category in Category} | {
    "sexual": Category.SEXUAL_CONTENT.value,
    "sexual_minors": Category.CHILD_SEXUAL_EXPLOITATION.value,
    "grooming": Category.CHILD_SEXUAL_EXPLOITATION.value,
    "violence": Category.VIOLENT_CRIMES.value,
    "fraud": Category.NONVIOLENT_CRIMES.value,
    "cbrn": Category.WEAPONS.value,
    "pii": Category.PRIVACY.value,
    "election": Category.ELECTIONS.value,
    "unsafe": ANY,
}


class Row(msgspec.Struct, frozen=True):
    """A text with what is known of it."""

    text: str
    known: dict[str, bool]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Rows drawn from a set, of how many, with which seed, and labels that mean nothing here."""

    rows: tuple[Row, ...]
    of: int
    seed: int
    unknown: tuple[str, ...] = ()


def draw(path: Path, limit: int, seed: int) -> Sample:
    """Return at most `limit` rows of a set, drawn by a seed. Raises SetInvalid."""
    rows, unknown = [], Counter[str]()
    for text, labels in _read(path):
        unknown.update(name for name in labels if name not in _MEANS)
        known = _known(labels)
        if known and text.strip():
            rows.append(Row(text, known))
    if not rows:
        raise SetInvalid(str(path), f"no row has a text and a label that is known here ({', '.join(sorted(_MEANS))}).")
    chosen = random.Random(seed).sample(rows, min(limit, len(rows)))  # noqa: S311 - a sample, not a secret
    return Sample(rows=tuple(chosen), of=len(rows), seed=seed, unknown=tuple(sorted(unknown)))


def _known(labels: Mapping[str, Any]) -> dict[str, bool]:
    known: dict[str, bool] = {}
    for name, value in labels.items():
        if name in _MEANS and value in (0, 1):
            # Two labels of one category: one yes is a yes.
            known[_MEANS[name]] = known.get(_MEANS[name], False) or bool(value)
    return known


def _read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rt", encoding="utf-8") if packed else path.open("rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(f"{path}, line {number}", line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SetInvalid(str(path), f"it cannot be read: {error}.") from None


def _row(place: str, line: str) -> tuple[str, dict[str, Any]]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SetInvalid(place, f"it is not JSON: {error}.") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("labels"), dict):
        raise SetInvalid(place, "it has no `text` (a string) and `labels` (an object).")
    # Half of a surrogate pair is JSON, and no text that could be sent.
    return row["text"].encode("utf-8", "replace").decode(), row["labels"]
