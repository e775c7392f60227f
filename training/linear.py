"""Train the linear classifier: `python -m training.linear --data DIR --out FILE.npy`.

DIR holds train/*.jsonl.gz and validation/*.jsonl.gz (of which the permitted OpenAI half is learned from last, fold by
fold for its figures and whole for the weights; the rest is read only to leave look-alikes out). Writes FILE.npy and,
beside it, FILE.json with digests, figures and terms, and FILE.folds.npz with the scores of rows held out of their fold.
Prints counts and figures, never a text.
"""

import argparse
import hashlib
import io
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import SCHEME
from seawall.screen.linear.manifest import Head, Manifest, Outside, Used, write
from seawall.screen.linear.table import Table
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput
from training import figures
from training.fit import Floats, Settings, Taught, added, examples, fit, kernel, quantise, sums
from training.folds import crossed, inputs, of_any, of_category, probabilities
from training.generators.made import LEARNED
from training.rows import (
    CALIBRATE,
    DOMAIN,
    FIT,
    FOLDS,
    TEST,
    Row,
    barred,
    domain,
    files,
    made,
    ordinary,
    requests,
    take,
)
from training.settle import settle
from training.sources import LICENCE, OWN, Source

COMMAND = "python -m training.linear --data DIR --out src/seawall/screen/linear/weights.npy"
DOMAIN_COUNTS, REPLAY_COUNTS, AT_ONCE = 1.0, 0.5, 64
ROOT = Path(__file__).resolve().parent.parent
DECISIVE = (
    "src/seawall/screen/linear/features.py",
    "src/seawall/screen/linear/table.py",
    *(f"training/{name}.py" for name in ("figures", "fit", "folds", "linear", "rows", "settle", "sources")),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "training/generators").rglob("*.py")),
)


def gather(data: Path, tell: Callable[[str], None], *, own: bool = True) -> tuple[list[Row], list[Used]]:
    """Read every source that is present, and make our own examples unless told not to. Raises InvalidInput."""
    if not files(data):
        raise InvalidInput(
            f"No training file lies under {data / 'train'}.", hint="Name the folder that holds train/ with --data"
        )
    bar, rows, used = barred(data / "validation"), [], []
    for source, path in files(data):
        taken = take(path, source, bar)
        rows += taken
        used.append(_used(f"train/{path.name}", path.read_bytes(), len(taken), source))
    if own:
        rows += (ours := made(Settings().seed, bar))
        made_by = b"".join((ROOT / path).read_bytes() for path in DECISIVE if "generators" in path)
        used.append(_used("training/generators", made_by, len(ours), OWN))
    tell(f"{len(rows)} rows of {len(used)} sources")
    return rows, used


def _used(file: str, content: bytes, rows: int, source: Source) -> Used:
    return Used(
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        rows=rows,
        licence=source.licence,
        origin=source.origin,
        share_alike=source.share_alike,
    )


def used_domain(data: Path, known: Sequence[Row]) -> list[Used]:
    """Return what to say of the domain rows."""
    path = data / "validation" / f"{DOMAIN.file}.jsonl.gz"
    return [_used(f"validation/{path.name}", path.read_bytes(), len(known), DOMAIN)] if known else []


class Stage(msgspec.Struct, frozen=True):
    """The weights that ship, and for every domain row the sums of weights that never saw its fold."""

    table: NDArray[np.int8]
    held_out: Floats


def stages(
    learned: Sequence[Row],
    known: Sequence[Row],
    categories: Sequence[Category],
    settings: Settings,
    taught: Taught,
    work: Path | None,
    tell: Callable[[str], None],
) -> Stage:
    """Learn from all sources, then settle on the domain rows: without each fold for its figures, with all to ship."""
    before = _before(learned, categories, settings, taught, work, tell)
    held_out = np.zeros((len(categories), len(known)))
    if not known:
        return Stage(quantise(before), held_out)
    domain = Domain(before, known, _replayed(learned, settings), categories, settings)
    for fold in map(str, range(FOLDS)):
        inside = [place for place, row in enumerate(known) if row.part == fold]
        held_out[:, inside] = _sums(domain.table(but=fold), [known[place] for place in inside], len(categories)).T
        tell(f"fold {int(fold) + 1} of {FOLDS}")
    return Stage(domain.weights(), held_out)


