"""Count what was flagged against what was labelled: by the deterministic detectors, and by the classifier.

The classifier flags where a rule of the policy that listens to it would have acted, at that rule's threshold, even
though the rule is in monitor mode. Only the text that a person wrote counts, not the answer.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from seawall.app.demo.labelled import ANY
from seawall.policy.rules import Policy
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface

CLASSIFIER = "linear"


class Tally(msgspec.Struct, kw_only=True):
    """Rows labelled yes and no for a category, and how many of each were flagged by what."""

    positives: int = 0
    negatives: int = 0
    positives_by_rules: int = 0
    positives_by_classifier: int = 0
    negatives_by_rules: int = 0
    negatives_by_classifier: int = 0

    def add(self, positive: bool, by_rules: bool, by_classifier: bool) -> None:
        """Count one row."""
        side = "positives" if positive else "negatives"
        for name, more in ((side, True), (f"{side}_by_rules", by_rules), (f"{side}_by_classifier", by_classifier)):
            setattr(self, name, getattr(self, name) + more)


def thresholds(policy: Policy) -> dict[Category, float]:
    """Return from which score on a rule of the policy listens to the classifier, on input."""
    found: dict[Category, float] = {}
    for (surface, category), rules in policy.index.items():
        heard = [rule.threshold for rule in rules if rule.sees(CLASSIFIER)]
        if surface is Surface.INPUT and heard:
            found[category] = min(heard)
    return found


def flagged(findings: Iterable[Finding], at: Mapping[Category, float]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the categories that deterministic detectors flag, and those that the classifier flags."""
    by_rules, by_classifier = set(), set()
    for each in findings:
        if each.deterministic:
            by_rules.add(each.category.value)
        elif each.detector == CLASSIFIER and not each.failed and each.score >= at.get(each.category, 2.0):
            by_classifier.add(each.category.value)
    return frozenset(by_rules), frozenset(by_classifier)


def tallied(
    labelled: Sequence[Mapping[str, bool]], found: Sequence[Sequence[Finding]], at: Mapping[Category, float]
) -> dict[str, Tally]:
    """Return the counts of every category that any row is labelled for."""
    tallies: dict[str, Tally] = {}
    for known, findings in zip(labelled, found, strict=True):
        by_rules, by_classifier = flagged(findings, at)
        for category, positive in known.items():
            tally = tallies.setdefault(category, Tally())
            if category == ANY:
                tally.add(positive, bool(by_rules), bool(by_classifier))
            else:
                tally.add(positive, category in by_rules, category in by_classifier)
    return dict(sorted(tallies.items(), key=lambda item: (item[0] == ANY, item[0])))
