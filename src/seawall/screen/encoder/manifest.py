"""What is written beside the encoder's model: where it comes from, how its logits are read, and what was measured."""

from pathlib import Path

import msgspec

from seawall.screen.encoder.whole import Whole
from seawall.screen.linear.manifest import Balanced, Benign, Head, Outside, Used, WeightsUnusable
from seawall.vocabulary.categories import Category


class EncoderHead(Head, frozen=True, kw_only=True):
    """One category: `scale` x its logit + `linear` x the fast tier's + `unsafe` x that of "anything wrong" + `bias`."""

    linear: float
    unsafe: float


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One way of training that was compared: what it was, and what it reached on rows held out of the fold."""

    name: str
    any_auprc: float
    any_auroc: float


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """How much better than the frozen stack: the difference in average precision on the same rows, with its bounds."""

    name: str
    value: float
    low: float
    high: float


class EncoderManifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known about one model. `recorded` are scores by which an installation can check itself.

    `alarm` is the score from which a text counts as a violation of any kind: chosen on requests set aside in training.
    """

    release: str
    sha256: str
    vocabulary: str
    linear: str
    window: int
    seed: int
    prevalence: float
    commit: str
    code: str
    command: str
    licence: str
    repeatable: str
    parity: float
    heads: tuple[EncoderHead, ...]
    whole: Whole
    sources: tuple[Used, ...]
    alarm: float | None = None
    balanced: tuple[Balanced, ...] = ()
    benign: tuple[Benign, ...] = ()
    together: tuple[Outside, ...] = ()
    tried: tuple[Tried, ...] = ()
    against: tuple[Against, ...] = ()
    recorded: dict[str, dict[Category, float]] = {}


def read(path: Path) -> EncoderManifest:
    """Read a manifest. Raises WeightsUnusable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=EncoderManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise WeightsUnusable(path, str(error)) from error


def write(path: Path, manifest: EncoderManifest) -> None:
    """Write a manifest so that people can read it, too."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
