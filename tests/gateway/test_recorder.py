"""What the gateway writes down, and what it does when PostgreSQL will not take it."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import text

from seawall.gateway.abandoned import Abandoned
from seawall.gateway.batches import batch_due, body
from seawall.gateway.entries import Closed, Decided, Opened, Outcome
from seawall.gateway.recorder import NotRecorded, Recorder
from seawall.store import Database, Transaction
from seawall.store.database import DatabaseUnavailable
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import ExchangeDecided
from tests.conftest import FrozenClock


def opened(name: str, clock: FrozenClock, **changes: object) -> Opened:
    row: dict[str, object] = {
        "exchange": ExchangeId(name),
        "project": ProjectId("pr_1"),
        "key": KeyId("key_1"),
        "account": AccountId("ac_1"),
        "has_end_user": True,
        "api": "chat",
        "model": "small",
        "streamed": False,
        "zero_retention": False,
        "policy": "digest",
        "arm": "",
        "decision": DecisionId("dc_" + name),
        "verdict": b"{}",
        "findings": b"[]",
        "standing": b"{}",
        "at": clock(),
        "content": b"hello",
    }
    return Opened(**(row | changes))  # type: ignore[arg-type]


def closed(name: str, clock: FrozenClock) -> Closed:
    return Closed(
        exchange=ExchangeId(name),
        account=AccountId("ac_1"),
        at=clock(),
        outcome=Outcome.ANSWERED,
        status=200,
        measure="warn",
        because=["rule.one", "rule.two"],
        input_tokens=3,
        output_tokens=5,
        content=b"bye",
    )


def decided(name: str) -> ExchangeDecided:
    return ExchangeDecided(
        decision=DecisionId("dc_" + name),
        exchange=ExchangeId(name),
        project=ProjectId("pr_1"),
        account=AccountId("ac_1"),
        measure=Measure.WARN,
        because=(RuleId("rule.one"),),
        policy_digest="digest",
    )


class Written:
    """Where content and records go in these tests; it can see what the transaction was given."""

    def __init__(self) -> None:
        self.content: list[bytes] = []
        self.renewed = 0
        self.records: list[Record] = []

    def ready(self, tx: Transaction) -> None:
        pass

    def renew(self) -> None:
        self.renewed += 1

    def keep(self, tx: Transaction, items: Sequence[tuple[bytes, str]]) -> list[str]:
        self.content += [content for content, _ in items]
        return [f"it_{len(self.content)}_{place}" for place in range(len(items))]

    def record(self, tx: Transaction, body: Record) -> None:
        self.records.append(body)


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
async def recorder(database: Database, clock: FrozenClock, written: Written) -> AsyncIterator[Recorder]:
    recorder = Recorder(database, "gw_1", content=written, write=written.record, clock=clock)
    recorder.start()
    yield recorder
    await recorder.stop()


def rows(database: Database) -> list[dict[str, object]]:
    with database.begin() as tx:
        return [dict(row) for row in tx.execute(text("SELECT * FROM gateway_exchanges ORDER BY id")).mappings()]


async def test_an_opening_is_committed_when_its_future_is_done(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock))
    (row,) = rows(database)
    assert (row["id"], row["process"], row["closed_at"]) == ("ex_1", "gw_1", None)
    assert str(row["input_item"]).startswith("it_")


async def test_a_closing_follows_without_being_waited_for(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock))
    recorder.later(closed("ex_1", clock))
    await recorder.stop()
    (row,) = rows(database)
    assert (row["outcome"], row["because"], row["output_tokens"]) == ("answered", ["rule.one", "rule.two"], 5)


async def test_a_refusal_is_written_whole_in_one_transaction(
    recorder: Recorder, database: Database, clock: FrozenClock, written: Written
) -> None:
    await recorder.submit(
        opened("ex_1", clock), Decided(body=decided("ex_1"), account=AccountId("ac_1")), closed("ex_1", clock)
    )
    assert [record.kind for record in written.records] == ["exchange.decided"]
    assert rows(database)[0]["closed_at"] == clock()


async def test_what_may_not_be_kept_never_reaches_the_vault(
    recorder: Recorder, database: Database, clock: FrozenClock, written: Written
) -> None:
    await recorder.submit(opened("ex_1", clock, content=None, zero_retention=True))
    assert written.content == []
    assert rows(database)[0]["input_item"] is None


async def test_one_bad_entry_fails_alone(recorder: Recorder, database: Database, clock: FrozenClock) -> None:
    good = recorder.submit(opened("ex_1", clock))
    bad = recorder.submit(opened("ex_2", clock, model="nul \x00 byte"))
    also_good = recorder.submit(opened("ex_3", clock))
    with pytest.raises(NotRecorded, match="not answered"):
        await bad
    await good
    await also_good
    assert [row["id"] for row in rows(database)] == ["ex_1", "ex_3"]


async def test_an_act_that_fails_takes_its_whole_exchange_with_it(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    def act(tx: Transaction) -> None:
        raise ValueError("no")

    with pytest.raises(NotRecorded, match="ValueError"):
        await recorder.submit(opened("ex_1", clock), Decided(body=decided("ex_1"), account=AccountId("ac_1"), act=act))
    assert rows(database) == []


async def test_closed_exchanges_are_batched_once(recorder: Recorder, database: Database, clock: FrozenClock) -> None:
    for name in ("ex_1", "ex_2"):
        await recorder.submit(opened(name, clock), closed(name, clock))
    await recorder.submit(opened("ex_3", clock))
    taken: list[tuple[ExchangeId, bytes]] = []

    def commit(tx: Transaction, items: Sequence[tuple[ExchangeId, bytes]]) -> str:
        taken.extend(items)
        return "ba_1"

    assert batch_due(database, commit) == 2
    assert batch_due(database, commit) == 0
    assert [name for name, _ in taken] == ["ex_1", "ex_2"]
    assert [row["batch"] for row in rows(database)] == ["ba_1", "ba_1", None]


async def test_a_batch_that_the_ledger_refuses_leaves_the_exchanges_for_the_next(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock), closed("ex_1", clock))

    def refuse(tx: Transaction, items: Sequence[tuple[ExchangeId, bytes]]) -> str:
        raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        batch_due(database, refuse)
    assert rows(database)[0]["batch"] is None


async def test_the_body_of_an_exchange_names_no_content(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock), closed("ex_1", clock))
    told = body(rows(database)[0])
    assert b'"measure":"warn"' in told
    assert b"hello" not in told
    assert b"item" not in told


async def test_what_a_dead_process_left_open_is_marked_interrupted_and_keeps_its_decisions(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock))
    verdict = b'{"measure":"withhold","because":["a.rule"]}'
    await recorder.submit(Decided(body=decided("ex_1"), account=AccountId("ac_1"), output=verdict))
    await recorder.stop()
    moments = iter([0.0, 29.0, 31.0])
    abandoned = Abandoned(database, clock, lambda: next(moments))
    assert [abandoned.look() for _ in range(3)] == [0, 0, 1]
    row = rows(database)[0]
    assert (row["outcome"], row["measure"], row["because"]) == ("interrupted", "withhold", ["a.rule"])
    assert row["output_decision"] == "dc_ex_1"


async def test_a_process_that_still_beats_has_not_died_whatever_the_clocks_say(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock))
    moments = [0.0]
    abandoned = Abandoned(database, clock, lambda: moments[0])
    assert abandoned.look() == 0
    for jump in (1, -2):
        clock.advance(days=jump)
        moments[0] += 31
        recorder._beat_at = 0.0  # its next heartbeat is due
        await recorder.submit(opened(f"ex_{moments[0]}", clock))
        assert abandoned.look() == 0


async def test_time_in_which_nobody_could_look_does_not_count(
    recorder: Recorder, database: Database, clock: FrozenClock
) -> None:
    await recorder.submit(opened("ex_1", clock))
    await recorder.stop()
    moments = iter([0.0, 60.0, 61.0, 92.0])
    abandoned = Abandoned(database, clock, lambda: next(moments))
    assert abandoned.look() == 0
    reachable, abandoned._database = database, Database("postgresql://127.0.0.1:1/nowhere")
    with pytest.raises(DatabaseUnavailable):
        abandoned.look()
    abandoned._database = reachable
    assert [abandoned.look(), abandoned.look()] == [0, 1]


async def test_content_that_the_vault_refuses_once_is_written_with_what_it_learnt(
    database: Database, clock: FrozenClock
) -> None:
    class Stale(Written):
        def keep(self, tx: Transaction, items: Sequence[tuple[bytes, str]]) -> list[str]:
            if not self.renewed:
                raise ValueError("this key is out of use")
            return super().keep(tx, items)

    stale = Stale()
    recorder = Recorder(database, "gw_1", content=stale, write=stale.record, clock=clock)
    recorder.start()
    await recorder.submit(opened("ex_1", clock))
    await recorder.stop()
    assert stale.renewed == 1
    assert [row["id"] for row in rows(database)] == ["ex_1"]


async def test_patient_entries_are_written_too(recorder: Recorder, database: Database, clock: FrozenClock) -> None:
    futures = [recorder.submit(opened(f"ex_{number}", clock), patient=True) for number in range(50)]
    await asyncio.gather(*futures)
    assert len(rows(database)) == 50
