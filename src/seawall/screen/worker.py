"""A process that scores texts for a pool: `python -m seawall.screen.worker MODULE:NAME`, frames on its two pipes.

    greeting -> (texts -> rows of score and precision, CPU time so far) again and again, until the pipe ends

A frame is four bytes of length, then MessagePack. NAME is called without arguments and gives the classifier. A process
of its own, so that the gateway neither shares an interpreter with the model nor holds its memory; it yields to others.
"""

import importlib
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import reduce
from typing import Any, BinaryIO, Protocol

import msgspec

from seawall.screen.classifying import Classifier
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError

HEAD = 4
_NICER = 5


class BatchClassifier(Classifier, Protocol):
    """A classifier that scores many texts in one go."""

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        """Return the scores of texts, in their order."""


class Greeting(msgspec.Struct, frozen=True):
    """What a worker says first: what it loaded, or why it cannot."""

    name: str = ""
    release: str = ""
    categories: tuple[Category, ...] = ()
    error: str = ""


class Scored(msgspec.Struct, frozen=True, array_like=True):
    """A score and the precision that was shown at or above it."""

    score: float
    precision: float | None = None


class Reply(msgspec.Struct, frozen=True):
    """A row for each text, a cell for each category of the greeting; or the type of what was raised."""

    cpu_s: float
    rows: tuple[tuple[Scored, ...], ...] = ()
    error: str = ""


def frame(value: Any) -> bytes:
    """Return a value as a frame."""
    body = msgspec.msgpack.encode(value)
    return len(body).to_bytes(HEAD, "big") + body


def serve(load: str, taking: BinaryIO, giving: BinaryIO) -> int:
    """Load a classifier and answer frames until they end; return the exit status."""
    try:
        classifier = _loaded(load)
    except (ImportError, AttributeError, SeawallError) as error:
        _give(giving, Greeting(error=error.message if isinstance(error, SeawallError) else str(error)))
        return 1
    _give(giving, Greeting(classifier.name, classifier.release, tuple(classifier.categories)))
    while head := taking.read(HEAD):
        texts = msgspec.msgpack.decode(taking.read(int.from_bytes(head, "big")), type=list[str])
        _give(giving, _reply(classifier, texts))
    return 0


def _loaded(load: str) -> BatchClassifier:
    module, _, name = load.partition(":")
    made: BatchClassifier = reduce(getattr, name.split("."), importlib.import_module(module))()  # type: ignore[operator]
    return made


def _reply(classifier: BatchClassifier, texts: list[str]) -> Reply:
    try:
        found = classifier.batch_scores(texts)
    except Exception as error:  # noqa: BLE001 - whatever a model raises is an answer: the next text may be better
        return Reply(time.process_time(), error=type(error).__name__)
    rows = tuple(
        tuple(Scored(scores[each], classifier.precision_at(each, scores[each])) for each in classifier.categories)
        for scores in found
    )
    return Reply(time.process_time(), rows)


def _give(giving: BinaryIO, value: Any) -> None:
    giving.write(frame(value))
    giving.flush()


def main() -> int:
    """Serve on standard input and output; whatever prints goes to standard error."""
    with suppress(OSError):
        os.nice(_NICER)
    giving = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        return serve(sys.argv[1], sys.stdin.buffer, giving)
    return 0


if __name__ == "__main__":
    sys.exit(main())
