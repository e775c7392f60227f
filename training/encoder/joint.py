"""The numbers of both tiers joined into probabilities: per category, and as a whole over all of them."""

from collections.abc import Sequence

import msgspec
import numpy as np

from seawall.screen.encoder.manifest import EncoderHead
from seawall.screen.encoder.whole import Whole
from seawall.screen.linear.manifest import Head
from training import figures
from training.encoder.choose import Sets
from training.figures import Floats
from training.folds import crossed as crossed_calibration
from training.folds import inputs, of_category, wholes
from training.generators.made import LEARNED
from training.linear import DOMAIN_COUNTS, head

STACK = (0.75, 0.25, 0.35)  # the category's own logit, the fast tier's, and that anything at all is wrong
WHOLE = (0.65, 0.35)  # the highest category's logit, and that anything at all is wrong


def logit(chances: Floats) -> Floats:
    """Return logits of probabilities, none of them without end."""
    inside = np.clip(chances, 1e-6, 1 - 1e-6)
    made: Floats = np.log(inside / (1 - inside))
    return made


def sigmoid(sums: Floats) -> Floats:
    """Return probabilities of logits."""
    made: Floats = 1 / (1 + np.exp(-np.clip(sums, -30, 30)))
    return made


class Scored(msgspec.Struct, frozen=True):
    """Numbers that a probability is made of: per output a line of the encoder, per category one of the fast tier."""

    encoder: Floats
    linear: Floats

    def of(self, column: int) -> Floats:
        """Return the weighted sum of one category, as one line."""
        parts = (self.encoder[column], self.linear[column], self.encoder[-1])
        return np.sum([weight * part for weight, part in zip(STACK, parts, strict=True)], axis=0)[None]


class Joint(msgspec.Struct, frozen=True):
    """What turns the numbers of all categories into probabilities: constants per category, and the whole."""

    constants: list[Floats]
    whole: Whole

    def chances(self, scored: Scored) -> Floats:
        """Return probabilities, one line per category."""
        return sigmoid(self.whole.joined(_logits(self.constants, scored).T, scored.encoder[-1]).T)


def _logits(constants: Sequence[Floats], scored: Scored) -> Floats:
    return np.concatenate([each[:1, None] * scored.of(column) + each[1] for column, each in enumerate(constants)])


def joint(given: Sets, calibrate: Scored, held_out: Scored) -> tuple[Joint, Floats]:
    """Calibrate every category and the whole; return also probabilities of the domain rows, each without its fold."""
    constants, apart = [], []
    for column, category in enumerate(LEARNED):
        line = held_out.of(column)
        joined = inputs(given.calibrate, calibrate.of(column), given.domain, line, category, DOMAIN_COUNTS)
        constants.append(joined.constants())
        apart.append(logit(crossed_calibration(joined, given.domain, line)))
    sides = (_logits(constants, calibrate), calibrate.encoder[-1]), (np.array(apart), held_out.encoder[-1])
    sums = [WHOLE[0] * logits.max(axis=0) + WHOLE[1] * unsafe for logits, unsafe in sides]
    known = wholes(given.calibrate, sums[0][None], given.domain, sums[1][None], DOMAIN_COUNTS)
    found = Joint(constants, _whole(known.constants()))
    crossed_over = np.zeros((len(LEARNED), len(given.domain)))
    folds = np.array([row.part for row in given.domain])
    for fold in np.unique(folds):
        inside = folds == fold
        whole = _whole(known.but(str(fold)).constants())
        crossed_over[:, inside] = sigmoid(whole.joined(sides[1][0][:, inside].T, sides[1][1][inside]).T)
    return found, crossed_over


def _whole(constants: Floats) -> Whole:
    scale, bias = map(float, constants)
    return Whole(highest=scale * WHOLE[0], unsafe=scale * WHOLE[1], bias=bias)


def heads(given: Sets, found: Joint, test: Scored, plain: Scored, apart: Floats) -> list[EncoderHead]:
    """Measure every category; `apart` holds the held-out probabilities of the domain rows."""
    chances, made = found.chances(test), []
    edges = figures.thresholds(found.chances(plain))
    for column, category in enumerate(LEARNED):
        scores = np.concatenate((chances[column], np.zeros(len(given.learned))))
        held = of_category(apart[column], given.domain, category)
        rows = [*given.test, *given.learned]
        made.append(_head(head(category, found.constants[column], scores, rows, held, edges[column])))
    return made


def _head(common: Head) -> EncoderHead:
    encoder, linear, unsafe = (common.scale * weight for weight in STACK)
    given = msgspec.structs.asdict(common) | {"scale": encoder}
    return EncoderHead(linear=linear, unsafe=unsafe, **given)