def _before(
    learned: Sequence[Row],
    categories: Sequence[Category],
    settings: Settings,
    taught: Taught,
    work: Path | None,
    tell: Callable[[str], None],
) -> Floats:
    """Return the weights of the first stage, those of an earlier run where it was kept."""
    kept = work / "first.npy" if work else None
    if kept and kept.exists():
        tell(f"going on with {kept}")
        return np.load(kept).astype(np.float64)
    made = fit(examples(learned, categories, settings, taught), settings, tell=tell).weights.astype(np.float32)
    if kept:
        np.save(kept, made)
    return made.astype(np.float64)


def _replayed(learned: Sequence[Row], settings: Settings) -> list[Row]:
    order = np.random.default_rng(settings.seed).permutation(len(learned))[: settings.replayed]
    return [learned[place] for place in sorted(order)]


class Domain:
    """Weights that go on learning from the domain rows, beside some rows that they have seen."""

    def __init__(
        self,
        before: Floats,
        known: Sequence[Row],
        replayed: Sequence[Row],
        categories: Sequence[Category],
        settings: Settings,
    ) -> None:
        self._before, self._settings = before, settings
        self._rows = [*known, *replayed]
        self._data = examples(self._rows, categories, settings)
        self._kernel, self._sums = kernel(self._data), sums(self._data, before)
        self._counts = np.array([1.0] * len(known) + [REPLAY_COUNTS] * len(replayed))

    def weights(self, *, but: str | None = None) -> NDArray[np.int8]:
        """Return the weights after all domain rows, or after all but one fold."""
        counts = self._counts * np.array([but is None or row.part != but for row in self._rows])
        made = self._before * self._settings.kept
        for column in range(made.shape[1]):
            factors, _ = settle(
                self._kernel,
                self._sums[:, column] * self._settings.kept,
                np.rint(self._data.target[:, column]),
                self._data.weight[:, column] * counts,
                strength=self._settings.strength,
            )
            made[:, column] += added(self._data, factors)
        return quantise(made)

    def table(self, *, but: str) -> Table:
        """Return the weights without one fold, ready to score."""
        return Table(self.weights(but=but))


def _sums(table: Table, rows: Sequence[Row], columns: int) -> Floats:
    found = np.zeros((len(rows), columns))
    for start in range(0, len(rows), AT_ONCE):
        texts = [row.text for row in rows[start : start + AT_ONCE]]
        found[start : start + len(texts)] = table.pool_many(texts)[:, :columns]
    return found


def head(
    category: Category,
    constants: Floats,
    scores: Floats,
    rows: Sequence[Row],
    held: Outside | None,
    threshold: float | None,
) -> Head:
    """Describe one category; `scores` are the probabilities of `rows`."""
    tested = [place for place, row in enumerate(rows) if row.part == TEST and category in row.known]
    truth = np.array([rows[place].known[category] for place in tested], dtype=np.float64)
    values = [row.known[category] for row in rows if row.part == FIT and category in row.known]
    return Head(
        category=category,
        scale=float(constants[0]),
        bias=float(constants[-1]),
        positives=sum(values),
        negatives=len(values) - sum(values),
        heldout=figures.heldout(scores[tested], truth),
        outside=(held,) if held else (),
        threshold=threshold,
    )


def commit() -> str:
    """Return the commit of the code, or `unknown` outside a checkout."""
    asked = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"


def code_digest() -> str:
    """Return a digest of the programs that decide what the weights are."""
    return hashlib.sha256(b"".join((ROOT / path).read_bytes() for path in DECISIVE)).hexdigest()


