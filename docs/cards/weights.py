"""What a manifest tells: where weights come from, held-out rows, outside sets, what was tried."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from docs.cards.tables import number, section, table
from seawall.screen.encoder import EncoderManifest
from seawall.screen.linear.manifest import Benign, Head, Outside, Used


class Known(Protocol):
    """The parts of a manifest that every card shows."""

    @property
    def release(self) -> str:
        """Name the weights."""

    @property
    def sha256(self) -> str:
        """Return the digest of the weights."""

    @property
    def seed(self) -> int:
        """Return the seed."""

    @property
    def commit(self) -> str:
        """Return the commit of the program."""

    @property
    def code(self) -> str:
        """Return the digest of the program."""

    @property
    def command(self) -> str:
        """Return how they are made."""

    @property
    def licence(self) -> str:
        """Return the statement of licences."""

    @property
    def prevalence(self) -> float:
        """Return the share of violations for which precision is restated."""

    @property
    def heads(self) -> Sequence[Head]:
        """Return the categories."""

    @property
    def sources(self) -> Sequence[Used]:
        """Return what was learned from."""

    @property
    def together(self) -> Sequence[Outside]:
        """Return the figures of the highest score."""

    @property
    def benign(self) -> Sequence[Benign]:
        """Return how often anything fires on ordinary text."""


def release(name: str, known: Known, weights: Path, manifest: Path) -> str:
    """Return which weights the card is of, as the record `classifier.released` names them."""
    return section(
        "Release",
        table(
            ("", ""),
            [
                ("release", f"`{name} {known.release}`"),
                ("weights, SHA-256", f"`{known.sha256}`, {weights.stat().st_size / 2**20:.1f} MiB"),
                ("manifest, SHA-256", f"`{sha256(manifest.read_bytes()).hexdigest()}`"),
                (
                    "program",
                    f"`{known.command}`, commit `{known.commit[:12]}`, digest `{known.code[:12]}`, seed {known.seed}",
                ),
            ],
        ),
        "A finding names the release. The ledger has a record `classifier.released` with both digests.\n",
    )


def sources(known: Known) -> str:
    """Return what was learned from, with its terms."""
    rows = [
        (
            each.file,
            each.origin,
            f"{each.rows:,}",
            each.licence,
            "yes" if each.share_alike else "",
            f"`{each.sha256[:12]}`",
        )
        for each in known.sources
    ]
    head = ("file", "origin", "rows", "licence", "share-alike", "digest")
    return section("Learned from", f"{known.licence}\n", table(head, rows))


def held_out(known: Known) -> str:
    """Return the figures that training made: held-out rows of its sources, and sets that it never learned from."""
    head = ("category", "fit +/-", "test +/-", "AUROC", "AUPRC", "recall at 1 % FPR", "found at ≥ 0.9",
            "wrongly at ≥ 0.9", f"best precision bound at {known.prevalence:.0%}", "threshold")  # fmt: skip
    outside = [(head.category.value, each) for head in known.heads for each in head.outside]
    outside += [("any", each) for each in known.together]
    return section(
        "Figures of the manifest",
        "Held-out rows of the training sources, then rows held out of the fold and sets never learned from.\n",
        table(head, map(_heldout_row, known.heads)),
        table(("category", "set", "+/-", "AUROC", "AUPRC", "recall at 1 % FPR"), map(_outside_row, outside)),
        "How often any category fires on ordinary text:\n",
        table(("set", "rows", "at ≥ 0.5", "at ≥ 0.9", "at the thresholds"), map(_benign_row, known.benign)),
    )


def _heldout_row(head: Head) -> tuple[str, ...]:
    tested, point = head.heldout, next(point for point in head.heldout.points if point.score >= 0.9)
    enough = tested.auroc is not None
    bounds = [bound for each in tested.points if (bound := head.precision_at(each.score)) is not None]
    return (
        head.category.value,
        f"{head.positives:,} / {head.negatives:,}",
        f"{tested.positives:,} / {tested.negatives:,}",
        number(tested.auroc),
        number(tested.auprc),
        number(tested.recall_at_1_percent),
        f"{point.found / tested.positives:.1%}" if enough else "–",
        f"{point.false / tested.negatives:.2%}" if enough else "–",
        number(max(bounds, default=None)),
        number(head.threshold),
    )


def _outside_row(pair: tuple[str, Outside]) -> tuple[str, ...]:
    category, each = pair
    counts = f"{each.positives:,} / {each.negatives:,}"
    return category, each.name, counts, number(each.auroc), number(each.auprc), number(each.recall_at_1_percent)


def _benign_row(each: Benign) -> tuple[str, ...]:
    return (each.name, f"{each.rows:,}", f"{each.above_half:.1%}", f"{each.above_nine_tenths:.1%}",
            f"{each.above_thresholds:.2%}")  # fmt: skip


def tried(known: EncoderManifest) -> str:
    """Return which ways of training were compared."""
    rows = [(each.name, number(each.any_auprc), number(each.any_auroc)) for each in known.tried]
    return section(
        "What was tried",
        "Any violation, rows of the OpenAI half held out of the fold.\n",
        table(("", "AUPRC", "AUROC"), rows),
    )
