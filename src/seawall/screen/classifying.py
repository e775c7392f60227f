"""Score texts with classifiers. What is handed over together is scored in one call, which costs much less than several.

A classifier that raises or is late gives findings of failure, never a pass. Texts come in groups, one for an exchange:
each group keeps its own deadline, and one that makes a classifier raise takes no other along.
"""

import logging
import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from seawall.screen.remembered import Remembered
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface, Tier

log = logging.getLogger(__name__)

Scores = dict[Category, float]


class Given(NamedTuple):
    """A text with its surface and its place in the exchange; `newest` is false for what was judged before."""

    text: str
    surface: Surface
    piece: int = 0
    newest: bool = True


Group = Sequence[Given]


class Classifier(Protocol):
    """A model that scores whole texts."""

    @property
    def name(self) -> str:
        """Name the model."""

    @property
    def release(self) -> str:
        """Name the release of its weights."""

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return what it scores."""

    def batch_scores(self, texts: Sequence[str]) -> list[Scores]:
        """Return a score per category for each text."""

    def precision_at(self, category: Category, score: float) -> float | None:
        """Return the precision shown at or above a score."""


class Classifying:
    """Classifiers with what they remember. Safe to share between threads. Scores below `floor` are not reported."""

    def __init__(self, classifiers: Sequence[Classifier], deadline_s: float, floor: float) -> None:
        self.classifiers = tuple(classifiers)
        self._remembered = [Remembered() for _ in self.classifiers]
        self._deadline_s, self._floor = deadline_s, floor

    def findings(self, groups: Sequence[Group]) -> list[list[Finding]]:
        """Return for each group what the classifiers say of its texts."""
        found: list[list[Finding]] = [[] for _ in groups]
        for classifier, remembered in zip(self.classifiers, self._remembered, strict=True) if groups else ():
            scores = self._scores(classifier, remembered, groups)
            for group, into, told in zip(groups, found, scores, strict=True):
                into += self._reported(classifier, group, told) if told is not None else _failed(classifier, group)
        return found

    def _scores(
        self, classifier: Classifier, remembered: Remembered, groups: Sequence[Group]
    ) -> list[list[Scores] | None]:
        """Return a classifier's scores by group; None for one that it failed, or that it was late for."""
        given = [each for group in groups for each in group]
        began = time.monotonic()
        try:
            texts, again = [each.text for each in given], [not each.newest for each in given]
            scores = iter(remembered.scores(texts, again, classifier.batch_scores))
        except Exception:
            if len(groups) > 1:
                return [self._scores(classifier, remembered, [group])[0] for group in groups]
            log.exception("classifier failed", extra={"classifier": classifier.name})
            return [None]
        took = time.monotonic() - began
        told = [[next(scores) for _ in group] for group in groups]
        return [each if took <= self._allowed(group) else None for group, each in zip(groups, told, strict=True)]

    def _allowed(self, group: Group) -> float:
        """Return the seconds that the texts of one exchange may take, a deadline for each and more for long ones."""
        return sum(self._deadline_s + len(each.text) * 2e-6 for each in group)

    def _reported(self, classifier: Classifier, group: Group, told: Sequence[Scores]) -> list[Finding]:
        return [
            _finding(classifier, each, category, score)
            for each, scores in zip(group, told, strict=True)
            for category, score in scores.items()
            if score >= self._floor
        ]


def _failed(classifier: Classifier, group: Group) -> list[Finding]:
    return [_finding(classifier, each, category, None) for each in group for category in classifier.categories]


def _finding(classifier: Classifier, given: Given, category: Category, score: float | None) -> Finding:
    """Return the finding of a score; of failure where there is none."""
    return Finding(
        category=category,
        detector=classifier.name,
        release=classifier.release,
        surface=given.surface,
        piece=given.piece,
        newest=given.newest,
        tier=Tier.FAST,
        score=1.0 if score is None else round(score, 4),
        precision=None if score is None else classifier.precision_at(category, score),
        failed=score is None,
    )
