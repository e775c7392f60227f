"""The cascade through the whole gateway: the accurate tier decides, its failure withholds, nobody else waits for it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path
from typing import Any

import httpx2
import pytest

from seawall.access import projects
from seawall.app import accurate
from seawall.app.instance import Instance
from seawall.app.reviewing import worker_jobs
from seawall.app.settings import JudgeSetting, Settings
from seawall.app.wiring import living
from seawall.gateway.server import Gateway
from seawall.gateway.server import run as serve
from seawall.ledger.serve import LedgerFiles
from seawall.policy import DEFAULT, publish
from seawall.screen.judges import JudgeFailed
from tests.gateway.conftest import Stack
from tests.gateway.test_flow import said
from tests.gateway.upstream import Upstream
from tests.screen.judges.server import Endpoint

RULES = """\
rules:
  - {id: rude, category: harassment, surfaces: [input, output, document], measure: withhold, message: Kindly now.,
     threshold: 0.9, asks: accurate, strike: {weight: 1, expires: 90 days}}
  - {id: mean, category: hate, surfaces: [input], measure: withhold, message: Not so., threshold: 0.9,
     strike: {weight: 2}}
"""
Start = Callable[..., Awaitable[Stack]]


@pytest.fixture
async def start(
    database_url: str, tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Start a gateway with a policy, a stand-in for the accurate tier, and judges."""
    monkeypatch.setenv("GATE", str(tmp_path / "gate"))
    async with AsyncExitStack() as running:

        async def started(further: str, *, cascade: str = "", judge: Endpoint | None = None, **settings: Any) -> Stack:
            judges = () if judge is None else (_judge(judge),)
            given = {"accurate_deadline_s": 30.0, **settings}
            instance = Instance(
                Settings(data_dir=str(tmp_path / "data"), database_url=database_url, judges=judges, **given)
            )
            running.callback(instance.close)
            stack = Stack(instance, upstream)
            await asyncio.to_thread(_publish, instance, tmp_path / "policy", cascade)
            stack.secret = await asyncio.to_thread(stack.project)
            listening = socket.socket()
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            stack.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            stop = asyncio.Event()
            tier = accurate.started(instance.settings, f"tests.screen.standins:{further}")
            live = await running.enter_async_context(living(instance, tier))
            serving = asyncio.create_task(serve(Gateway(live, LedgerFiles(instance.ledger_dir)), [listening], stop))

            async def end() -> None:
                stop.set()
                await serving

            running.push_async_callback(end)
            await stack.followed()
            return stack

        yield started


def _judge(endpoint: Endpoint) -> JudgeSetting:
    return JudgeSetting(
        name="guard",
        format="llama_guard_3",
        model="m",
        base_url=endpoint.url,
        private=True,
        deadline_s=30,
        precision=0.97,
    )


def _publish(instance: Instance, directory: Path, cascade: str) -> None:
    directory.mkdir()
    # No machine is so busy that the fast tier is late.
    (directory / "policy.yaml").write_text("name: tiers\ndeadline: 5 seconds\n")
    (directory / "categories.yaml").write_text((DEFAULT / "categories.yaml").read_text())
    (directory / "rules.yaml").write_text(RULES)
    (directory / "ladder.yaml").write_text("steps:\n  - {at_weight: 2, state: suspended, for: 7 days}\n")
    if cascade:
        (directory / "cascade.yaml").write_text(cascade)
    with instance.database().begin() as tx:
        publish(tx, directory, by="test", record=instance.record, clock=instance.clock)


def by_tier(row: dict[str, Any], tier: str, stage: str = "input") -> list[dict[str, Any]]:
    return [each for each in row[f"{stage}_findings"] if each.get("tier") == tier]


async def ask(stack: Stack, text: str, **given: Any) -> Any:
    async with stack.anthropic() as client:
        return await client.messages.create(model="claude", max_tokens=9, messages=said(text), **given)  # type: ignore[arg-type]


