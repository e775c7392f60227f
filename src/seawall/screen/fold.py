"""Fold text against evasion: compatibility forms, look-alikes, accents and invisible characters; spans map back.

Character by character, so that a stream folds as its whole does. ASCII folds to itself. Folding is for matching only:
what leaves is the original.
"""

import unicodedata
from itertools import accumulate

_QUOTES = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "..."}
_INVISIBLE = {"Cf", "Mn", "Me", "Cc"}


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out a character when it first meets it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isprintable() or letter in "\n\r\t" else ""
    if letter in _QUOTES:
        return _QUOTES[letter]
    if unicodedata.category(letter) in _INVISIBLE:
        return ""
    if letter.isspace():
        return " "
    parts = (part for part in unicodedata.normalize("NFKD", letter) if unicodedata.category(part) not in _INVISIBLE)
    return "".join(part if part.isascii() else _lookalike(part) for part in parts)


def _lookalike(letter: str) -> str:
    """Return the Latin letter or digit that a character passes for, or the character itself."""
    from confusable_homoglyphs.confusables import confusables_data  # large, and most text needs none of it

    for each in confusables_data.get(letter, ()):
        if len(each["c"]) == 1 and each["c"].isascii() and each["c"].isalnum():
            return str(each["c"])
    lowered = letter.lower()
    return _lookalike(lowered) if lowered != letter and len(lowered) == 1 else lowered


_TABLE = _Folding()
_PLAIN = bytes(range(32, 127)) + b"\n\r\t"
_SHORT = 200


def is_plain(text: str) -> bool:
    """Tell whether text folds to itself."""
    if not text.isascii():
        return False
    # Of a long text the bytes are looked through in a third of the time, of a short one the letters.
    return (len(text) < _SHORT and text.isprintable()) or not text.encode().translate(None, _PLAIN)


def fold(text: str) -> str:
    """Return the folded text."""
    return text if is_plain(text) else text.translate(_TABLE)


def places(text: str) -> list[int]:
    """Return, for every position in the folded text, the position in the original; one more for the end."""
    if is_plain(text):
        return list(range(len(text) + 1))
    lengths = [len(_TABLE[ord(letter)]) for letter in text]
    ends = list(accumulate(lengths))
    found = [at for at, length in enumerate(lengths) for _ in range(length)]
    return [*found, len(text)] if ends else [0]
