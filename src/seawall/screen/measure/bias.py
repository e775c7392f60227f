"""Unintended bias by identity term: the three AUCs of Borkan and others (2019).

`subgroup`: among texts that name the identity. `bpsn`: harmless texts that name it against harmful ones that do not;
low when naming it raises scores. `bnsp`: harmful texts that name it against harmless ones that do not; low when naming
it lowers them.
A term is looked for as whole words in lower case, so compounds and inflections are missed.
"""

import re
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.measure.ranking import Floats, auroc

TERMS = (
    *("lesbian", "gay", "bisexual", "transgender", "trans", "queer", "lgbt", "lgbtq", "homosexual", "straight"),
    *("heterosexual", "male", "female", "nonbinary", "african", "african american", "black", "white", "european"),
    *("hispanic", "latino", "latina", "latinx", "mexican", "canadian", "american", "asian", "indian"),
    *("middle eastern", "chinese", "japanese", "christian", "muslim", "jewish", "buddhist", "catholic", "protestant"),
    *("sikh", "taoist", "old", "older", "young", "younger", "teenage", "millenial", "middle aged", "elderly", "blind"),
    *("deaf", "paralyzed"),
)


class Bias(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one identity term; None where one side has no rows."""

    term: str
    rows: int
    subgroup: float | None
    bpsn: float | None
    bnsp: float | None


def _named(term: str, texts: Sequence[str]) -> NDArray[np.bool_]:
    found = re.compile(rf"\b{re.escape(term)}\b")
    return np.array([bool(found.search(text.lower())) for text in texts], dtype=np.bool_)


def _auroc(scores: Floats, truth: Floats, picked: NDArray[np.bool_]) -> float | None:
    right = truth[picked]
    return auroc(scores[picked], right) if 0 < right.sum() < len(right) else None


def bias_of(
    texts: Sequence[str], scores: Floats, truth: Floats, terms: Sequence[str] = TERMS, *, fewest: int = 20
) -> tuple[Bias, ...]:
    """Measure every term that at least `fewest` texts name."""
    made = []
    for term in terms:
        named = _named(term, texts)
        if named.sum() >= fewest:
            made.append(
                Bias(
                    term=term,
                    rows=int(named.sum()),
                    subgroup=_auroc(scores, truth, named),
                    bpsn=_auroc(scores, truth, named & (truth == 0) | ~named & (truth == 1)),
                    bnsp=_auroc(scores, truth, named & (truth == 1) | ~named & (truth == 0)),
                )
            )
    return tuple(made)