async def test_the_accurate_tier_decides_and_the_finding_says_so(start: Start) -> None:
    stack = await start("Words")
    assert (await ask(stack, "good morning")).stop_reason == "end_turn"
    assert (await ask(stack, "you goose", metadata={"user_id": "u"})).stop_reason == "refusal"
    rows = await stack.settled(2)
    (found,) = by_tier(rows[1], "accurate")
    assert (found["tier"], found["detector"], found["release"], found["precision"]) == (
        "accurate",
        "encoder",
        "words-1",
        0.99,
    )
    assert by_tier(rows[0], "accurate") == []
    assert stack.rows("SELECT count(*) AS n FROM enforce_strikes")[0]["n"] == 1


async def test_what_the_model_says_is_judged_too_whole_and_in_a_stream(start: Start) -> None:
    stack = await start("Words")
    stack.upstream.says = "Well, you goose, hello."
    assert (await ask(stack, "good morning")).stop_reason == "refusal"
    async with stack.openai() as client:
        stream = await client.chat.completions.create(model="gpt", messages=said("good evening"), stream=True)  # type: ignore[call-overload]
        ends = [chunk.choices[0].finish_reason async for chunk in stream if chunk.choices]
    assert ends[-1] == "content_filter"
    rows = await stack.settled(2)
    assert [row["output_findings"][-1]["tier"] for row in rows] == ["accurate", "accurate"]


async def test_a_late_answer_withholds(start: Start) -> None:
    stack = await start("Slow", accurate_deadline_s=0.1)
    refused = await ask(stack, "good morning")
    assert refused.stop_reason == "refusal"
    (row,) = await stack.settled(1)
    assert (by_tier(row, "accurate")[0]["failed"], row["input_verdict"]["unscreened"]) == (True, True)
    assert stack.upstream.asked == []


async def test_a_tier_that_cannot_be_loaded_withholds_what_asks_for_it(start: Start) -> None:
    stack = await start("damaged")
    assert (await ask(stack, "good morning")).stop_reason == "refusal"


async def test_other_exchanges_do_not_wait_for_one_that_is_being_judged(start: Start, tmp_path: Path) -> None:
    stack = await start("Gated")
    waiting = asyncio.create_task(ask(stack, "you goose"))
    with stack.instance.database().begin() as tx:
        projects.create(tx, "other", by="test", record=stack.instance.record, clock=stack.instance.clock)
    async with stack.openai() as client:
        # While one is judged, the process goes on with everything else.
        for _ in range(3):
            assert (await client.models.list()).data
    assert not waiting.done()
    (tmp_path / "gate").touch()
    assert (await waiting).stop_reason == "refusal"


async def test_a_judge_decides_inline_and_never_sees_content_without_retention(start: Start, judge: Endpoint) -> None:
    judge.says = "unsafe\nS10"
    inline = "hate:\n  - {tier: judge, judge: guard, band: [0, 1], surfaces: [input]}\n"
    stack = await start("Words", cascade=inline, judge=judge)
    assert (await ask(stack, "good morning")).stop_reason == "refusal"
    (row,) = await stack.settled(1)
    (found,) = by_tier(row, "judge")
    assert (found["tier"], found["detector"], found["release"]) == ("judge", "judge.guard", "llama_guard_3:m")
    judge.asked.clear()
    stack.secret = await asyncio.to_thread(stack.project, "quiet", zero_retention=True)
    await stack.followed()
    assert (await ask(stack, "good morning")).stop_reason == "refusal"
    assert judge.asked == []
    rows = await stack.settled(2)
    assert by_tier(rows[1], "judge")[0]["failed"]


