"""`seawall bench`: measure how good the classifiers are, on labelled sets of yours."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.app.commands.declared import host_only
from seawall.app.commands.options import JSON


@click.group()
def bench() -> None:
    """Measure: how good the classifiers are."""


@bench.command()
@host_only("it measures files here")
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="A folder of labelled sets.")
@click.option("--most", type=click.IntRange(20), default=1500, show_default=True, help="Rows of a set, by hash.")
@click.option("--injections", multiple=True, help="Name of a set whose jailbreaks are prompt injections; repeatable.")
@click.option("--fast", is_flag=True, help="The fast tier alone.")
@click.option("--slices", is_flag=True, help="Also obfuscated, by length, and by negation, quotation and question.")
@JSON
def screen(data: Path, most: int, injections: tuple[str, ...], fast: bool, slices: bool, as_json: bool) -> None:
    """Print AUPRC, AUROC, recall at 0.1 % and 1 % false positives and calibration error, with 95 % bounds.

    DATA (or DATA/validation) holds files of lines {"text": …, "labels": {label: 0 or 1}}. Both tiers are measured, and
    alt-profanity-check beside them where it is installed. No text is printed or kept.
    """
    from seawall.app import measuring
    from seawall.app.scoring import Scorer

    scorer, folder = Scorer(), data / "validation" if (data / "validation").is_dir() else data
    by: dict[str, measuring.Batch] = {scorer.release(fast_only=True): lambda texts: scorer.batch(texts, fast_only=True)}
    if not fast and scorer.accurate is not None:
        by[scorer.release()] = scorer.batch
    by |= measuring.rivals()
    found: list[measuring.Measured] = []
    for name, rows in measuring.sets(folder, most, frozenset(injections)):
        for title, batch in by.items():
            click.echo(f"{name}: {len(rows)} rows, {title}", err=True)
            found += measuring.measure(name, rows, title, batch, sliced=slices)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for line in _table(found):
        click.echo(line)


def _table(found: Sequence[Any]) -> Iterator[str]:
    head = ("set", "slice", "by", "category", "+", "-", "AUPRC", "AUROC", "R@0.1%", "R@1%", "ECE")
    yield _line(head)
    for each in found:
        told = each.figures
        cells = (told.auprc, told.auroc, told.recall_at_01_percent, told.recall_at_1_percent)
        shown = ["–" if cell is None else f"{cell.value:.3f} ({cell.low:.2f}–{cell.high:.2f})" for cell in cells]
        error = "–" if told.calibration_error is None else f"{told.calibration_error:.3f}"
        counts = (str(told.positives), str(told.negatives))
        yield _line((each.set, each.slice, each.by, each.category, *counts, *shown, error))


def _line(cells: tuple[str, ...]) -> str:
    widths = (28, 16, 22, 28, 6, 6, 20, 20, 20, 20, 6)
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
