"""Measure a classifier on sets that it never saw: `python -m training.measure --data DIR [--tier encoder]`.

Writes the figures into the manifest beside the weights; `make docs` makes the card of it. Nothing is tuned here: scores
are taken as the weights give them. `unsafe` is judged by the highest score of all categories, a rule fixed beforehand.
The OpenAI half is not measured here, as the shipped weights have learned from it: its figures come from training, on
rows held out of the fold. Prints no text.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
import numpy as np

from seawall.screen.linear import LinearClassifier
from seawall.screen.linear.classifier import SHIPPED
from seawall.screen.linear.manifest import Balanced, Benign, Head, Manifest, Outside, write
from seawall.vocabulary.categories import Category
from training.folds import HELD_OUT, outside
from training.rows import read
from training.sources import Source, truths

BATCH = 64


class Measured(Protocol):
    """The parts of a manifest that are measured."""

    @property
    def heads(self) -> Sequence[Head]:
        """Return the categories."""

    @property
    def together(self) -> Sequence[Outside]:
        """Return the figures of the highest score."""


Kind = TypeVar("Kind", bound=Measured)


class Scorer(Protocol):
    """What is measured."""

    categories: tuple[Category, ...]

    def scores(self, text: str) -> dict[Category, float]:
        """Return a probability per category."""

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        """Return the probabilities of several texts."""


class Trial(msgspec.Struct, frozen=True):
    """A labelled set: its name, its files, and whether its jailbreaks are prompt injections."""

    name: str
    files: tuple[str, ...]
    injections: bool = False


ORDINARY = ("eval_alpaca_eval", "purplellama_frr")
WHOLLY = ("eval_benign_instr", *ORDINARY)
TRIALS = (
    Trial("ToxicChat", ("toxicchat_train", "toxicchat_test")),
    Trial("OLID", ("olid",)),
    Trial("CAD", ("cad_reddit",)),
    Trial("PAN12", ("pan12_val",)),
    Trial("Do-Not-Answer beside ordinary requests", ("mobileaibench_dna", *ORDINARY)),
    Trial("Tensor Trust and PurpleLlama beside ordinary requests", ("tensortrust", "purplellama_pi", *ORDINARY), True),
)
TOGETHER = (
    Trial("XSTest half", ("eval_xstest_half",)),
    Trial("ToxicChat", ("toxicchat_train", "toxicchat_test")),
)
BENIGN = (
    Trial("ordinary instructions, first set", ("benign_instr_train",)),
    Trial("ordinary instructions, second set", ("eval_benign_instr",)),
    Trial("AlpacaEval", ("eval_alpaca_eval",)),
    Trial("PurpleLlama false refusals", ("purplellama_frr",)),
    Trial("LIAR political statements", ("liar",)),
    Trial("XSTest half, the safe ones", ("eval_xstest_half",)),
)


class Scored(msgspec.Struct, frozen=True):
    """One row: its scores, what is known of it, and whether anything at all is labelled as a violation."""

    scores: dict[Category, float]
    known: dict[Category, int]
    wrong: bool


class Sets:
    """Scores of the files of a folder, each file scored once; of a large one at most `most` rows, chosen by hash.

    Some ordinary requests are scored wholly: how rarely anything fires on them takes many to tell.
    """

    def __init__(self, classifier: Scorer, folder: Path, most: int | None = None) -> None:
        self._classifier, self._folder, self._most = classifier, folder, most
        self._held: dict[str, list[tuple[dict[Category, float], dict[str, object]]]] = {}

    def of(self, trial: Trial) -> list[Scored]:
        """Return the scored rows of a trial."""
        source = Source(trial.name, "", "", injections=trial.injections)
        return [
            Scored(scores, truths(labels, source), any(value == 1 for value in labels.values()))
            for name in trial.files
            for scores, labels in self._file(name)
        ]

    def _file(self, name: str) -> list[tuple[dict[Category, float], dict[str, object]]]:
        if name not in self._held:
            path = self._folder / f"{name}.jsonl.gz"
            rows = sorted(read(path), key=_order)[: None if name in WHOLLY else self._most] if path.exists() else []
            texts, scores = [text for text, _ in rows], []
            for start in range(0, len(texts), BATCH):
                scores += self._classifier.batch_scores(texts[start : start + BATCH])
            self._held[name] = [(each, labels) for each, (_, labels) in zip(scores, rows, strict=True)]
        return self._held[name]


def _order(row: tuple[str, dict[str, object]]) -> bytes:
    return hashlib.blake2b(row[0].encode("utf-8", "surrogatepass"), digest_size=8).digest()


def per_category(sets: Sets, categories: Sequence[Category]) -> dict[Category, tuple[Outside, ...]]:
    """Measure every category on every set that labels it."""
    measured: dict[Category, tuple[Outside, ...]] = dict.fromkeys(categories, ())
    for trial in TRIALS:
        rows = sets.of(trial)
        for category in categories:
            known = [(row.scores[category], row.known[category]) for row in rows if category in row.known]
            made = _outside(trial.name, known)
            measured[category] += (made,) if made else ()
    return measured


def _outside(name: str, pairs: Sequence[tuple[float, int]]) -> Outside | None:
    scores, truth = (np.array([pair[side] for pair in pairs], dtype=np.float64) for side in (0, 1))
    return outside(name, scores, truth)


def together(sets: Sets) -> tuple[Outside, ...]:
    """Measure the highest score of all categories where a set says only that something is wrong."""
    made = [
        _outside(trial.name, [(max(row.scores.values()), int(row.wrong)) for row in sets.of(trial)])
        for trial in TOGETHER
    ]
    return tuple(each for each in made if each)


def balanced(sets: Sets, alarm: float | None) -> tuple[Balanced, ...]:
    """Measure what the highest score tells apart at the alarm."""
    made = []
    for trial in TOGETHER if alarm is not None else ():
        rows = sets.of(trial)
        above = np.array([max(row.scores.values()) >= (alarm or 1.0) for row in rows])
        wrong = np.array([row.wrong for row in rows])
        if wrong.any() and not wrong.all():
            found, passed = float(above[wrong].mean()), float((~above[~wrong]).mean())
            made.append(
                Balanced(name=trial.name, threshold=alarm or 1.0, found=round(found, 4), passed=round(passed, 4))
            )
    return tuple(made)


def benign(sets: Sets, heads: Sequence[Head]) -> tuple[Benign, ...]:
    """Measure how often anything fires on ordinary text: at one half, at nine tenths, at the heads' thresholds."""
    edges = {head.category: head.threshold or 1.0 for head in heads}
    made = []
    for trial in BENIGN:
        rows = [row.scores for row in sets.of(trial) if not row.wrong]
        if not rows:
            continue
        highest = np.array([max(scores.values()) for scores in rows])
        fired = np.array([any(score >= edges[each] for each, score in scores.items()) for scores in rows])
        made.append(
            Benign(
                name=trial.name,
                rows=len(rows),
                above_half=round(float((highest >= 0.5).mean()), 4),
                above_nine_tenths=round(float((highest >= 0.9).mean()), 4),
                above_thresholds=round(float(fired.mean()), 5),
            )
        )
    return tuple(made)


