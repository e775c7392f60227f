"""An operator's own list of banned words as a detector."""

import re
from collections.abc import Sequence

from seawall.screen.detector import Detector
from seawall.screen.fold import fold
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput


class BadLiteral(InvalidInput):
    """A banned word cannot be looked for."""

    code = "screen.bad_literal"


def literals(name: str, words: Sequence[str], category: Category = Category.BANNED_TERM) -> Detector:
    """Return a detector of these words, whatever their case and disguise. Raises BadLiteral."""
    folded = {fold(word).strip().lower() for word in words}
    if not folded or any(not 2 <= len(word) <= 200 for word in folded):
        raise BadLiteral(f"{name}: every banned term has 2 to 200 characters.", hint="Remove the empty or long one.")
    patterns = tuple(_bounded(word) for word in sorted(folded))
    longest = max(map(len, folded))
    return Detector(
        name=name,
        category=category,
        finds="terms that the operator bans",
        patterns=patterns,
        max_span=longest,
        hits=tuple(sorted(folded))[:1],
        misses=("nothing of the kind",) if not any(word in "nothing of the kind" for word in folded) else (),
        wording=True,
        measured="exact: it finds the listed terms and nothing else",
    )


def _bounded(word: str) -> str:
    """Return the pattern of a word; boundaries only where it begins or ends in a Latin letter or digit."""
    escaped = "".join(letter if letter.isalnum() or not letter.isascii() else re.escape(letter) for letter in word)
    start, end = (r"\b" if edge.isascii() and edge.isalnum() else "" for edge in (word[0], word[-1]))
    return f"{start}{escaped}{end}"
