"""What is written beside the weights: where they come from, how scores are read, and what was measured."""

from pathlib import Path

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError


class WeightsUnusable(SeawallError):
    """The weights or their manifest are missing, damaged, or made for another version of the features."""

    code, status = "screen.weights_unusable", 500

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The weights at {path} cannot be used: {why}.",
            hint="Install the package again, or make them with: python -m training.linear",
        )


class Operating(msgspec.Struct, frozen=True, kw_only=True):
    """What happened on one set when everything at or above one score counts as found.

    `precision` is a lower bound, restated for the manifest's prevalence; None where the set has too few rows.
    """

    score: float
    found: int
    false: int
    precision: float | None


class Heldout(msgspec.Struct, frozen=True, kw_only=True):
    """Figures on rows that neither weights nor calibration have seen."""

    positives: int
    negatives: int
    auroc: float | None
    auprc: float | None
    recall_at_1_percent: float | None
    points: tuple[Operating, ...]


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """Figures on one labelled set that was never trained, calibrated or tuned on."""

    name: str
    positives: int
    negatives: int
    auroc: float
    auprc: float
    recall_at_1_percent: float | None
    points: tuple[Operating, ...] = ()


def _bound(points: tuple[Operating, ...], score: float) -> float | None:
    reached = [point.precision for point in points if point.score <= score]
    return reached[-1] if reached else None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """One category's column of the weights and how its sum becomes a probability.

    `threshold` is a score that ordinary requests set aside for tuning are hardly ever expected to reach; None where
    there were none.
    """

    category: Category
    scale: float
    bias: float
    positives: int
    negatives: int
    heldout: Heldout
    outside: tuple[Outside, ...] = ()
    threshold: float | None = None

    def precision_at(self, score: float) -> float | None:
        """Return the lowest precision bound of held-out rows and outside sets; None without any outside set.

        Held-out rows share templates and style with the training rows. What holds only there was not shown.
        """
        outside = [bound for each in self.outside if (bound := _bound(each.points, score)) is not None]
        heldout = _bound(self.heldout.points, score)
        return min(heldout, *outside) if outside and heldout is not None else None


class Benign(msgspec.Struct, frozen=True, kw_only=True):
    """How often any category fires on one set of ordinary requests."""

    name: str
    rows: int
    above_half: float
    above_nine_tenths: float
    above_thresholds: float = 1.0


class Balanced(msgspec.Struct, frozen=True, kw_only=True):
    """What the highest score tells apart on one set at one fixed threshold: the shares that were found and let pass."""

    name: str
    threshold: float
    found: float
    passed: float

    @property
    def accuracy(self) -> float:
        """Return the mean of both shares."""
        return (self.found + self.passed) / 2


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the training data: what was taken from it and under which terms."""

    file: str
    sha256: str
    rows: int
    licence: str
    origin: str
    share_alike: bool


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known about one set of weights.

    `alarm` is the score from which a text counts as a violation of any kind: chosen on requests set aside in training.
    """

    release: str
    scheme: int
    sha256: str
    seed: int
    prevalence: float
    commit: str
    code: str
    command: str
    licence: str
    heads: tuple[Head, ...]
    sources: tuple[Used, ...]
    alarm: float | None = None
    balanced: tuple[Balanced, ...] = ()
    benign: tuple[Benign, ...] = ()
    together: tuple[Outside, ...] = ()


def read(path: Path) -> Manifest:
    """Read a manifest. Raises WeightsUnusable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise WeightsUnusable(path, str(error)) from error


def write(path: Path, manifest: Manifest) -> None:
    """Write a manifest so that people can read it, too."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
