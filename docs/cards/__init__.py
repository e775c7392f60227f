"""A card for every classifier, from its manifest and from what the bench wrote; nothing here measures.

    manifests + benchmarks/results/{classifiers,tiers}.json -> pages -> docs/generated/classifiers/*.md

`outdated` tells whether the results are those of the weights that ship.
"""

from docs.cards.pages import outdated, pages

__all__ = ["outdated", "pages"]
