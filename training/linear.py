"""Train the linear classifier: `python -m training.linear --data DIR --out FILE.npy`.

DIR holds train/*.jsonl.gz (and validation/*.jsonl.gz, read only to leave look-alikes out). Writes FILE.npy and, beside
it, FILE.json with digests, figures and terms. Prints counts and figures, never a text.
"""

import argparse
import hashlib
import io
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import SCHEME
from seawall.screen.linear.manifest import Head, Manifest, Used, write
from seawall.screen.linear.table import Table
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput
from training import figures
from training.fit import Settings, examples, fit, quantise
from training.rows import CALIBRATE, FIT, TEST, Row, files, openings, take
from training.sources import LABELS, LICENCE

COMMAND = "python -m training.linear --data DIR --out src/seawall/screen/linear/weights.npy"
ROOT = Path(__file__).resolve().parent.parent
DECISIVE = (
    "src/seawall/screen/linear/features.py",
    "src/seawall/screen/linear/table.py",
    *(f"training/{name}.py" for name in ("figures", "fit", "linear", "rows", "sources")),
)


def gather(data: Path, tell: Callable[[str], None]) -> tuple[list[Row], list[Used]]:
    """Read every source that is present. Raises InvalidInput."""
    if not files(data):
        raise InvalidInput(
            f"No training file lies under {data / 'train'}.", hint="Name the folder that holds train/ with --data"
        )
    barred, rows, used = openings(data / "validation"), [], []
    for source, path in files(data):
        taken = take(path, source, barred)
        rows += taken
        used.append(
            Used(
                file=f"train/{path.name}",
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                rows=len(taken),
                licence=source.licence,
                origin=source.origin,
                share_alike=source.share_alike,
            )
        )
    tell(f"{len(rows)} rows of {len(used)} files")
    return rows, used


def _judged(
    rows: Sequence[Row], sums: NDArray[np.float64], column: int, category: Category, part: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    chosen = [place for place, row in enumerate(rows) if row.part == part and category in row.known]
    return sums[chosen, column], np.array([rows[place].known[category] for place in chosen], dtype=np.float64)


def head(
    rows: Sequence[Row], sums: NDArray[np.float64], column: int, category: Category, learned: Sequence[Row]
) -> Head:
    """Calibrate one category on one part of the held-out rows and test it on the other."""
    scale, bias = figures.platt(*_judged(rows, sums, column, category, CALIBRATE))
    tested, truth = _judged(rows, sums, column, category, TEST)
    scores = 1 / (1 + np.exp(-np.clip(scale * tested + bias, -30, 30)))
    values = [row.known[category] for row in learned if category in row.known]
    return Head(
        category=category,
        scale=scale,
        bias=bias,
        positives=sum(values),
        negatives=len(values) - sum(values),
        heldout=figures.heldout(scores, truth),
    )


def _commit() -> str:
    asked = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"


def code_digest() -> str:
    """Return a digest of the programs that decide what the weights are."""
    return hashlib.sha256(b"".join((ROOT / path).read_bytes() for path in DECISIVE)).hexdigest()


def train(data: Path, out: Path, *, settings: Settings, tell: Callable[[str], None]) -> Manifest:
    """Train, calibrate, test, and write weights and manifest."""
    rows, used = gather(data, tell)
    learned = [row for row in rows if row.part == FIT]
    aside = [row for row in rows if row.part != FIT]
    present = {category for row in learned for category, value in row.known.items() if value}
    wanted = dict.fromkeys((*LABELS.values(), Category.PROMPT_INJECTION))
    categories = [category for category in wanted if category in present]
    weights = quantise(fit(examples(learned, categories), settings, tell=tell))
    table = Table(weights)
    sums = np.array([table.pool(row.text) for row in aside], dtype=np.float64)
    stored = io.BytesIO()
    np.save(stored, weights, allow_pickle=False)
    found = hashlib.sha256(stored.getvalue()).hexdigest()
    manifest = Manifest(
        release=f"1-{found[:8]}",
        scheme=SCHEME,
        sha256=found,
        seed=settings.seed,
        prevalence=figures.PREVALENCE,
        commit=_commit(),
        code=code_digest(),
        command=COMMAND,
        licence=LICENCE,
        heads=tuple(head(aside, sums, place, category, learned) for place, category in enumerate(categories)),
        sources=tuple(used),
    )
    out.write_bytes(stored.getvalue())
    write(out.with_suffix(".json"), manifest)
    return manifest


def main() -> None:
    """Read the arguments, train, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m training.linear", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    parser.add_argument("--epochs", type=int, default=Settings().epochs)
    given = parser.parse_args()
    settings = Settings(seed=given.seed, epochs=given.epochs)
    manifest = train(given.data, given.out, settings=settings, tell=lambda line: print(line, flush=True))
    for each in manifest.heads:
        tested = each.heldout
        fitted, judged = f"{each.positives}+ {each.negatives}-", f"{tested.positives}+ {tested.negatives}-"
        print(f"{each.category:26} fit {fitted:16} test {judged:14}", end=" ")
        print(f"AUROC {tested.auroc} AUPRC {tested.auprc} recall at 1 % {tested.recall_at_1_percent}")


if __name__ == "__main__":
    main()
