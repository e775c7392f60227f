"""The domain stage: a linear model goes on learning from few rows without leaving what it knows.

What is added to the weights is a sum of the rows' features, found by Newton's method in the space of the rows (a kernel
logistic regression whose offset is the model so far). Deterministic; needs memory for rows x rows numbers.
"""

import numpy as np

from training.figures import Floats

ROUNDS, MIDDLE = 8, 10.0


def settle(kernel: Floats, offset: Floats, truth: Floats, weight: Floats, *, strength: float) -> tuple[Floats, float]:
    """Return one factor per row, and a bias, whose sum over the rows' features corrects the offset.

    `strength` is the inverse of the penalty on what is added. Rows of weight zero get the factor zero.
    """
    factors, used = np.zeros(len(truth)), np.flatnonzero(weight > 0)
    if len(used) == 0 or truth[used].min() == truth[used].max():
        return factors, 0.0
    inside, start, right = kernel[np.ix_(used, used)] + MIDDLE, offset[used], truth[used]
    sums, found = start.copy(), np.zeros(len(used))
    for _ in range(ROUNDS):
        guess = 1 / (1 + np.exp(-np.clip(sums, -15, 15)))
        bend = np.maximum(guess * (1 - guess), 1e-4)
        aim = sums - start + np.clip((right - guess) / bend, -4, 4)
        found = np.linalg.solve(inside + np.diag(1 / (strength * bend * weight[used])), aim)
        sums = start + inside @ found
    factors[used] = found
    return factors, float(MIDDLE * found.sum())
