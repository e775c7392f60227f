"""Write the thresholds of both manifests into the default policy: `python -m training.rules`.

A rule that listens to the classifiers gets the higher threshold of both tiers. Everything else in the file stays.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from seawall.screen.encoder import manifest as encoder
from seawall.screen.encoder.classifier import SHIPPED as MODEL
from seawall.screen.linear import manifest as linear
from seawall.screen.linear.classifier import SHIPPED

RULES = Path(__file__).resolve().parent.parent / "src/seawall/policy/default/rules.yaml"
_RULE = re.compile(r"(- id: (\w+)\.classifier\n(?:    .*\n)*?    threshold: )\S+")


def thresholds() -> dict[str, float]:
    """Return per category the higher threshold of both tiers, 1 where one has none. Raises WeightsUnusable."""
    both = (linear.read(SHIPPED.with_suffix(".json")).heads, encoder.read(MODEL.with_name("manifest.json")).heads)
    fast, accurate = ({head.category.value: head.threshold or 1.0 for head in heads} for heads in both)
    return {category: max(edge, accurate[category]) for category, edge in fast.items()}


def with_thresholds(text: str, edges: Mapping[str, float]) -> str:
    """Return the rules with the thresholds of those that listen to a classifier. Raises KeyError for one unknown."""
    return _RULE.sub(lambda rule: f"{rule[1]}{edges[rule[2]]:g}", text)


if __name__ == "__main__":
    RULES.write_text(with_thresholds(RULES.read_text(encoding="utf-8"), thresholds()), encoding="utf-8")
