"""What was tried, measured alike: on domain rows held out of the fold, by the highest score of all categories.

The frozen stack is the untouched encoder with a logistic head of its own and the fast tier beside it; it gets whichever
strength suits it best. `against` tells how much better the shipped stack is on the same rows.
"""

from collections.abc import Sequence

import numpy as np

from seawall.screen.encoder.manifest import Against, Tried
from seawall.screen.measure import auprc, auroc, paired
from seawall.vocabulary.categories import Category
from training.encoder.domain import Last, Pooled, Stage, crossed
from training.encoder.joint import sigmoid
from training.encoder.net import WIDTH
from training.figures import Floats
from training.rows import Row

ROUNDS = 400
Truths = tuple[Floats, Floats]


def any_of(name: str, scores: Floats, rows: Sequence[Row]) -> Tried:
    """Measure the highest score per row; `scores` hold one line per category."""
    truth = np.array([row.unsafe or 0 for row in rows], dtype=np.float64)
    highest = scores.max(axis=0)
    return Tried(name=name, any_auprc=round(auprc(highest, truth), 4), any_auroc=round(auroc(highest, truth), 4))


def head_on(pooled: Pooled, rows: Sequence[Row], before: Last, aims: Truths, stage: Stage, columns: slice) -> Floats:
    """Return held-out logits of a last layer that learned from the domain rows alone, over some of the vectors."""
    part = Pooled(pooled.vectors[:, columns], pooled.owner)
    cut = Last(before.factors[:, columns], before.biases)
    nothing = np.zeros((0, part.vectors.shape[1]))
    return crossed(cut, rows, part, nothing, *aims, stage)[1]


def trials(
    frozen: Pooled, tuned: Pooled, rows: Sequence[Row], before: Last, aims: Truths, linear: Floats
) -> tuple[list[Tried], Floats]:
    """Return what was tried, and the scores of the frozen stack; `linear` holds the fast tier's logits."""
    last, both, count = slice(WIDTH, 2 * WIDTH), slice(0, 2 * WIDTH), len(linear)
    blank = Last(np.zeros_like(before.factors), np.zeros_like(before.biases))
    alone = [
        head_on(frozen, rows, blank, aims, Stage(strength=strength), last)[:count] for strength in (0.001, 0.003, 0.01)
    ]
    stacked = [sigmoid(0.75 * each + 0.25 * linear) for each in alone]
    made = [any_of("fast tier alone", sigmoid(linear), rows)]
    made.append(_best("frozen encoder, head on its last layer", [sigmoid(each) for each in alone], rows)[0])
    stack, scores = _best("frozen encoder and fast tier", stacked, rows)
    made.append(stack)
    made.append(any_of("fine-tuned, nothing learned from the domain", sigmoid(tuned.logits(before)[:count]), rows))
    for name, columns in (("last layer", last), ("last two layers", both)):
        found = head_on(tuned, rows, before, aims, Stage(), columns)
        made.append(any_of(f"fine-tuned, head on the {name}", sigmoid(found[:count]), rows))
        summed = 0.75 * found[:count] + 0.25 * linear
        made.append(any_of(f"fine-tuned, head on the {name}, and fast tier", sigmoid(summed), rows))
    return made, scores


def _best(name: str, choices: Sequence[Floats], rows: Sequence[Row]) -> tuple[Tried, Floats]:
    return max(((any_of(name, each, rows), each) for each in choices), key=lambda pair: pair[0].any_auprc)


def against(
    ours: Floats, frozen: Floats, rows: Sequence[Row], categories: Sequence[Category], *, fewest: int = 20
) -> tuple[Against, ...]:
    """Return, per category and for any, the difference in average precision with its bounds."""
    made = []
    for column, category in enumerate(categories):
        known = [place for place, row in enumerate(rows) if category in row.known]
        truth = np.array([rows[place].known[category] for place in known], dtype=np.float64)
        if min(truth.sum(), (1 - truth).sum()) >= fewest:
            found = paired(auprc, ours[column, known], frozen[column, known], truth, rounds=ROUNDS)
            made.append(Against(name=category, value=found.value, low=found.low, high=found.high))
    truth = np.array([row.unsafe or 0 for row in rows], dtype=np.float64)
    found = paired(auprc, ours.max(axis=0), frozen.max(axis=0), truth, rounds=ROUNDS)
    return (*made, Against(name="any", value=found.value, low=found.low, high=found.high))
