"""What moved the score of a model that cannot be taken apart: leave words out and see how the score falls.

A part's weight is the logit with the whole text less the logit without that part. Limits: parts that say the same thing
hide each other; a text of many words is left out in `MOST` groups of neighbours. Weights do not add up to the logit.
"""

import math
from collections.abc import Iterator, Sequence

from seawall.screen.linear.contributions import Part, spans
from seawall.screen.worker import BatchClassifier
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Span

MOST = 48


def occlusions(classifier: BatchClassifier, text: str, categories: Sequence[Category]) -> dict[Category, list[Part]]:
    """Return for each category what every part of a text adds to its logit."""
    parts = list(_parts(text))
    whole, *without = classifier.batch_scores([text, *(text[: part.start] + text[part.end :] for part in parts)])
    return {
        category: [
            Part(part, _logit(whole[category]) - _logit(scores[category]))
            for part, scores in zip(parts, without, strict=True)
        ]
        for category in categories
    }


def _parts(text: str) -> Iterator[Span]:
    words = list(spans(text))
    size = max(1, math.ceil(len(words) / MOST))
    for at in range(0, len(words), size):
        yield Span(words[at].start, words[min(at + size, len(words)) - 1].end)


def _logit(chance: float) -> float:
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(chance / (1 - chance))
