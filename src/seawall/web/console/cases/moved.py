"""Which words moved a score of the fast classifier, for whoever looks at what was written. Exact, word by word.

Told only by the release that gave the score. What the accurate tier goes by takes many readings of the text:
`seawall screen --explain` shows it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from seawall.screen.disguise import undisguised
from seawall.screen.linear import LinearClassifier
from seawall.vocabulary.findings import Finding, Tier
from seawall.vocabulary.retained import Found, Said
from seawall.web.console.cases.texts import LONGEST, speaks_of

_MOST = 6


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word as it was read, and what it adds to the logit of the score."""

    text: str
    logit: float


def moved(said: Sequence[Said], findings: Sequence[Found]) -> Mapping[int, tuple[Word, ...]]:
    """Return the words that raised a score most, the strongest first, by the number of the finding in the list."""
    texts = {
        number: next((each.text for each in said if speaks_of(found, each)), None)
        for number, found in enumerate(findings, 1)
        if found.finding.tier is Tier.FAST and not found.finding.failed
    }
    told = {number: _words(findings[number - 1].finding, text) for number, text in texts.items() if text}
    return {number: words for number, words in told.items() if words}


def _words(finding: Finding, text: str) -> tuple[Word, ...]:
    fast = _fast()
    if (finding.detector, finding.release) != (fast.name, fast.release) or len(text) > LONGEST:
        return ()
    read = undisguised(text)
    parts = sorted(fast.explain(read, finding.category).parts, key=lambda part: -part.weight)[:_MOST]
    return tuple(
        Word(text=read[each.span.start : each.span.end], logit=each.weight) for each in parts if each.weight > 0
    )


@lru_cache(maxsize=1)
def _fast() -> LinearClassifier:
    return LinearClassifier.load()
