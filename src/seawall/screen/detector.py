"""What a detector is: patterns with a stated longest match, an optional check, its own hits and misses."""

from collections.abc import Callable

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface

EVERYWHERE = frozenset(Surface)
Confirm = Callable[[str], bool]


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One deterministic detector.

    `patterns` are regular expressions in the common subset of Hyperscan and Python, over folded text (see `fold`);
    none matches more than `max_span` characters. `wording` patterns ignore case and are also looked for in leetspeak,
    spaced-out letters and decoded text. `confirm` settles a candidate, such as a check digit. `hits` and `misses` are
    the detector's own tests. `measured` says what is known of its error.
    """

    name: str
    category: Category
    finds: str
    patterns: tuple[str, ...]
    max_span: int
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    confirm: Confirm | None = None
    wording: bool = False
    surfaces: frozenset[Surface] = EVERYWHERE
    score: float = 1.0
    release: str = "1"
    measured: str = "not measured"
