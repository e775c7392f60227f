"""What the policy holds becomes a case: the job is of the transaction that holds it, and opens one case."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from seawall.app.casework import case_jobs, office
from seawall.app.holding import RULES
from seawall.cases import claims, deciding
from seawall.cases.escalations import JOB, escalate
from seawall.cases.escalations import held as hold
from seawall.cases.finding import Asked, newest
from seawall.cases.model import Origin
from seawall.gateway.concerned import concerned
from seawall.store import Transaction
from seawall.store.jobs import queued
from seawall.vocabulary.ids import DecisionId, ExchangeId
from tests.access.conftest import person
from tests.cases.conftest import ruling
from tests.gateway.conftest import JAILBREAK, Stack

HOLDS = """
  - id: words.held
    category: jailbreak
    surfaces: [input]
    except_detectors: [linear, encoder, judge.*]
    measure: hold
    message: Somebody looks at this first.
"""


async def held(stack: Stack, folder: Path) -> dict[str, Any]:
    """Have a request held, and return its row."""
    await stack.rule(folder, rules=HOLDS)
    async with stack.anthropic() as client:
        said: Any = [{"role": "user", "content": JAILBREAK}]
        made: Any = client.messages.create
        answer = await made(model="claude", max_tokens=9, messages=said, metadata={"user_id": "u"})
    assert answer.stop_reason == "refusal"
    return (await stack.settled())[-1]


def waiting(stack: Stack) -> list[Any]:
    with stack.instance.database().begin() as tx:
        return [each for each in queued(tx) if each.name == JOB]


async def test_a_held_exchange_becomes_a_case_with_what_was_found_in_it(stack: Stack, tmp_path: Path) -> None:
    row = await held(stack, tmp_path)
    (job,) = await asyncio.to_thread(waiting, stack)
    assert job.arguments == {"exchange": row["id"], "decision": row["input_decision"]}
    run = next(each.run for each in case_jobs(stack.instance) if each.name == JOB)
    for _ in range(2):
        await asyncio.to_thread(run, **job.arguments)

    def look(tx: Transaction) -> None:
        (case,) = newest(tx, Asked(), reader="pe_1")
        assert (case.origin, case.exchange, case.about) == (Origin.ESCALATION, row["id"], row["input_decision"])
        assert (case.queue, case.category, case.rule) == ("held", "jailbreak", "words.held")
        found = concerned(tx, row["id"])
        assert found is not None
        assert (found.account, found.input_item) == (row["account"], row["input_item"])
        assert found.decisions == (row["input_decision"],)

    await asyncio.to_thread(stack.do, look)


async def test_what_allows_opens_nothing_and_a_job_that_fails_can_be_run_again(stack: Stack, tmp_path: Path) -> None:
    async with stack.anthropic() as client:
        said: Any = [{"role": "user", "content": "Good morning."}]
        await client.messages.create(model="claude", max_tokens=9, messages=said)
    await stack.settled()
    assert await asyncio.to_thread(waiting, stack) == []
    run = next(each.run for each in case_jobs(stack.instance) if each.name == JOB)
    with pytest.raises(Exception, match="ex_none"):
        await asyncio.to_thread(run, exchange="ex_none", decision="de_none")


async def test_a_reviewer_says_the_hold_was_wrong_and_the_machine_learns_of_it(stack: Stack, tmp_path: Path) -> None:
    row = await held(stack, tmp_path)
    working = office(stack.instance)

    def settle(tx: Transaction) -> None:
        ada = person(tx, stack.instance.edges(), "ada", "reviewer")
        case = escalate(tx, working, row["id"], DecisionId(row["input_decision"]))
        claims.claim(tx, working, case.id, by=ada.id)
        deciding.decide(tx, working, case.id, ruling("nothing", about_right=False), by=ada.id)
        said = tx.execute(text('SELECT decision, "right" FROM gateway_decision_reviews')).all()
        assert [tuple(each) for each in said] == [(row["input_decision"], False)]
        told = "SELECT body FROM ledger_records WHERE kind = 'detector.reviewed' ORDER BY id"
        detectors = [msgspec.json.decode(each) for each in tx.execute(text(told)).scalars()]
        assert {each["detector"] for each in detectors} == {each["detector"] for each in row["input_findings"]}
        assert {(each["decision"], each["said"]) for each in detectors} == {(row["input_decision"], "wrong")}

    await asyncio.to_thread(stack.do, settle)


async def test_rules_wait_for_a_stream_to_be_over_without_an_error_and_are_asked_once(
    stack: Stack, tmp_path: Path
) -> None:
    row = await held(stack, tmp_path)
    run = next(each.run for each in case_jobs(stack.instance) if each.name == RULES)

    def still_open(tx: Transaction, *, closed: bool) -> None:
        moment = "now()" if closed else "NULL"
        tx.execute(text(f"UPDATE gateway_exchanges SET output_decision = 'de_late', closed_at = {moment}"))  # noqa: S608

    def asked(tx: Transaction) -> tuple[list[int], int]:
        waits = [each.arguments["waited"] for each in queued(tx) if each.arguments.get("decision") == "de_late"]
        return waits, tx.scalar(text("SELECT count(*) FROM enforce_triggers WHERE decision = 'de_late'")) or 0

    def goes_by() -> None:
        stack.do(lambda tx: still_open(tx, closed=False))
        run(exchange=row["id"], decision="de_late")
        assert stack.do(asked) == ([1], 0)
        run(exchange=row["id"], decision="de_late", waited=1)
        assert stack.do(asked) == ([1, 2], 0)
        stack.do(lambda tx: still_open(tx, closed=True))
        for waited in (1, 2):
            run(exchange=row["id"], decision="de_late", waited=waited)
        assert stack.do(asked)[1] == 1

    await asyncio.to_thread(goes_by)


async def test_a_hold_that_is_rolled_back_leaves_no_job(stack: Stack) -> None:
    def undo() -> int:
        with stack.instance.database().engine.connect() as tx:
            hold(tx, ExchangeId("ex_1"), DecisionId("de_1"))
            return len([each for each in queued(tx) if each.name == JOB])

    assert await asyncio.to_thread(undo) == 1
    assert await asyncio.to_thread(waiting, stack) == []
