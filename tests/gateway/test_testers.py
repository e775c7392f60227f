"""Outside testers through a running gateway: out of scope, elsewhere, too early, too late, too much, unproven."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from seawall.access import testers
from seawall.access.approvals import Actor, Desk, ask, execute, vote
from seawall.access.people import people, roles
from seawall.access.people.model import Profile
from seawall.access.people.proofs import Proof, Way
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.app.wiring import living
from seawall.gateway import testing
from seawall.gateway.replay import stored
from seawall.gateway.server import Gateway
from seawall.gateway.server import run as serve
from seawall.ledger.files import Files
from seawall.ledger.proof import check
from seawall.ledger.prove import prove
from seawall.ledger.serve import LedgerFiles
from seawall.store import Transaction
from tests.access.conftest import key_of
from tests.access.engagement import Engaged, engage, proven
from tests.gateway.conftest import JAILBREAK, SCREENS, SECRET, Stack
from tests.gateway.upstream import Upstream


class Shifted:
    """The time of this machine, moved."""

    by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def shifted() -> Shifted:
    return Shifted()


@pytest.fixture
async def stack(database_url: str, tmp_path: Path, upstream: Upstream, shifted: Shifted) -> AsyncIterator[Stack]:
    settings = Settings(data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False)
    instance = Instance(settings, shifted)
    stack = Stack(instance, upstream)
    stack.secret = await asyncio.to_thread(stack.project)
    async with running(stack):
        yield stack
    instance.close()


class running:  # noqa: N801 - reads as a word
    """A gateway that runs as long as the block: a second one is what a restart is."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._stop = stack, asyncio.Event()

    async def __aenter__(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        self._stack.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._living = living(self._stack.instance)
        live = self._stack.live = await self._living.__aenter__()
        live.screens = SCREENS
        application = Gateway(live, LedgerFiles(self._stack.instance.ledger_dir))
        self._serving = asyncio.create_task(serve(application, [listening], self._stop))
        await self._stack.followed()

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._serving
        await self._living.__aexit__(None, None, None)


async def engaged(stack: Stack, **given: Any) -> Engaged:
    """Set an engagement up, and wait until the gateway has heard of its key."""
    made: Engaged = await asyncio.to_thread(stack.do, lambda tx: engage(tx, stack.instance.edges(), **given))
    await until(stack, made.secret, lambda told: told.get("code") != "access.key_refused")
    return made


async def asked(stack: Stack, secret: str, *, model: str = "gpt", text: str = "Good morning") -> tuple[int, Any]:
    """Ask in Chat Completions; return status and what is told beside it."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], "user": "u"}
    async with httpx2.AsyncClient() as client:
        reply = await client.post(
            stack.url + "/v1/chat/completions", json=body, headers={"x-api-key": secret}, timeout=20
        )
    return reply.status_code, reply.json()


async def until(stack: Stack, secret: str, met: Any) -> dict[str, Any]:
    """Wait until the list of models is answered so."""
    async with httpx2.AsyncClient() as client:
        for _ in range(500):
            reply = await client.get(stack.url + "/v1/models", headers={"x-api-key": secret})
            told = reply.json().get("seawall", {}) if reply.status_code != 200 else {}
            if met(told):
                return dict(told)
            await asyncio.sleep(0.02)
    raise AssertionError("the gateway never heard of it")


def code(told: dict[str, Any]) -> str:
    return str(told.get("seawall", {}).get("code", ""))


async def test_a_tester_reaches_the_models_of_the_engagement_alone_and_nothing_is_kept(stack: Stack) -> None:
    made = await engaged(stack)
    assert (await asked(stack, made.secret))[0] == 200
    status, told = await asked(stack, made.secret, model="claude")
    assert (status, code(told)) == (404, "gateway.unknown_model")
    assert "It has: gpt." in json.dumps(told)
    (row,) = await stack.settled()
    assert (row["zero_retention"], row["input_item"], row["output_item"]) == (True, None, None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"addresses": ("192.0.2.0/24",)}, "not from 127.0.0.1"),
        ({"factor": False}, "passkey or an authenticator app"),
        ({"begins": timedelta(hours=1), "ends": timedelta(hours=2)}, "begins on"),
    ],
    ids=["elsewhere", "without a second factor", "before it begins"],
)
async def test_who_does_not_meet_the_conditions_is_refused_and_leaves_no_exchange(
    stack: Stack, shifted: Shifted, given: dict[str, Any], said: str
) -> None:
    times = {name: shifted() + value for name, value in given.items() if isinstance(value, timedelta)}
    made = await engaged(stack, **given | times)
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/moderations", "/v1/messages/count_tokens"):
        body = {"model": "gpt", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}], "input": "x"}
        async with httpx2.AsyncClient() as client:
            reply = await client.post(stack.url + path, json=body, headers={"x-api-key": made.secret})
        assert (reply.status_code, code(reply.json())) == (403, "access.outside_conditions"), path
        assert said in reply.text
    assert (stack.rows(), stack.upstream.asked) == ([], [])


async def test_a_key_ends_by_the_clock_alone(stack: Stack, shifted: Shifted) -> None:
    made = await engaged(stack)
    assert (await asked(stack, made.secret))[0] == 200
    shifted.by = timedelta(days=7, minutes=1)
    status, told = await asked(stack, made.secret)
    assert (status, code(told)) == (403, "access.outside_conditions")


async def test_an_end_a_removal_and_a_factor_reach_the_gateway_by_themselves(stack: Stack) -> None:
    edges = stack.instance.edges()
    made, late = await engaged(stack), await engaged(stack, factor=False)
    await asyncio.to_thread(stack.do, lambda tx: proven(tx, edges, late.tester))
    await until(stack, late.secret, lambda told: not told)
    assert (await asked(stack, late.secret))[0] == 200
    await asyncio.to_thread(stack.do, lambda tx: testers.end(tx, edges, made.engagement.id, by="t"))
    await until(stack, made.secret, lambda told: told.get("code") == "access.outside_conditions")
    status, told = await asked(stack, made.secret)
    assert (status, "This engagement ended" in told["error"]["message"]) == (403, True)
    await asyncio.to_thread(stack.do, lambda tx: people.deactivate(tx, edges, late.tester.id, by="t"))
    await until(stack, late.secret, lambda told: told.get("code") == "access.outside_conditions")
    status, told = await asked(stack, late.secret)
    assert (status, "no tester any more" in told["error"]["message"]) == (403, True)


async def test_a_spent_budget_stays_spent_over_a_restart(stack: Stack) -> None:
    made = await engaged(stack, request_budget=3)
    answers = await asyncio.gather(*(asked(stack, made.secret) for _ in range(8)))
    assert sorted(status for status, _ in answers) == [200] * 3 + [429] * 5
    assert {code(told) for status, told in answers if status == 429} == {"access.budget_spent"}
    assert len(stack.upstream.asked) == 3
    other = Stack(stack.instance, stack.upstream)
    other.secret = stack.secret
    async with running(other):
        assert (await asked(other, made.secret))[0] == 429
    rows = await stack.settled(3)
    assert len(rows) == 3


async def test_what_never_became_an_exchange_costs_nothing(stack: Stack) -> None:
    made = await engaged(stack, request_budget=1)
    async with httpx2.AsyncClient() as client:
        for body in ({"model": "gpt"}, {"model": "other", "messages": []}):
            await client.post(stack.url + "/v1/chat/completions", json=body, headers={"x-api-key": made.secret})
        untranslatable = {
            "model": "gpt", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}],
            "thinking": {"type": "enabled", "budget_tokens": 1024}, "top_k": 3,
        }  # fmt: skip
        reply = await client.post(stack.url + "/v1/messages", json=untranslatable, headers={"x-api-key": made.secret})
    assert (reply.status_code, code(reply.json())) == (400, "gateway.untranslatable")
    assert (await asked(stack, made.secret))[0] == 200
    assert (await asked(stack, made.secret))[0] == 429


async def test_tokens_are_counted_and_estimated_where_nobody_counts_them(stack: Stack) -> None:
    made = await engaged(stack, token_budget=12)
    assert (await asked(stack, made.secret))[0] == 200
    await stack.settled()
    await stack.live.recorder.submit()
    spent = await asyncio.to_thread(stack.do, lambda tx: testers.used(tx, made.engagement.id))
    row = stack.rows()[0]
    assert spent == (1, row["input_tokens"] + row["output_tokens"])
    assert (await asked(stack, made.secret))[0] == 429


def _approved(tx: Transaction, instance: Instance, shifted: Shifted, engagement: str) -> None:
    """Have two others agree, who have been here for four days, and lift the safeguards."""
    edges, desk = instance.edges(), Desk(rights=instance.rights())
    shifted.by, there = timedelta(days=-4), shifted.by
    team = {}
    for name, role in (("sam", "security"), ("sue", "security"), ("rob", "release_approver")):
        team[name] = people.add(tx, edges, Profile(name=name), by="host:test")
        roles.grant(tx, edges, team[name].id, role, by="host:test")
        key_of(tx, edges, team[name])
    shifted.by = there

    def actor(name: str) -> Actor:
        factor = tx.exec_driver_sql(
            "SELECT id FROM access_passkeys WHERE person = %(who)s", {"who": team[name].id}
        ).scalar_one()
        proof = Proof(person=team[name].id, way=Way.PASSKEY, at=shifted(), factor=factor, verified=True)
        return Actor(person=team[name].id, proofs=(proof,))

    thing, action = Resource(kind="Tester", id=engagement), "tester.lift_safeguards"
    request = ask(tx, edges, desk, actor("sam"), action, thing, {}, reason="to compare")
    for name in ("sue", "rob"):
        vote(tx, edges, desk, actor(name), request.id, bound=request.digest, approves=True)
    execute(tx, edges, desk, actor("sam"), request.id, action, thing, {})
    testers.lift_safeguards(tx, edges, engagement, by=team["sam"].id, approval=request.id)


async def _lifted(stack: Stack, shifted: Shifted) -> Engaged:
    made = await engaged(stack)
    _, told = await asked(stack, made.secret, text=JAILBREAK)
    assert told["choices"][0]["finish_reason"] == "content_filter"
    await asyncio.to_thread(stack.do, lambda tx: _approved(tx, stack.instance, shifted, made.engagement.id))
    for _ in range(500):
        if stack.live.access.authenticate(made.secret, "127.0.0.1").lifted:
            return made
        await asyncio.sleep(0.02)
    raise AssertionError("the gateway never heard that they were lifted")


async def test_lifted_safeguards_let_through_what_they_held_and_it_stands_on_record(
    stack: Stack, shifted: Shifted
) -> None:
    made = await _lifted(stack, shifted)
    stack.upstream.says = f"Use {SECRET} then."
    status, told = await asked(stack, made.secret, text=JAILBREAK)
    assert (status, told["choices"][0]["message"]["content"]) == (200, stack.upstream.says)
    stack.secret = made.secret
    async with stack.openai() as client:
        stream = await client.chat.completions.create(
            model="gpt", messages=[{"role": "user", "content": JAILBREAK}], stream=True
        )
        heard = "".join([choice.delta.content or "" async for chunk in stream for choice in chunk.choices])
    assert heard == stack.upstream.says
    rows = await stack.settled(3)
    for row in rows[1:]:
        assert row["measure"] == "allow"
        assert set(row["because"]) == {"tester.safeguards_lifted"}
        assert row["input_findings"]
        assert row["output_findings"]
        assert "span" not in row["input_findings"][0]
        assert row["input_item"] is None
    struck = {each["exchange"] for each in stack.rows("SELECT exchange FROM enforce_strikes")}
    assert struck <= {rows[0]["id"]}


async def test_what_is_never_lifted_is_held_all_the_same(stack: Stack, shifted: Shifted, tmp_path: Path) -> None:
    # A banned term of the category stands in for what nobody writes down here.
    await stack.rule(
        tmp_path,
        main="\nliterals:\n  - {name: own, category: child_sexual_exploitation, words: [code name osprey]}\n",
        rules="""
  - {id: test.never, category: child_sexual_exploitation, surfaces: [input, output], measure: withhold, message: No.}
""",
    )
    made = await _lifted(stack, shifted)
    _, told = await asked(stack, made.secret, text="code name osprey")
    assert told["choices"][0]["finish_reason"] == "content_filter"
    rows = await stack.settled(2)
    assert rows[-1]["measure"] != "allow"
    assert "tester.safeguards_lifted" in rows[-1]["because"]


async def test_a_trial_of_a_policy_leaves_out_what_lifted_safeguards_decided(stack: Stack, shifted: Shifted) -> None:
    made = await _lifted(stack, shifted)
    await asked(stack, made.secret, text=JAILBREAK)
    rows = await stack.settled(2)
    with stack.instance.database().begin() as tx:
        tried = list(stored(tx))
    assert [each.exchange for each in tried] == [rows[0]["id"]]


async def test_a_statement_is_proven_offline_with_what_was_tested(stack: Stack, shifted: Shifted) -> None:
    made = await _lifted(stack, shifted)
    await asked(stack, made.secret, text=JAILBREAK)
    await stack.settled(2)
    instance = stack.instance
    name, stated = await asyncio.to_thread(
        stack.do, lambda tx: testers.issue(tx, instance.edges(), made.engagement.id, testing.tested, by="t")
    )
    assert await asyncio.to_thread(stack.publish) > 0
    with instance.database().begin() as tx:
        proof = prove(tx, Files(instance.ledger_dir), name)
    proven_ = check(proof, instance.signer().verifier)
    told = proven_.record["conditions"]
    assert told["engagement"] == made.engagement.id
    assert told["counts"] == {
        "exchanges": 2, "by_outcome": {"answered": 1, "refused": 1}, "by_measure": {"allow": 1, "withhold": 1},
        "by_model": {"gpt": 2}, "input_tokens": 9, "output_tokens": told["counts"]["output_tokens"],
        "without_safeguards": 1, "kept_contents": 0,
    }  # fmt: skip
    assert [each["digest"] for each in told["policies"]] == [stack.live.policies.current("demo").digest]
    assert [each["safeguards"] for each in told["safeguards"]] == [True, False]
    assert stated.counts.exchanges == 2