async def test_a_judge_after_the_exchange_acts_on_the_account(start: Start, judge: Endpoint) -> None:
    judge.says = "unsafe\nS10"
    after = "hate:\n  - {tier: judge, judge: guard, band: [0, 1], surfaces: [input], when: after}\n"
    stack = await start("Words", cascade=after, judge=judge)
    assert (await ask(stack, "good morning", metadata={"user_id": "u"})).stop_reason == "end_turn"
    assert judge.asked == []
    await work_once(stack)
    (review,) = stack.rows("SELECT * FROM gateway_reviews")
    assert (review["stage"], review["judge"], review["findings"][0]["tier"]) == ("input", "guard", "judge")
    assert "good morning" in judge.asked[0][1]["prompt"]
    assert stack.rows("SELECT state FROM enforce_accounts") == [{"state": "suspended"}]
    kinds = [row["kind"] for row in stack.rows("SELECT kind FROM ledger_records ORDER BY 1")]
    assert kinds.count("exchange.decided") == 1
    await work_once(stack)
    assert stack.rows("SELECT count(*) AS n FROM enforce_strikes") == [{"n": 1}]


async def test_an_answer_is_judged_after_the_exchange_with_what_was_asked(start: Start, judge: Endpoint) -> None:
    judge.says = "safe"
    after = "hate:\n  - {tier: judge, judge: guard, band: [0, 1], surfaces: [output], when: after}\n"
    stack = await start("Words", cascade=after, judge=judge)
    async with stack.openai() as client:
        stream = await client.chat.completions.create(model="gpt", messages=said("good evening"), stream=True)  # type: ignore[call-overload]
        async for _ in stream:
            pass
        await client.chat.completions.create(model="claude", messages=said("good night"))  # type: ignore[call-overload]
    await stack.settled(2)
    await work_once(stack)
    prompts = " ".join(body["prompt"] for _, body in judge.asked)
    for text in ("User: good evening", "User: good night", f"Agent: {stack.upstream.says}"):
        assert text in prompts
    assert len(stack.rows("SELECT * FROM gateway_reviews WHERE decision IS NULL")) == 2


async def test_without_retention_nothing_is_judged_later(start: Start, judge: Endpoint) -> None:
    after = "hate:\n  - {tier: judge, judge: guard, band: [0, 1], surfaces: [input], when: after}\n"
    stack = await start("Words", cascade=after, judge=judge)
    stack.secret = await asyncio.to_thread(stack.project, "quiet", zero_retention=True)
    await stack.followed()
    assert (await ask(stack, "good morning")).stop_reason == "end_turn"
    await stack.settled(1)
    assert stack.rows("SELECT count(*) AS n FROM procrastinate_jobs") == [{"n": 0}]


async def test_a_judge_that_fails_leaves_the_job_to_be_tried_again(start: Start, judge: Endpoint) -> None:
    judge.says = "I would rather not say."
    after = "hate:\n  - {tier: judge, judge: guard, band: [0, 1], surfaces: [input], when: after}\n"
    stack = await start("Words", cascade=after, judge=judge)
    await ask(stack, "good morning")
    await work_once(stack, fails=True)
    assert stack.rows("SELECT count(*) AS n FROM gateway_reviews") == [{"n": 0}]


async def test_the_pools_cpu_time_is_reported_apart(start: Start) -> None:
    stack = await start("Words")
    await ask(stack, "you goose")
    async with httpx2.AsyncClient() as client:
        page = (await client.get(stack.url + "/metrics")).text
    told = dict(line.split() for line in page.splitlines() if line.startswith("seawall_accurate"))
    assert float(told["seawall_accurate_cpu_seconds"]) > 0
    assert float(told["seawall_accurate_scored"]) == 1


@pytest.fixture
async def judge() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    await endpoint.start()
    yield endpoint
    await endpoint.stop()


async def work_once(stack: Stack, *, fails: bool = False) -> None:
    """Run the queued reviews as a worker does: by name, with the arguments that stand in the table."""
    rows = stack.rows("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
    jobs = {job.name: job for job in worker_jobs(stack.instance)}
    assert rows
    for row in rows:
        with pytest.raises(JudgeFailed) if fails else nullcontext():
            await asyncio.to_thread(jobs[row["task_name"]].run, **row["args"])
