"""A year of operation, then what it costs to publish it, to say how every commitment stands, and to check all of it."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.operation import Operation
from benchmarks.recount import Body, bodies_of, recount
from seawall.app import hubbing
from seawall.commitments.watch import current, look
from seawall.hub.folder import paths
from seawall.hub.verify import Report, verify
from seawall.ledger.note import Verifier
from seawall.ledger.source import reader
from seawall.ledger.tables import records
from seawall.vocabulary.records import Audience

RECORDS, EXCHANGES = 40_000, 2_000_000
PAGE_KB = 150


class NumbersDiffer(Exception):
    """Public numbers do not come out the same when they are counted again, or the hub does not verify."""


def measure(*, enforcement: int = RECORDS, exchanges: int = EXCHANGES) -> list[dict[str, Any]]:
    """Run the year and return what was measured, each with its bar. Raises NumbersDiffer."""
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        operation = Operation(folder, records=enforcement, exchanges=exchanges)
        try:
            began = time.perf_counter()
            operation.run()
            operation.settle()
            print(f"a year went by in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            sizes = [_row("exchanges, in batches", exchanges, ""), _row("records of enforcement", enforcement, "")]
            return sizes + _measured(operation)
        finally:
            operation.instance.close()


def _measured(operation: Operation) -> list[dict[str, Any]]:
    rows = [_row("records in the ledger, all kinds", _numbered(operation), "")]
    rows.append(_timed("hub built whole, looked through and written", lambda: _build(operation), 30))
    practice = next(name for name, each in operation.book.practices.items() if not each.rules)
    operation.state(practice)
    operation.settle()
    rows.append(_timed("hub built again after one more record", lambda: _build(operation), 5))
    operation.state(practice)
    operation.sequencer.step()
    rows.append(_timed("one more record read, and every state compared", lambda: _look(operation), 1))
    rows.append(_timed("status of all practices and commitments", lambda: _status(operation), 1))
    operation.settle()
    counted = bodies(operation)
    operation.edition()
    return rows + _checked(operation, counted)


def _checked(operation: Operation, held: list[Body]) -> list[dict[str, Any]]:
    """Verify and recount the edition that is shown; the bodies are those that it was built from."""
    hub, found = operation.instance.hub_dir, list[Report]()
    timed = _timed("`hub verify` of all files", lambda: found.append(verified(operation)), None)
    again = recount(hub, held)
    if not found[0].verified or again.differs:
        raise NumbersDiffer("; ".join([*map(str, found[0].problems[:5]), *again.differs[:20]]))
    sizes = {path: (hub / path).stat().st_size for path in paths(hub) if path.endswith(".html")}
    greatest = max(sizes, key=lambda path: sizes[path])
    return [
        timed,
        _row("files of the hub", found[0].files, ""),
        _row("pages of the hub", len(sizes), ""),
        _row("records shown, each with its proof", found[0].records, ""),
        _row(f"greatest page ({greatest})", round(sizes[greatest] / 1000), "kB", PAGE_KB),
        _row("public numbers on pages, counted again", again.numbers, ""),
        _row("numbers of signed records left out as small", again.withheld, ""),
        _row("numbers that differ", len(again.differs), "", 0),
    ]


def verified(operation: Operation) -> Report:
    """Check the hub that is shown, from its files alone."""
    hub, key = operation.instance.hub_dir, operation.instance.ledger_key()
    return verify(reader(str(hub)), Verifier.parse(key), paths=paths(hub))


def bodies(operation: Operation) -> list[Body]:
    """Return the bodies of the ledger that an auditor may read, in their order."""
    chosen = (records.c.sequence.is_not(None)) & (records.c.audience != Audience.SEALED.value)
    with operation.database.begin() as tx:
        return bodies_of(tx.scalars(select(records.c.body).where(chosen).order_by(records.c.sequence)))


def _numbered(operation: Operation) -> int:
    with operation.database.begin() as tx:
        return tx.scalar(select(func.count()).select_from(records).where(records.c.sequence.is_not(None))) or 0


def _build(operation: Operation) -> None:
    with operation.database.begin() as tx:
        hubbing.drafted(operation.instance, tx)


def _look(operation: Operation) -> None:
    with operation.database.begin() as tx:
        look(tx, operation.book, record=operation.instance.record, clock=operation.clock)


def _status(operation: Operation) -> None:
    with operation.database.begin() as tx:
        current(tx, operation.book, operation.clock())


def _timed(what: str, act: Callable[[], object], bar: float | None) -> dict[str, Any]:
    began = time.perf_counter()
    act()
    return _row(what, round(time.perf_counter() - began, 2), "s", bar)


def _row(what: str, value: float, unit: str, bar: float | None = None) -> dict[str, Any]:
    row = {"what": what, "value": value, "unit": unit, "bar": bar}
    print(row, file=sys.stderr)
    return row
