"""The score that anything is wrong, and the highest category that carries it."""

import numpy as np

from seawall.screen.encoder.whole import Whole

WHOLE = Whole(highest=0.5, unsafe=0.5, bias=0.25)
LOGITS = np.array([[1.0, -2.0, 0.5], [-4.0, -1.0, -3.0]])


def test_the_highest_category_says_that_anything_is_wrong() -> None:
    made = WHOLE.joined(LOGITS, np.array([3.0, -5.0]))
    assert made.max(axis=1).tolist() == [0.5 * 1 + 0.5 * 3 + 0.25, 0.5 * -1 + 0.5 * -5 + 0.25]
    assert made.argmax(axis=1).tolist() == [0, 1]


def test_no_category_stands_above_the_whole_and_the_rest_stay() -> None:
    made = WHOLE.joined(LOGITS, np.array([-1.0, 5.0]))
    assert made[0].tolist() == [0.25, -2.0, 0.25]
    assert made[1].tolist() == [-4.0, 2.25, -3.0]
