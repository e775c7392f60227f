"""`seawall bench`: measure how good the classifiers are, on labelled sets of yours."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.app.commands.declared import host_only
from seawall.app.commands.options import JSON, instance


@click.group()
def bench() -> None:
    """Measure: how good the classifiers are."""


@bench.command()
@host_only("it measures files here")
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="A folder of labelled sets.")
@click.option("--most", type=click.IntRange(20), default=1500, show_default=True, help="Rows of a set, by hash.")
@click.option(
    "--most-obfuscated", type=click.IntRange(20), default=200, show_default=True, help="Of those, obfuscated."
)
@click.option(
    "--most-ordinary", type=click.IntRange(20), default=100_000, show_default=True, help="Harmless rows of a set."
)
@click.option("--injections", multiple=True, help="Name of a set whose jailbreaks are prompt injections; repeatable.")
@click.option("--beside", multiple=True, help="Set of ordinary texts beside sets of violations alone; repeatable.")
@click.option(
    "--seed", type=click.IntRange(0, 2**63), default=20261125, show_default=True, help="Which rows are drawn."
)
@click.option("--fast", is_flag=True, help="The fast tier alone.")
@click.option("--slices", is_flag=True, help="Also obfuscated, by length, traits and language, and bias by identity.")
@click.option("--peer", type=click.Path(path_type=Path), help="A Python that has alt-profanity-check, if not this one.")
@click.option("--no-judges", is_flag=True, help="Leave the judges of the settings out.")
@click.option(
    "--policy", type=click.Path(path_type=Path), help="The policy in a directory; the default policy if none."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write everything into this file as well.")
@JSON
def screen(
    peer: Path | None, no_judges: bool, policy: Path | None, out: Path | None, as_json: bool, **how: Any
) -> None:
    """Print AUPRC, AUROC, recall at 0.1 % and 1 % false positives and calibration error, with 95 % bounds.

    DATA (or DATA/validation) holds files of lines {"text": …, "labels": {label: 0 or 1}}. Both tiers are measured, and
    beside them alt-profanity-check where it is installed, and every judge of the settings, which is shown the texts. On
    harmless texts it also tells what the policy refuses, would refuse, and how many reach the accurate tier. No text is
    printed or kept.
    """
    from seawall.app import measuring
    from seawall.app.measuring import peers
    from seawall.app.scoring import Scorer
    from seawall.policy import DEFAULT, compile_documents, read

    base, scorer = compile_documents(read(policy or DEFAULT)).base, Scorer()
    with ExitStack() as stack:
        by, releases = _tiers(scorer, fast_only=how.pop("fast"))
        beside = stack.enter_context(peers.profanity(peer))
        if not no_judges:
            beside |= stack.enter_context(peers.judged(instance().settings, instance().clock, base))
        plan = measuring.Plan(injections=frozenset(how.pop("injections")), **how)
        releases |= {name: name for name in beside}
        found = measuring.study(plan, by | beside, releases, scorer, base, lambda line: click.echo(line, err=True))
    if out is not None:
        measuring.write(out, found)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for line in (*_table(found), *_ordinary(found)):
        click.echo(line)


def _tiers(scorer: Any, *, fast_only: bool) -> tuple[dict[str, Any], dict[str, str]]:
    from seawall.app.measuring.study import BOTH, FAST

    fast = scorer.release(fast_only=True)
    by, releases = {fast: lambda texts: scorer.batch(texts, fast_only=True)}, {FAST: fast}
    if not fast_only and scorer.accurate is not None:
        releases[BOTH] = scorer.release()
        by[releases[BOTH]] = scorer.batch
    return by, releases


def _table(found: Any) -> Iterator[str]:
    yield _line(("set", "slice", "by", "category", "+", "-", "AUPRC", "AUROC", "R@0.1%", "R@1%", "ECE"))
    for each in found.figures:
        told = each.figures
        cells = (told.auprc, told.auroc, told.recall_at_01_percent, told.recall_at_1_percent)
        shown = ["–" if cell is None else f"{cell.value:.3f} ({cell.low:.2f}–{cell.high:.2f})" for cell in cells]
        error = "–" if told.calibration_error is None else f"{told.calibration_error:.3f}"
        counts = (str(told.positives), str(told.negatives))
        yield _line((each.set, each.slice, each.by, each.category, *counts, *shown, error))


def _line(cells: tuple[str, ...]) -> str:
    widths = (28, 16, 22, 28, 6, 6, 20, 20, 20, 20, 6)
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _ordinary(found: Any) -> Iterator[str]:
    yield ""
    yield "harmless texts under the policy"
    for each in found.refusals:
        yield (
            f"{each.set:<28}  {each.rows:>6} rows: refused {each.refused} ({each.refused_share.value:.2%}), "
            f"would be refused {each.would_be_refused} ({each.would_be_refused_share.value:.2%}), "
            f"reached the accurate tier {each.reached_accurate} ({each.reached_accurate_share.value:.2%})"
        )
