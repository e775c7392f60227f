"""Verify closed numbers from a published log or from a proof file, without a server or a database."""

from pathlib import Path
from typing import Any

import msgspec

from seawall.ledger.bodies import BODIES, Released, release_path
from seawall.ledger.note import Checkpoint, NoteInvalid, Verifier
from seawall.ledger.proof import Proof, check
from seawall.ledger.source import reader
from seawall.ledger.tiles import Read
from seawall.ledger.verify import verify
from seawall.metrics.checking import KIND, Wrong, check_together
from seawall.metrics.checking import check as check_numbers
from seawall.metrics.recounting import Held, held_in, recount
from seawall.vocabulary.errors import NotFound


class NothingClosed(NotFound):
    """A source holds no closed numbers, or none of that period."""

    code = "metrics.nothing_closed"

    def __init__(self, source: str, period: str | None) -> None:
        what = "no closed numbers" if period is None else f"no closed numbers of {period}"
        super().__init__(f"{source} holds {what}.", hint="Bodies are released some time after a period is closed.")


class ClosedAt(msgspec.Struct, frozen=True, kw_only=True):
    """A record of closed numbers, and its place in the log."""

    period: str
    record: str
    corrects: str | None
    index: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `verified` is true only where everything was checked and held."""

    verified: bool
    origin: str
    closed: list[ClosedAt]
    wrong: list[Wrong]


def verified(source: str, key: str, *, period: str | None = None, bodies: Path | None = None) -> Report:
    """Verify what a source holds. Raises NothingClosed, NoteInvalid, CommitmentWrong, SourceUnreadable."""
    verifier = Verifier.parse(key)
    found, wrong = (_proven if Path(source).is_file() else _published)(source, verifier)
    mine = [(index, body) for index, body in found if period in (None, body.get("period"))]
    if not mine and not wrong:
        raise NothingClosed(source, period)
    alone = [each for _, body in mine for each in check_numbers(body)]
    if not alone and not Path(source).is_file():
        # What a proof file leads to besides is not in it.
        wrong = [*wrong, *check_together(body for _, body in found if not check_numbers(body))]
    lines: list[Held] = [] if bodies is None else held_in(bodies)
    if bodies is not None and not alone:
        wrong = [*wrong, *(each for _, body in mine for each in recount(body, lines))]
    wrong = [*alone, *wrong]
    return Report(verified=not wrong, origin=verifier.name, closed=[_at(*each) for each in mine], wrong=wrong)


def _proven(source: str, verifier: Verifier) -> tuple[list[tuple[int, dict[str, Any]]], list[Wrong]]:
    try:
        text = Path(source).read_text("utf-8")
    except UnicodeDecodeError:
        raise NoteInvalid(f"{source} is no proof file.", hint="seawall ledger prove re_… writes one.") from None
    proven = check(Proof.parse(text), verifier)
    if proven.record.get("kind") != KIND:
        return [], [Wrong(period="", what=f"{source} proves a record of the kind {proven.record.get('kind')!r}")]
    return [(proven.index, proven.record)], []


def _published(source: str, verifier: Verifier) -> tuple[list[tuple[int, dict[str, Any]]], list[Wrong]]:
    """Return the closed numbers that a log has released, once the whole log holds."""
    read = reader(source)
    report = verify(read, verifier)
    problems = [Wrong(period="", what=f"{each.where}: {each.what}") for each in report.problems]
    return ([] if problems else _released(read)), problems


def _released(read: Read) -> list[tuple[int, dict[str, Any]]]:
    # Only what `verify` has just found to hold is read here.
    note = read(f"{BODIES}/checkpoint")
    size = Checkpoint.parse(note.decode().rpartition("\n\n")[0] + "\n").size if note is not None else 0
    held = (read(release_path(number)) or b"" for number in range(size))
    lines = (msgspec.json.decode(line, type=Released) for each in held for line in each.splitlines())
    return [(line.index, line.body) for line in lines if line.body.get("kind") == KIND]


def _at(index: int, body: dict[str, Any]) -> ClosedAt:
    said = {name: body.get(name) for name in ("period", "corrects")}
    return ClosedAt(
        period=str(said["period"]),
        record=str(body.get("id")),
        corrects=None if said["corrects"] is None else str(said["corrects"]),
        index=index,
    )
