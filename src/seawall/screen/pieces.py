"""Text to the token numbers of the encoder: lower case, no accents, words cut greedily into pieces of its vocabulary.

The same as the uncased BERT tokenizer, without its dependencies. A word of more than 100 characters, or with a letter
that the vocabulary lacks, is one unknown token: such text says nothing to the encoder.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).with_name("encoder") / "vocabulary.txt"
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD: Final = 100
_IDEOGRAPHS: Final = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F)),
    *((0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)


@lru_cache(maxsize=4096)
def _separate(letter: str) -> str:
    """Return what a character is replaced by before the text is split at white space."""
    code, category = ord(letter), unicodedata.category(letter)
    if letter in "\t\n\r" or category == "Zs":
        return " "
    if code in (0, 0xFFFD) or category.startswith("C"):
        return ""
    if any(low <= code <= high for low, high in _IDEOGRAPHS):
        return f" {letter} "
    return letter


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Return a lowered, decomposed character, with spaces around punctuation; nothing for an accent."""
    category = unicodedata.category(letter)
    if category == "Mn":
        return ""
    symbol = letter.isascii() and not letter.isalnum() and not letter.isspace()
    return f" {letter} " if symbol or category.startswith("P") else letter


def words(text: str) -> list[str]:
    """Return the words and marks of a text."""
    clean = "".join(map(_separate, text))
    return "".join(map(_plain, unicodedata.normalize("NFD", clean.lower()))).split()


class Pieces:
    """A vocabulary, one piece a line; the line is the number."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self.begin, self.end, self._unknown = (self._numbers[each] for each in (BEGIN, END, UNKNOWN))
        self._cut = lru_cache(maxsize=20_000)(self._cut_word)

    @classmethod
    def read(cls, path: Path) -> "Pieces":
        """Read a vocabulary."""
        return cls(path.read_text(encoding="utf-8").split("\n"))

    def numbers(self, text: str) -> list[int]:
        """Return the token numbers of a text, without the marks of beginning and end."""
        return [number for word in words(text) for number in self._cut(word)]

    def count(self, word: str) -> int:
        """Return in how many pieces a word or more is read; a letter that is not known counts as three."""
        return sum(
            1 if number != self._unknown else 3 * len(each) for each in words(word) for number in self._cut(each)
        )

    def windows(self, text: str, size: int, step: int, most: int) -> Iterator[list[int]]:
        """Yield overlapping windows with their marks; of a long text the first and the last ones, `most` in all."""
        numbers, inside = self.numbers(text), size - 2
        starts = [0, *range(step, len(numbers) - inside + step, step)]
        if len(starts) > most:
            starts = starts[: most - most // 2] + starts[-(most // 2) :]
        for start in starts:
            yield [self.begin, *numbers[start : start + inside], self.end]

    def _cut_word(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        found, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start and (piece := ("##" if start else "") + word[start:end]) not in self._numbers:
                end -= 1
            if end == start:
                return (self._unknown,)
            found.append(self._numbers[piece])
            start = end
        return tuple(found)
