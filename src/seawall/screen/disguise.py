"""Undo disguises before a classifier reads a text, word by word, so that whoever does not disguise is read as written.

    look-alike letters, invisible characters, encoded runs, spaced-out letters, digits for letters -> plain words

A word is changed only where that makes it read more simply: in fewer pieces of the encoder's vocabulary. Spaced-out
letters lose the ends of their words; those are found again by how common words are (a unigram model with ranks for
frequencies, as of Norvig, "Natural Language Corpus Data", 2009). Detectors use `views`, whose places map back.
"""

import math
import re
import unicodedata
from functools import cache, lru_cache

import hyperscan

from seawall.screen.fold import fold
from seawall.screen.pieces import SHIPPED, Pieces
from seawall.screen.views import DEPTH, ENCODED, SPACED, decode, joined

_LONGEST = 20
# Numbers and marks that stand for letters inside words; 1 passes for two of them.
_LEET_LETTERS = tuple(str.maketrans("013457@$!|", letters) for letters in ("oieastasii", "oleastasil"))
_LEET_MARKS = frozenset("013457@$!|")
_LONG, _SHORT, _MANY = 4, 2, 2
_LEET, _SPACED, _ENCODED = range(3)
# What tells that there may be something to undo, in one pass.
_HINTS = (
    r"[A-Za-z][013457@$!|]{1,4}[A-Za-z]|\b[013457@$!|]{1,3}[A-Za-z]{2}|[A-Za-z]{2}[01357@$]{1,3}\b",
    r"\b[A-Za-z0-9](?:[ ._*+-]{1,2}[A-Za-z0-9]){3}\b",
    r"[A-Za-z0-9+/_-]{20}|(?:%[0-9A-Fa-f]{2}){6}",
)
# A number at the end of a word counts something.
_INSIDE = re.compile(r"[013457@$!|][A-Za-z]")
_WORD = re.compile(r"\S+")
_CORE = re.compile(r"([\"'(\[{*_]*)(.*?)([.,;:?!|\"')\]}*_]*)", re.DOTALL)
_SPACED_RE, _ENCODED_RE = re.compile(SPACED), re.compile(ENCODED)


def undisguised(text: str) -> str:
    """Return the text as it is meant to be read; the same object where nothing is disguised."""
    if not text.isascii():
        text = _latin(text)
    hints = _hinted(text)
    if _ENCODED in hints:
        text = _decoded(text, DEPTH)
        hints = _hinted(text)
    if _SPACED in hints:
        text = _SPACED_RE.sub(lambda run: _together(run.group()), text)
    return _unleet(text) if _LEET in hints else text


def _hinted(text: str) -> set[int]:
    """Tell what there may be to undo: some microseconds, where three searches with `re` take twenty."""
    hints: set[int] = set()
    _hints().scan(text.encode("utf-8", "surrogatepass"), match_event_handler=lambda number, *_: hints.add(number))
    return hints


@cache
def _hints() -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = [hyperscan.HS_FLAG_SINGLEMATCH] * len(_HINTS)
    database.compile(expressions=[each.encode() for each in _HINTS], ids=list(range(len(_HINTS))), flags=flags)
    return database


def _latin(text: str) -> str:
    """Take out what is invisible, and give words of look-alike letters as the Latin words that they pass for."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    words = _WORD.findall(seen)
    plain = {word: read for word in words if (read := _lookalike(word)) != word and _pieces(read) < _pieces(word)}
    if len(plain) >= _MANY:
        plain = {word: _lookalike(word) for word in words}
    return _WORD.sub(lambda word: plain.get(word.group(), word.group()), seen) if plain else seen


@lru_cache(maxsize=4096)
def _lookalike(word: str) -> str:
    if word.isascii() or all(_is_latin(letter) for letter in word):
        return word
    plain = fold(word)
    return plain if plain.isascii() else word


def _is_latin(letter: str) -> bool:
    """Tell whether a character is one of a Latin alphabet as people type it, or no letter or digit at all."""
    code = ord(letter)
    return not letter.isalnum() or code < 0x0250 or 0x1E00 <= code < 0x1F00


def _decoded(text: str, depth: int) -> str:
    def plain(run: re.Match[str]) -> str:
        said = decode(run.group())
        if said is None:
            return run.group()
        return _decoded(said, depth - 1) if depth > 1 else said

    return _ENCODED_RE.sub(plain, text)


def _together(run: str) -> str:
    words = " ".join(_segmented(part) for part in joined(run).split())
    return words if sum(map(_pieces, words.split())) < sum(map(_pieces, run.split())) else run


@lru_cache(maxsize=4096)
def _segmented(letters: str) -> str:
    """Return the likeliest words of a run of letters."""
    lowered = letters.lower()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(lowered) + 1):
        starts = range(max(0, end - _LONGEST), end)
        best.append(min((best[start][0] + _cost(lowered[start:end]), start) for start in starts))
    words, end = [], len(lowered)
    while end:
        start = best[end][1]
        words.append(letters[start:end])
        end = start
    return " ".join(reversed(words))


def _cost(word: str) -> float:
    """Return how unlikely a word is: its rank, or so much a letter where nobody knows it."""
    rank = _ranks().get(word)
    return 12.0 * len(word) if rank is None else math.log(rank + 10)


def _unleet(text: str) -> str:
    """Give words with numbers for letters as words; short ones only among others, because units look like them."""
    words = _WORD.findall(text)
    plain = {word: read for word in words if (read := _word(word, _LONG)) != word}
    if len(plain) >= _MANY:
        plain = {word: _word(word, _SHORT) for word in words}
    return _WORD.sub(lambda word: plain.get(word.group(), word.group()), text) if plain else text


@lru_cache(maxsize=8192)
def _word(word: str, shortest: int) -> str:
    if _LEET_MARKS.isdisjoint(word) or (shortest == _LONG and not _INSIDE.search(word)):
        return word
    found = _CORE.fullmatch(word)
    before, core, after = found.groups() if found else ("", word, "")
    read = min((core.translate(table) for table in _LEET_LETTERS), key=_pieces)
    # Identifiers, units and hexadecimal read more simply as well, but as no word.
    known = read.lower() in _ranks() or _pieces(read) < 0.4 * len(read)
    better = _pieces(read) < _pieces(core) or shortest == _SHORT
    return before + read + after if known and better and read.isalpha() and len(core) >= shortest else word


def _pieces(word: str) -> int:
    return _vocabulary().count(word)


@cache
def _vocabulary() -> Pieces:
    return Pieces.read(SHIPPED)


@cache
def _ranks() -> dict[str, int]:
    """Return the place of every word of the vocabulary, the commonest first; of single letters only `a` and `i`."""
    words = (word for word in SHIPPED.read_text(encoding="utf-8").split("\n") if word.isascii() and word.isalpha())
    return {word: at for at, word in enumerate(words) if len(word) > 1 or word in "ai"}