def train(
    data: Path,
    out: Path,
    *,
    settings: Settings,
    tell: Callable[[str], None],
    taught: Taught | None = None,
    work: Path | None = None,
) -> Manifest:
    """Train, calibrate, test, and write weights and manifest."""
    code, at = code_digest(), commit()
    rows, used = gather(data, tell, own=settings.own)
    known = domain(data)
    used += used_domain(data, known)
    learned = [row for row in rows if row.part == FIT]
    present = {category for row in learned for category, value in row.known.items() if value}
    categories = [category for category in LEARNED if category in present]
    stage = stages(learned, known, categories, settings, taught or {}, work, tell)
    aside = [row for row in rows if row.part == CALIBRATE]
    calibrated = _calibrated(stage, aside, known, categories)
    tested, plain, asked = [row for row in rows if row.part == TEST], ordinary(rows), requests(rows)
    table, constants = Table(stage.table), [each for each, _ in calibrated]
    found, usual, alarming = (_chances(table, some, constants) for some in (tested, plain, asked))
    edges = figures.thresholds(usual)
    crossed_scores = np.array([held_out for _, held_out in calibrated])
    heads = []
    for column, category in enumerate(categories):
        scores = np.concatenate((found[column], np.zeros(len(learned))))
        held = of_category(crossed_scores[column], known, category)
        heads.append(head(category, constants[column], scores, [*tested, *learned], held, edges[column]))
    together = of_any(crossed_scores, known)
    stored = io.BytesIO()
    np.save(stored, stage.table, allow_pickle=False)
    digest = hashlib.sha256(stored.getvalue()).hexdigest()
    manifest = Manifest(
        release=f"2-{digest[:8]}",
        scheme=SCHEME,
        sha256=digest,
        seed=settings.seed,
        prevalence=figures.PREVALENCE,
        commit=at,
        code=code,
        command=COMMAND,
        licence=LICENCE,
        heads=tuple(heads),
        sources=tuple(used),
        alarm=alarm(alarming, asked),
        together=(together,) if together else (),
    )
    out.write_bytes(stored.getvalue())
    np.savez(out.with_suffix(".folds.npz"), scores=crossed_scores, categories=np.array(categories, dtype=np.str_))
    write(out.with_suffix(".json"), manifest)
    return manifest


def alarm(scores: Floats, asked: Sequence[Row]) -> float | None:
    """Return the score from which requests count as violations; `scores` hold one column per request."""
    return figures.alarm(scores.max(axis=0), np.array([row.unsafe for row in asked], dtype=np.float64))


def _chances(table: Table, rows: Sequence[Row], constants: Sequence[Floats]) -> Floats:
    """Return the calibrated probabilities of rows, one line per category."""
    found = _sums(table, rows, len(constants))
    return np.array([probabilities(each, found[:, column][None]) for column, each in enumerate(constants)])


def _calibrated(
    stage: Stage, aside: Sequence[Row], known: Sequence[Row], categories: Sequence[Category]
) -> list[tuple[Floats, Floats]]:
    """Return, per category, its constants and the probabilities of the domain rows, each without its fold."""
    found, made = _sums(Table(stage.table), aside, len(categories)), []
    for column, category in enumerate(categories):
        held_out = stage.held_out[column][None]
        given = inputs(aside, found[:, column][None], known, held_out, category, DOMAIN_COUNTS)
        made.append((given.constants(), crossed(given, known, held_out)))
    return made


def main() -> None:
    """Read the arguments, train, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m training.linear", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    parser.add_argument("--epochs", type=int, default=Settings().epochs)
    parser.add_argument("--work", type=Path, help="keeps the first stage, so that a run that was cut off goes on")
    given = parser.parse_args()
    settings = Settings(seed=given.seed, epochs=given.epochs)
    manifest = train(
        given.data, given.out, settings=settings, tell=lambda line: print(line, flush=True), work=given.work
    )
    for each in manifest.heads:
        tested = each.heldout
        fitted, judged = f"{each.positives}+ {each.negatives}-", f"{tested.positives}+ {tested.negatives}-"
        print(f"{each.category:26} fit {fitted:16} test {judged:14}", end=" ")
        print(f"AUROC {tested.auroc} AUPRC {tested.auprc} recall at 1 % {tested.recall_at_1_percent}")


if __name__ == "__main__":
    main()
