"""The figures of a tier as Markdown, and where they go in docs/classifiers.md."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from seawall.screen.encoder.manifest import Against, Tried
from seawall.screen.linear.manifest import Balanced, Benign, Head, Outside


class Measured(Protocol):
    """The parts of a manifest that the page shows."""

    @property
    def release(self) -> str:
        """Name the weights."""

    @property
    def prevalence(self) -> float:
        """Return the share of violations for which precision is restated."""

    @property
    def heads(self) -> Sequence[Head]:
        """Return the categories."""

    @property
    def together(self) -> Sequence[Outside]:
        """Return the figures of the highest score."""

    @property
    def alarm(self) -> float | None:
        """Return the score from which a text counts as a violation of any kind."""

    @property
    def balanced(self) -> Sequence[Balanced]:
        """Return what the highest score tells apart at the alarm."""

    @property
    def benign(self) -> Sequence[Benign]:
        """Return how often anything fires on ordinary text."""


def marks(tier: str) -> tuple[str, str]:
    """Return the comments between which a tier's figures stand."""
    return f"<!-- figures of {tier}: python -m training.measure --tier {tier} -->", f"<!-- end of {tier} -->"


def put(where: Path, tier: str, shown: str) -> None:
    """Write a tier's figures between its marks."""
    begin, end = marks(tier)
    before, _, rest = where.read_text(encoding="utf-8").partition(begin)
    where.write_text(f"{before}{begin}\n\n{shown}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _edge(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _heldout_row(head: Head) -> str:
    tested, point = head.heldout, next(point for point in head.heldout.points if point.score >= 0.9)
    rate = f"{point.false / tested.negatives:.2%}" if tested.auroc is not None else "–"
    found = f"{point.found / tested.positives:.1%}" if tested.auroc is not None else "–"
    bounds = [bound for each in tested.points if (bound := head.precision_at(each.score)) is not None]
    return (
        f"| {head.category} | {head.positives:,} / {head.negatives:,} | {tested.positives:,} / {tested.negatives:,} | "
        f"{_cell(tested.auroc)} | {_cell(tested.auprc)} | {_cell(tested.recall_at_1_percent)} | {found} | {rate} | "
        f"{_cell(max(bounds, default=None))} | {_edge(head.threshold)} |"
    )


def _outside_row(category: str, each: Outside) -> str:
    return (
        f"| {category} | {each.name} | {each.positives:,} / {each.negatives:,} | {each.auroc:.3f} | {each.auprc:.3f} | "
        f"{_cell(each.recall_at_1_percent)} |"
    )


def _benign_row(each: Benign) -> str:
    return (
        f"| {each.name} | {each.rows:,} | {each.above_half:.1%} | {each.above_nine_tenths:.1%} | "
        f"{each.above_thresholds:.2%} |"
    )


def _balanced_row(each: Balanced) -> str:
    return f"| {each.name} | {each.threshold:.2f} | {each.found:.1%} | {each.passed:.1%} | {each.accuracy:.3f} |"


class Compared(Measured, Protocol):
    """What the encoder's manifest tells besides."""

    @property
    def tried(self) -> Sequence[Tried]:
        """Return what was tried."""

    @property
    def against(self) -> Sequence[Against]:
        """Return the distance from the frozen stack."""


def compared(manifest: Compared) -> str:
    """Return what was tried, and what ships against the frozen stack, as Markdown."""
    return "\n".join(
        [
            "#### What was tried: any violation, domain rows held out of the fold",
            "",
            "| | AUPRC | AUROC |",
            "|---|---|---|",
            *(f"| {each.name} | {each.any_auprc:.3f} | {each.any_auroc:.3f} |" for each in manifest.tried),
            "",
            "#### What ships, less the frozen encoder with the fast tier, on the same rows",
            "",
            "| category | AUPRC gained | bounds at 95 % |",
            "|---|---|---|",
            *(
                f"| {each.name} | {each.value:+.3f} | {each.low:+.3f} to {each.high:+.3f} |"
                for each in manifest.against
            ),
        ]
    )


def page(manifest: Measured, times: Sequence[tuple[int, float]]) -> str:
    """Return the figures as Markdown."""
    return "\n".join(
        [
            f"Weights {manifest.release}.",
            "",
            "#### Held-out rows of the training sources",
            "",
            "| category | fit +/- | test +/- | AUROC | AUPRC | recall at 1 % FPR | found at ≥ 0.9 | wrongly at ≥ 0.9 "
            f"| best precision bound at {manifest.prevalence:.0%} | threshold |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *map(_heldout_row, manifest.heads),
            "",
            "#### Sets that were never learned from, and rows held out of the fold",
            "",
            "| category | set | +/- | AUROC | AUPRC | recall at 1 % FPR |",
            "|---|---|---|---|---|---|",
            *(_outside_row(head.category, each) for head in manifest.heads for each in head.outside),
            *(_outside_row("any (highest score)", each) for each in manifest.together),
            "",
            "#### Any violation at a threshold that was chosen on training requests",
            "",
            "| set | threshold | found | rightly let pass | balanced accuracy |",
            "|---|---|---|---|---|",
            *map(_balanced_row, manifest.balanced),
            "",
            "#### Ordinary text: how often any category fires",
            "",
            "| set | rows | at ≥ 0.5 | at ≥ 0.9 | at the thresholds |",
            "|---|---|---|---|---|",
            *map(_benign_row, manifest.benign),
            "",
            "Median time of one call by the processor's clock, one thread, on the machine that made this page: "
            + ", ".join(f"{taken:,.0f} µs for {length} characters" for length, taken in times)
            + ".",
        ]
    )
