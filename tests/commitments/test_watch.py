"""What is put on record: once, in one transaction, whatever two workers, crashes, clocks and other rules do."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from seawall.commitments import load, step
from seawall.commitments.following import catch_up, seen
from seawall.commitments.tables import pairs, rules, states
from seawall.commitments.watch import Change
from seawall.ledger.tables import records
from seawall.store import Transaction
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.commitments import CommitmentStateChanged
from tests.commitments.conftest import Watch, begun, closed, confirmed, published


def stated(watch: Watch) -> list[dict[str, Any]]:
    """Return the changes that are on record, in their order."""
    chosen = select(records.c.body).where(records.c.kind == "commitment.state_changed").order_by(records.c.id)
    with watch.database.begin() as tx:
        return [json.loads(bytes(body)) for body in tx.scalars(chosen)]


def test_a_change_of_state_is_a_record_with_what_carries_it(watch: Watch) -> None:
    assert watch.look(published()) == {"P079": "kept", "P111": "kept"}
    (record,) = [each.id for each in watch.log.found(kinds=("policy.published",))]
    told = next(each for each in stated(watch) if each["name"] == "P111")
    assert (told["from_state"], told["to_state"], told["records"]) == ("not_started", "kept", [record])
    assert told["lapses_at"].startswith("2027-01-02")
    assert told["register"] == watch.book.digest


def test_what_stays_as_it_is_writes_nothing(watch: Watch) -> None:
    watch.look(published())
    count = len(stated(watch))
    assert watch.look() == {}
    assert watch.look(confirmed()) == {}
    assert len(stated(watch)) == count


def test_commitments_of_frameworks_that_nobody_adopted_are_not_stated(watch: Watch) -> None:
    watch.look(published())
    watch.clock.advance(days=800)
    watch.look()
    names = {each["name"].split(".")[0] for each in stated(watch) if each["what"] == "commitment"}
    assert names <= {"hiroshima", "munich"}
    assert names


def test_the_register_in_force_is_on_record_once_and_again_when_it_is_another(watch: Watch, adopted: Path) -> None:
    (adopted / "commitments.yaml").write_text("adopts:\n  munich: {since: 2024-02-16, until: 2025-01-01}\n")
    watch.book = load(adopted)
    watch.look()
    watch.log.sequencer.step()
    told = [each.fields for each in watch.log.found(kinds=("commitment.register_changed",))]
    assert [each["adopted"] for each in told] == [["hiroshima", "munich"], []]
    assert told[1]["previous"] == told[0]["digest"]


def test_the_register_on_record_shows_in_the_practices_about_it(watch: Watch) -> None:
    assert watch.practice("P006") == "kept"
    assert {each["name"] for each in stated(watch) if each["what"] == "practice"} == {"P005", "P006"}


def test_a_clock_that_jumps_ahead_and_back_is_followed(watch: Watch) -> None:
    watch.look(published())
    watch.clock.advance(days=4000)
    assert watch.look()["P111"] == "lapsed"
    watch.clock.advance(days=-4000)
    assert watch.look()["P111"] == "kept"
    assert watch.look() == {}


def test_two_workers_at_once_write_each_change_once(watch: Watch) -> None:
    watch.log.write(published(), confirmed(), begun("a"))
    with ThreadPoolExecutor(4) as pool:
        found = [each for each in pool.map(lambda _: watch.changes(), range(4)) if each]
    assert len(found) == 1
    names = [(each["what"], each["name"]) for each in stated(watch)]
    assert len(names) == len(set(names))


def _kept(watch: Watch) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return all that looking keeps and states."""
    with watch.database.begin() as tx:
        return [sorted(map(str, tx.execute(select(table)))) for table in (rules, pairs, states)], stated(watch)


class Killed(Exception):
    """A process that dies."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_dies_between_looking_and_recording_has_changed_nothing(watch: Watch, after: int) -> None:
    watch.log.write(published(), begun("a"), closed("a"))
    before, written = _kept(watch), 0

    def dying(tx: Transaction, body: Record) -> object:
        nonlocal written
        if isinstance(body, CommitmentStateChanged):
            if written == after:
                raise Killed
            written += 1
        return watch.log.record(tx, body)

    with pytest.raises(Killed):
        step(watch.database, watch.book, record=dying, clock=watch.clock)
    assert _kept(watch) == before
    assert watch.look() == {"P079": "kept", "P111": "kept", "P062": "kept"}
    assert watch.look() == {}


def test_reading_in_small_steps_finds_the_same(watch: Watch, adopted: Path) -> None:
    watch.log.write(*[each for n in range(9) for each in (published(n + 1), begun(str(n)), confirmed())], closed("3"))
    with watch.database.begin() as tx:
        end = catch_up(tx, watch.book)
        whole = seen(tx, watch.book)
        tx.execute(rules.delete())
        tx.execute(pairs.delete())
        assert catch_up(tx, watch.book, at_once=2) == end
        assert seen(tx, watch.book) == whole
    assert whole["P062.every"].open == 8
    assert [len(whole["P079.published"].newest), whole["P079.published"].total] == [5, 9]


def test_reading_on_reads_each_record_once(watch: Watch) -> None:
    for number in range(4):
        watch.look(published(number + 1))
    with watch.database.begin() as tx:
        assert seen(tx, watch.book)["P079.published"].total == 4


def test_a_rule_that_asks_for_something_else_reads_from_the_beginning(watch: Watch, adopted: Path) -> None:
    watch.look(published(), confirmed())
    (adopted / "practices").mkdir()
    (adopted / "practices" / "own.yaml").write_text(
        "practices:\n- id: P079\n  rules:\n  - id: P079.published\n    says: Roles are confirmed.\n"
        "    count: {of: [{kind: role.confirmed}, {kind: policy.published}], at_least: 3}\n"
    )
    watch.book = load(adopted)
    assert watch.practice("P079") == "not_started", "what the rule before had found does not count"
    watch.look()
    assert watch.status().practices["P079"].rules[0].total == 2
    watch.look(confirmed())
    assert watch.practice("P079") == "kept"


def test_a_rule_with_another_wording_keeps_what_it_found(watch: Watch, adopted: Path) -> None:
    watch.look(published())
    (adopted / "practices").mkdir()
    (adopted / "practices" / "own.yaml").write_text(
        "practices:\n- id: P079\n  rules:\n  - id: P079.published\n    says: It is out.\n"
        "    count: {of: [{kind: policy.published}]}\n"
    )
    watch.book = load(adopted)
    assert watch.practice("P079") == "kept"


def test_records_without_a_number_do_not_count_yet(watch: Watch) -> None:
    with watch.database.begin() as tx:
        watch.log.record(tx, published())
    watch.changes()
    assert watch.practice("P079") == "not_started"
    assert watch.look()["P079"] == "kept"


def test_somebody_is_told_of_each_change_in_the_transaction_that_records_it(watch: Watch) -> None:
    watch.look(published())
    watch.clock.advance(days=400)
    told: list[tuple[str, bool]] = []
    count = len(stated(watch))

    def fails(_tx: Transaction, _change: Change) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        step(watch.database, watch.book, record=watch.log.record, clock=watch.clock, alert=fails)
    assert len(stated(watch)) == count, "whoever is to be told is told, or nothing is on record yet"
    step(
        watch.database,
        watch.book,
        record=watch.log.record,
        clock=watch.clock,
        alert=lambda _tx, change: told.append((change.name, change.alarming)),
    )
    assert ("P111", True) in told
    assert len(stated(watch)) == count + len(told)
