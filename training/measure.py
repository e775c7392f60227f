"""Measure the classifier on sets that it never saw: `python -m training.measure --data DIR`.

Writes the figures into the manifest beside the weights and between the marks of docs/classifiers.md. Nothing is tuned
here: scores are taken as the weights give them. `unsafe` is judged by the highest score of all categories, a rule fixed
beforehand. Prints figures, never a text.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from seawall.screen.linear import LinearClassifier
from seawall.screen.linear.classifier import SHIPPED
from seawall.screen.linear.manifest import Benign, Head, Manifest, Outside, write
from seawall.vocabulary.categories import Category
from training import figures
from training.rows import read
from training.sources import Source, truths

PAGE = Path(__file__).resolve().parent.parent / "docs" / "classifiers.md"
BEGIN, END = "<!-- figures: python -m training.measure -->", "<!-- end of figures -->"
FEWEST = 20


class Trial(msgspec.Struct, frozen=True):
    """A labelled set: its name, its files, and whether its jailbreaks are prompt injections."""

    name: str
    files: tuple[str, ...]
    injections: bool = False


ORDINARY = ("eval_alpaca_eval", "purplellama_frr")
TRIALS = (
    Trial("OpenAI moderation half", ("eval_oai_moderation_half",)),
    Trial("ToxicChat", ("toxicchat_train", "toxicchat_test")),
    Trial("OLID", ("olid",)),
    Trial("CAD", ("cad_reddit",)),
    Trial("PAN12", ("pan12_val",)),
    Trial("Do-Not-Answer beside ordinary requests", ("mobileaibench_dna", *ORDINARY)),
    Trial("Tensor Trust and PurpleLlama beside ordinary requests", ("tensortrust", "purplellama_pi", *ORDINARY), True),
)
TOGETHER = (
    Trial("OpenAI moderation half", ("eval_oai_moderation_half",)),
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

Scored = tuple[dict[Category, float], dict[Category, int], bool]


def _scored(classifier: LinearClassifier, trial: Trial, folder: Path) -> Iterator[Scored]:
    """Yield scores, known labels, and whether anything at all is labelled as a violation."""
    source = Source(trial.name, "", "", injections=trial.injections)
    for name in trial.files:
        path = folder / f"{name}.jsonl.gz"
        for text, labels in read(path) if path.exists() else ():
            yield classifier.scores(text), truths(labels, source), any(value == 1 for value in labels.values())


def outside(name: str, scores: Sequence[float], truth: Sequence[int]) -> Outside | None:
    """Return the figures of one ranking, or None where one side has fewer than `FEWEST` rows."""
    positives, negatives = sum(truth), len(truth) - sum(truth)
    if min(positives, negatives) < FEWEST:
        return None
    ranked, right = np.array(scores, dtype=np.float64), np.array(truth, dtype=np.float64)
    enough = negatives >= 100
    return Outside(
        name=name,
        positives=positives,
        negatives=negatives,
        auroc=round(figures.auroc(ranked, right), 4),
        auprc=round(figures.auprc(ranked, right), 4),
        recall_at_1_percent=round(figures.recall_at(ranked, right, 0.01), 4) if enough else None,
        points=figures.points(ranked, right),
    )


def per_category(classifier: LinearClassifier, folder: Path) -> dict[Category, tuple[Outside, ...]]:
    """Measure every category on every set that labels it."""
    measured: dict[Category, tuple[Outside, ...]] = dict.fromkeys(classifier.categories, ())
    for trial in TRIALS:
        scored = list(_scored(classifier, trial, folder))
        for category in classifier.categories:
            known = [(scores[category], labels[category]) for scores, labels, _ in scored if category in labels]
            made = outside(trial.name, *(zip(*known, strict=True) if known else ((), ())))
            measured[category] += (made,) if made else ()
    return measured


def together(classifier: LinearClassifier, folder: Path) -> tuple[Outside, ...]:
    """Measure the highest score of all categories where a set says only that something is wrong."""
    made = []
    for trial in TOGETHER:
        scored = [(max(scores.values()), int(wrong)) for scores, _, wrong in _scored(classifier, trial, folder)]
        made.append(outside(trial.name, *(zip(*scored, strict=True) if scored else ((), ()))))
    return tuple(each for each in made if each)


def benign(classifier: LinearClassifier, folder: Path) -> tuple[Benign, ...]:
    """Measure how often anything fires on ordinary text."""
    made = []
    for trial in BENIGN:
        highest = [max(scores.values()) for scores, _, wrong in _scored(classifier, trial, folder) if not wrong]
        if highest:
            half, most = (round(sum(score >= edge for score in highest) / len(highest), 4) for edge in (0.5, 0.9))
            made.append(Benign(name=trial.name, rows=len(highest), above_half=half, above_nine_tenths=most))
    return tuple(made)


def measure(weights: Path, data: Path) -> Manifest:
    """Measure and write the figures into the manifest. Raises WeightsUnusable."""
    classifier, folder = LinearClassifier.load(weights), data / "validation"
    measured = per_category(classifier, folder)
    manifest = msgspec.structs.replace(
        classifier.manifest,
        heads=tuple(
            msgspec.structs.replace(head, outside=measured[head.category]) for head in classifier.manifest.heads
        ),
        together=together(classifier, folder),
        benign=benign(classifier, folder),
    )
    write(weights.with_suffix(".json"), manifest)
    return manifest


def median_microseconds(classifier: LinearClassifier, length: int, *, rounds: int = 2000) -> float:
    """Return the median time of one call on plain text of a length."""
    text = ("the quick brown fox walks over a green hill and looks at 17 boats " * 100)[:length]
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter_ns()
        classifier.scores(text)
        taken.append(time.perf_counter_ns() - begun)
    return float(np.median(taken)) / 1000


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _heldout_row(head: Head) -> str:
    tested, point = head.heldout, next(point for point in head.heldout.points if point.score >= 0.9)
    rate = f"{point.false / tested.negatives:.2%}" if tested.auroc is not None else "–"
    found = f"{point.found / tested.positives:.1%}" if tested.auroc is not None else "–"
    bounds = [bound for each in tested.points if (bound := head.precision_at(each.score)) is not None]
    return (
        f"| {head.category} | {head.positives:,} / {head.negatives:,} | {tested.positives:,} / {tested.negatives:,} | "
        f"{_cell(tested.auroc)} | {_cell(tested.auprc)} | {_cell(tested.recall_at_1_percent)} | {found} | {rate} | "
        f"{_cell(max(bounds, default=None))} |"
    )


def _outside_row(category: str, each: Outside) -> str:
    return (
        f"| {category} | {each.name} | {each.positives:,} / {each.negatives:,} | {each.auroc:.3f} | {each.auprc:.3f} | "
        f"{_cell(each.recall_at_1_percent)} |"
    )


def page(manifest: Manifest, times: Sequence[tuple[int, float]]) -> str:
    """Return the figures as Markdown."""
    return "\n".join(
        [
            f"Weights {manifest.release}.",
            "",
            "### Held-out rows of the training sources",
            "",
            "| category | fit +/- | test +/- | AUROC | AUPRC | recall at 1 % FPR | found at ≥ 0.9 | wrongly at ≥ 0.9 "
            f"| best precision bound at {manifest.prevalence:.0%} |",
            "|---|---|---|---|---|---|---|---|---|",
            *map(_heldout_row, manifest.heads),
            "",
            "### Sets that were never trained, calibrated or tuned on",
            "",
            "| category | set | +/- | AUROC | AUPRC | recall at 1 % FPR |",
            "|---|---|---|---|---|---|",
            *(_outside_row(head.category, each) for head in manifest.heads for each in head.outside),
            *(_outside_row("any (highest score)", each) for each in manifest.together),
            "",
            "### Ordinary text: how often any category fires",
            "",
            "| set | rows | at ≥ 0.5 | at ≥ 0.9 |",
            "|---|---|---|---|",
            *(
                f"| {each.name} | {each.rows:,} | {each.above_half:.1%} | {each.above_nine_tenths:.1%} |"
                for each in manifest.benign
            ),
            "",
            "Median time of one call, one thread, on the machine that made this page: "
            + ", ".join(f"{taken:.0f} µs for {length} characters" for length, taken in times)
            + ".",
        ]
    )


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m training.measure", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    manifest = measure(given.weights, given.data)
    classifier = LinearClassifier.load(given.weights)
    shown = page(manifest, [(length, median_microseconds(classifier, length)) for length in (200, 784, 4000)])
    before, _, rest = given.page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    given.page.write_text(f"{before}{BEGIN}\n\n{shown}\n\n{END}{after}", encoding="utf-8")
    print(shown)


if __name__ == "__main__":
    main()
