"""What a restricted account may not use, what holds for a whole key, and rules that act on what the gateway decided."""

import asyncio
from pathlib import Path
from typing import Any

import openai
import pytest

from seawall import enforce
from seawall.app.casework import case_jobs
from seawall.app.holding import RULES
from seawall.enforce import whole_key
from seawall.enforce.rules.publishing import latest, publish
from seawall.policy.accounts.reading import read
from seawall.store import Transaction
from seawall.store.jobs import queued
from seawall.vocabulary.ids import AccountId, KeyId
from seawall.vocabulary.standing import State, limits_of
from tests.gateway.conftest import JAILBREAK, Stack

TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
WATCHED = """
rules:
  - name: burst
    says: Three jailbreaks within ten minutes from an account younger than a day.
    when: count("jailbreak", "10m") >= 3 && age < duration("24h")
    then: {restrict: {for: 1 day, without_models: [claude]}, labels: [{name: jailbreaking}]}
    mode: MODE
"""


async def says(stack: Stack, content: Any = "Hello", *, user: str = "u-1", **more: Any) -> str:
    """Say something and return what was answered, or the code of the error."""
    given: dict[str, Any] = {"model": "gpt", "messages": [{"role": "user", "content": content}], "user": user} | more
    async with stack.openai() as client:
        try:
            answer: Any = await client.chat.completions.create(**given)
        except openai.APIStatusError as error:
            told: Any = error.response.json()
            return str(told["seawall"]["code"])
    return str(answer.choices[0].finish_reason)


async def imposed(stack: Stack, account: AccountId, **given: Any) -> None:
    """Restrict an account as a person does, and wait until the gateway knows."""
    ours = {"by": "pe_1", "reason_code": "test", "record": stack.instance.record, "clock": stack.instance.clock}

    def act(tx: Transaction) -> None:
        project = stack.rows("SELECT id FROM access_projects")[0]["id"]
        key, clock = KeyId(stack.key), stack.instance.clock
        enforce.meet(tx, account, key=key, project=project, has_end_user=True, clock=clock)
        enforce.restrict(tx, account, **given, **ours)

    def run() -> None:
        with stack.instance.database().begin() as tx:
            act(tx)

    await asyncio.to_thread(run)
    while stack.live.standings.of(account, stack.instance.clock()).state is State.GOOD:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_tools_media_and_models_can_be_kept_from_an_account(stack: Stack) -> None:
    account = stack.live.account(KeyId(stack.key), "u-1")
    await imposed(stack, account, limits=limits_of(tools=False, media=False, without_models=["claude"]))
    assert await says(stack) == "stop"
    assert await says(stack, tools=[TOOL]) == "gateway.not_for_this_account"
    assert await says(stack, model="claude") == "gateway.not_for_this_account"
    assert await says(stack, tools=[TOOL], user="u-2") == "stop"
    rows = await stack.settled(4)
    assert [(row["outcome"], row["status"]) for row in rows[1:3]] == [("refused", 403)] * 2
    assert {tuple(row["because"]) for row in rows[1:3]} == {("standing.restricted",)}


async def test_media_is_kept_from_an_account_of_a_project_that_takes_it(stack: Stack) -> None:
    stack.secret = await asyncio.to_thread(stack.project, "pictures", images_allowed=True)
    await until_known(stack)
    said = [{"type": "text", "text": "What is this?"}, PICTURE]
    assert await says(stack, said) == "stop"
    await imposed(stack, stack.live.account(KeyId(stack.key), "u-1"), limits=limits_of(media=False))
    assert await says(stack, said) == "gateway.not_for_this_account"


async def until_known(stack: Stack) -> None:
    while await says(stack) != "stop":  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_a_rate_of_a_whole_key_holds_for_everybody_behind_it(stack: Stack) -> None:
    await imposed(stack, whole_key(KeyId(stack.key)), per_minute=2)
    assert [await says(stack, user=f"u-{n}") for n in range(4)] == ["stop", "stop", *["gateway.too_fast"] * 2]


