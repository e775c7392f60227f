"""Score a file of lines, each an object with a `text`, in order and at batch speed."""

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import msgspec

from seawall.app.scoring import Scorer
from seawall.vocabulary.errors import InvalidInput

BATCH = 64
_EVERY_S = 1.0


class BadLine(InvalidInput):
    """A line of the file is not an object with a text."""

    code = "app.bad_line"

    def __init__(self, path: Path, number: int, why: str) -> None:
        super().__init__(
            f"{path}, line {number}: {why}.", hint='Every line is like {"text": "…"}; nothing was skipped.'
        )


class _Line(msgspec.Struct, frozen=True):
    text: str


def texts(path: Path) -> Iterator[str]:
    """Give the texts of a file, of standard input for `-`. Raises BadLine with the number of the line."""
    source: Iterable[bytes] = sys.stdin.buffer if str(path) == "-" else _opened(path)
    for number, line in enumerate(source, 1):
        if not line.strip():
            raise BadLine(path, number, "the line is empty")
        try:
            yield msgspec.json.decode(line, type=_Line).text
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadLine(path, number, _why(error)) from None


def _opened(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as opened:
            yield from opened
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be read ({error.strerror}).", hint="Name a file, or - for standard input."
        ) from None


def _why(error: Exception) -> str:
    said = str(error).replace("`", "")
    return said[0].lower() + said[1:].rstrip(".") if said else "it is not JSON"


def scored(scorer: Scorer, lines: Iterable[str], *, fast_only: bool, progress: TextIO) -> Iterator[dict[str, Any]]:
    """Give one result a line, in order, and tell on `progress` how far it is."""
    release, tier = scorer.release(fast_only=fast_only), "fast" if fast_only or scorer.accurate is None else "accurate"
    done, begun, told = 0, time.monotonic(), 0.0
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        for scores in scorer.batch(batch, fast_only=fast_only):
            yield {"scores": scores, "tier": tier, "release": release}
        done += len(batch)
        now = time.monotonic()
        if now - told >= _EVERY_S:
            told = now
            progress.write(f"{done} lines scored, {done / max(now - begun, 1e-9):.0f} a second\n")
            progress.flush()
    progress.write(f"{done} lines scored by {release}\n")
    progress.flush()
