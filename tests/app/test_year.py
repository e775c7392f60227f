"""Half a year of operation in small: its public numbers come out the same when somebody else counts them again.

And what was left behind lapses by itself: where the newest evidence of a practice is gone, what rests on it and nothing
else.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from benchmarks.operation import Operation
from benchmarks.recount import recount
from benchmarks.year import PAGE_KB, bodies, verified
from sqlalchemy import delete, select

from seawall.commitments import State
from seawall.commitments.following import catch_up
from seawall.commitments.status import Status
from seawall.commitments.watch import current
from seawall.hub.folder import paths
from seawall.ledger.tables import records

# Single sign-on: somebody signed in with it within a month.
PRACTICE, KIND = "P057", "session.begun"


@pytest.fixture
def operation(tmp_path: Path, database_url: str) -> Iterator[Operation]:
    made = Operation(tmp_path, records=600, exchanges=20_000, days=190, database_url=database_url)
    try:
        made.run(stride=10, edition_every=1000)
        made.settle()
        yield made
    finally:
        made.instance.close()


def status(operation: Operation, now: datetime) -> Status:
    with operation.database.begin() as tx:
        catch_up(tx, operation.book)
        return current(tx, operation.book, now)


def test_half_a_year_is_published_counted_again_and_lapses_as_it_should(operation: Operation) -> None:
    held = bodies(operation)
    operation.edition()
    hub = operation.instance.hub_dir
    report, again = verified(operation), recount(hub, held)
    assert report.problems == []
    assert again.differs == []
    assert again.numbers > 100
    assert again.withheld > 10
    closed = [body["period"] for body in held if body["kind"] == "metrics.closed"]
    assert closed == ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-H1"]
    sizes = {path: (hub / path).stat().st_size for path in paths(hub) if path.endswith(".html")}
    assert max(sizes.values()) <= PAGE_KB * 1000
    _finds_a_number_that_was_changed(hub, held)
    _lapses(operation)


def _finds_a_number_that_was_changed(hub: Path, held: list[dict[str, object]]) -> None:
    found = next(path for path in sorted((hub / "metrics").glob("*.html")) if "<data " in path.read_text())
    told = found.read_text()
    found.chmod(0o644)
    found.write_text(told.replace('<data value="', '<data value="9', 1))
    assert len(recount(hub, held).differs) == 1
    found.write_text(told)
    other = [{**body, "measure": "ban"} if body["kind"] == "exchange.decided" else body for body in held]
    assert any("exchange_measures" in each for each in recount(hub, other).differs)


def _lapses(operation: Operation) -> None:
    """Remove the newest record of one practice and let the clock run."""
    later = operation.clock.now + timedelta(days=14)
    before = status(operation, later)
    assert before.practices[PRACTICE].state in (State.KEPT, State.LAPSING)
    with operation.database.begin() as tx:
        found = tx.execute(select(records.c.id, records.c.body).where(records.c.kind == KIND).order_by(records.c.at))
        mine = [row.id for row in found if b'"provider"' in row.body]
        tx.execute(delete(records).where(records.c.id == mine[-1]))
    after = status(operation, later)
    practices = {name for name, each in after.practices.items() if each.state is not before.practices[name].state}
    items = {name for name, each in after.items.items() if each.state is not before.items[name].state}
    assert practices == {PRACTICE}
    assert after.practices[PRACTICE].state is State.LAPSED
    served = set(operation.book.practices[PRACTICE].commitments)
    assert items == {name for name in served if before.items[name].state is not State.LAPSED}
    assert items
    assert {after.items[name].state for name in served} == {State.LAPSED}
    operation.clock.to(later)
    told = {each.name: each.after for each in operation.look()}
    assert told[PRACTICE] is State.LAPSED
    assert {name for name in items if told.get(name) is State.LAPSED} == items
