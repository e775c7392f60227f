"""What a classifier said of texts that come again: earlier turns and system prompts are sent with every request.

Kept in this process's memory alone, under digests whose key nobody else has, and never written: no text can be told
from it. A conversation of n turns is so scored once a turn, and not n times.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from seawall.vocabulary.categories import Category

Scores = dict[Category, float]
Score = Callable[[Sequence[str]], list[Scores]]
MOST = 4096


class Remembered:
    """The latest scores of one classifier, at most so many. Safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._key = most, secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._scores: OrderedDict[bytes, tuple[tuple[Category, float], ...]] = OrderedDict()

    def scores(self, texts: Sequence[str], again: Sequence[bool], score: Score) -> list[Scores]:
        """Return the scores of texts, asking `score` for those that are new, all at once.

        `again` tells of each whether it may come again: only such a text is looked up, and remembered.
        """
        names = [self._name(text) if each else None for text, each in zip(texts, again, strict=True)]
        with self._lock:
            known = [self._scores.get(name) if name is not None else None for name in names]
        missing = [text for text, told in zip(texts, known, strict=True) if told is None]
        fresh = iter(score(missing) if missing else ())
        found = [next(fresh) if told is None else dict(told) for told in known]
        self._keep(names, found)
        return found

    def _keep(self, names: Sequence[bytes | None], found: Sequence[Scores]) -> None:
        with self._lock:
            for name, told in zip(names, found, strict=True):
                if name is not None:
                    self._scores[name] = tuple(told.items())
                    self._scores.move_to_end(name)
            while len(self._scores) > self._most:
                self._scores.popitem(last=False)

    def _name(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