async def test_restrictions_of_the_account_and_of_its_key_hold_together(stack: Stack) -> None:
    account = stack.live.account(KeyId(stack.key), "u-1")
    await imposed(stack, account, per_minute=50)
    await imposed(stack, whole_key(KeyId(stack.key)), limits=limits_of(tools=False))
    assert await says(stack) == "stop"
    assert await says(stack, tools=[TOOL]) == "gateway.not_for_this_account"


async def test_a_suspended_key_serves_nobody(stack: Stack) -> None:
    whole = whole_key(KeyId(stack.key))
    await imposed(stack, whole, per_minute=50)
    ours = {"by": "pe_1", "reason_code": "test", "record": stack.instance.record, "clock": stack.instance.clock}

    def suspend() -> None:
        with stack.instance.database().begin() as tx:
            enforce.suspend(tx, whole, **ours)

    await asyncio.to_thread(suspend)
    while not stack.live.standings.of(whole, stack.instance.clock()).refused:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert await says(stack, user="u-9") == "gateway.account_refused"


@pytest.mark.parametrize("mode", ["monitor", "enforce"])
async def test_a_rule_acts_on_what_the_gateway_decided(stack: Stack, mode: str) -> None:
    ours: dict[str, Any] = {"by": "pe_1", "record": stack.instance.record, "clock": stack.instance.clock}

    def put() -> None:
        for each in ("monitor", mode):
            with stack.instance.database().begin() as tx:
                held = latest(tx)
                replaced = held.digest if held else None
                publish(tx, read(WATCHED.replace("MODE", each)), agreed=True, replaces=replaced, **ours)

    await asyncio.to_thread(put)
    for _ in range(3):
        await says(stack, JAILBREAK)
    await stack.settled(3)
    run = next(each.run for each in case_jobs(stack.instance) if each.name == RULES)

    def work() -> list[Any]:
        with stack.instance.database().begin() as tx:
            jobs = [each for each in queued(tx) if each.name == RULES]
        for _ in range(2):
            for each in jobs:
                run(**each.arguments)
        return jobs

    jobs = await asyncio.to_thread(work)
    assert len(jobs) == 3
    assert {*jobs[0].arguments} == {"exchange", "decision"}
    fired = stack.rows("SELECT rule, outcome FROM enforce_firings")
    assert fired == [{"rule": "burst", "outcome": "acted" if mode == "enforce" else "would_have"}]
    assert len(stack.rows("SELECT id FROM enforce_labels")) == (mode == "enforce")
    changes = stack.rows("SELECT limits FROM enforce_standing_changes WHERE cause = 'rule'")
    assert changes == ([{"limits": ["model:claude"]}] if mode == "enforce" else [])


def test_a_job_for_an_exchange_that_is_not_there_fails_loudly(stack: Stack, tmp_path: Path) -> None:
    from seawall.app.account_rules import NothingSeen

    run = next(each.run for each in case_jobs(stack.instance) if each.name == RULES)
    with pytest.raises(NothingSeen):
        run(exchange="ex_nowhere", decision="de_nowhere")


async def test_headers_say_what_accounts_share_and_reach_no_model(stack: Stack) -> None:
    card = {"seawall-payment": "card-4111-9999", "seawall-device": "x"}
    for user in ("u-1", "u-1", "u-2"):
        assert await says(stack, user=user, extra_headers=card) == "stop"
    await stack.settled(3)
    await stack.live.recorder.submit()
    accounts = sorted(stack.live.account(KeyId(stack.key), user) for user in ("u-1", "u-2"))
    rows = stack.rows("SELECT account, what, encode(digest, 'hex') AS d FROM enforce_references ORDER BY account")
    assert [(row["account"], row["what"]) for row in rows] == [(each, "payment") for each in accounts]
    assert rows[0]["d"] == rows[1]["d"]
    records = stack.rows("SELECT kind FROM ledger_records WHERE kind = 'account.reference_given'")
    assert len(records) == 2
    assert not any("seawall" in name.lower() for sent in stack.upstream.headers for name in sent)