def measured(manifest: Kind, sets: Sets) -> Kind:
    """Return the manifest with figures; what training measured on held-out rows stays."""
    found = per_category(sets, [head.category for head in manifest.heads])
    heads = tuple(
        msgspec.structs.replace(head, outside=(*_held_out(head.outside), *found[head.category]))
        for head in manifest.heads
    )
    joined = (*_held_out(manifest.together), *together(sets))
    told = balanced(sets, manifest.alarm)
    return msgspec.structs.replace(manifest, heads=heads, together=joined, balanced=told, benign=benign(sets, heads))


def _held_out(each: Sequence[Outside]) -> tuple[Outside, ...]:
    return tuple(one for one in each if one.name == HELD_OUT)


def measure(weights: Path, data: Path) -> Manifest:
    """Measure the linear tier and write the figures into its manifest. Raises WeightsUnusable."""
    classifier = LinearClassifier.load(weights)
    manifest = measured(classifier.manifest, Sets(classifier, data / "validation"))
    write(weights.with_suffix(".json"), manifest)
    return manifest


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m training.measure", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tier", choices=("linear", "encoder"), default="linear")
    parser.add_argument("--most", type=int, default=1500, help="rows of a set that the encoder is measured on")
    given = parser.parse_args()
    if given.tier == "encoder":
        from training.encoder.measure import measure_encoder  # needs onnxruntime

        release = measure_encoder(given.data, given.most).release
    else:
        release = measure(SHIPPED, given.data).release
    print(f"The manifest of {release} has its figures; now: make docs")


if __name__ == "__main__":
    main()
