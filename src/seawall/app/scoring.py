"""Score texts outside the gateway: one text through a policy's cascade, or many at batch speed.

The accurate tier runs in this process here. Where its runtime or its model is missing, the fast tier scores alone, and
`tier` says so.
"""

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from seawall.policy.rules import Policy
from seawall.screen import DETECTORS, Screen
from seawall.screen.cascade import Text, Tiers, settle
from seawall.screen.judges import Judge
from seawall.screen.linear import LinearClassifier
from seawall.screen.linear.contributions import Part
from seawall.screen.literals import literals
from seawall.screen.occlusion import occlusions
from seawall.screen.worker import BatchClassifier, Scored
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.findings import Finding, Surface, Tier

log = logging.getLogger(__name__)

Scores = dict[Category, float]


class Screened(msgspec.Struct, frozen=True, kw_only=True):
    """What the cascade says of one text: findings, a score per category, and which tier gave it."""

    findings: tuple[Finding, ...]
    scores: Scores
    tiers: dict[Category, Tier]


class InProcess:
    """The accurate tier as the cascade asks it, in this process: for one text at a time, where nobody else waits."""

    def __init__(self, classifier: BatchClassifier) -> None:
        self.classifier, self.name, self.release = classifier, classifier.name, classifier.release
        self.asked = 0

    async def scores(self, text: str) -> Mapping[Category, Scored]:
        """Return the scores of a text."""
        self.asked += 1
        found = self.classifier.batch_scores([text])[0]
        return {each: Scored(score, self.classifier.precision_at(each, score)) for each, score in found.items()}


class Scorer:
    """The shipped classifiers, each loaded when it is first needed."""

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads

    @cached_property
    def fast(self) -> LinearClassifier:
        """Return the fast tier."""
        return LinearClassifier.load()

    @cached_property
    def accurate(self) -> BatchClassifier | None:
        """Return the accurate tier; None where it cannot run here."""
        try:
            from seawall.screen.encoder import EncoderClassifier

            return EncoderClassifier.load(linear=self.fast, threads=self._threads)
        except ImportError as error:
            log.warning("the accurate tier cannot run: %s is not installed", error.name)
        except SeawallError as unusable:
            log.warning("the accurate tier cannot run: %s", unusable.message)
        return None

    def batch(self, texts: Sequence[str], *, fast_only: bool = False) -> list[Scores]:
        """Return scores in order: the accurate tier's, which stands on the fast one, or the fast tier's alone."""
        if fast_only or self.accurate is None:
            return self.fast.batch_scores(texts)
        found = self.accurate.batch_scores(texts)
        missing = [each for each in self.fast.categories if each not in self.accurate.categories]
        for text, scores in zip(texts, found, strict=True) if missing else ():
            own = self.fast.scores(text)
            scores.update({each: own[each] for each in missing})
        return found

    def release(self, *, fast_only: bool = False) -> str:
        """Return what `batch` scores with."""
        used = self.fast if fast_only or self.accurate is None else self.accurate
        return f"{used.name} {used.release}"

    def screen(self, policy: Policy) -> Screen:
        """Return the screen of a policy, as the gateway has it."""
        own = tuple(literals(f"literals.{each.name}", each.words, each.category) for each in policy.literals)
        return Screen((*DETECTORS, *own), (self.fast,), deadline_s=10.0, floor=policy.cascade.floor)

    async def screened(
        self, text: str, policy: Policy, surface: Surface, judges: Mapping[str, Judge], screen: Screen | None = None
    ) -> Screened:
        """Return what a policy's cascade says of one text."""
        found = (screen or self.screen(policy)).screen(text, surface)
        needs = any(step.tier is Tier.ACCURATE for step in policy.cascade.steps)
        slow = InProcess(self.accurate) if needs and self.accurate is not None else None
        seen = Text(text=text, surface=surface)
        settled = await settle(policy.cascade, Tiers(slow, judges), [seen], found, zero_retention=False)
        scores, tiers = self.fast.scores(text), dict.fromkeys(self.fast.categories, Tier.FAST)
        if slow is not None and slow.asked:
            asked = _asked(policy, surface, scores)
            scores |= {each: score for each, score in self.batch([text])[0].items() if each in asked}
            tiers |= dict.fromkeys(asked, Tier.ACCURATE)
        for each in settled.findings:
            if each.tier is Tier.JUDGE and not each.failed:
                scores[each.category], tiers[each.category] = each.score, Tier.JUDGE
        return Screened(findings=settled.findings, scores=scores, tiers=tiers)

    def explain(self, text: str, category: Category, tier: Tier) -> list[Part]:
        """Return what moved a category's score: exact parts for the fast tier, left-out parts for the accurate one."""
        if tier is Tier.ACCURATE and self.accurate is not None:
            return occlusions(self.accurate, text, [category])[category]
        return list(self.fast.explain(text, category).parts)


def _asked(policy: Policy, surface: Surface, scores: Mapping[Category, float]) -> set[Category]:
    """Return the categories whose score the accurate tier gave."""
    return {
        step.category
        for step in policy.cascade.steps
        if step.tier is Tier.ACCURATE and surface in step.surfaces and step.reached(scores.get(step.category, 0.0))
    }


def telling(parts: Sequence[Part], text: str, most: int) -> list[dict[str, Any]]:
    """Return the parts that moved a score most, with their words, the strongest first."""
    strongest = sorted(parts, key=lambda part: -abs(part.weight))[:most]
    return [
        {"span": [part.span.start, part.span.end], "text": text[part.span.start : part.span.end], "logit": part.weight}
        for part in strongest
    ]
