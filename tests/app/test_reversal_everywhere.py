"""An appeal that is upheld lets the person in again at every gateway, with all that followed from the decision undone.

Gateways never ask for standings: what changed is told to them (NOTIFY), in the order in which it was committed, and
nothing else makes them read. So a change that was committed after the reversal is the mark: once a gateway acts on the
mark it must have taken in the reversal, and its very next answer shows it.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from seawall import enforce
from seawall.access.keys import project_of
from seawall.access.tables import keys as access_keys
from seawall.app.account_rules import ask_about
from seawall.app.casework import office
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.cases import Origin, appeals, claims, deciding, open_case
from seawall.cases.flags import From
from seawall.cases.opening import of_exchange
from seawall.enforce.labels import labels
from seawall.enforce.references import refer
from seawall.gateway.concerned import concerned
from seawall.gateway.tables import exchanges
from seawall.policy import DEFAULT, publish
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, KeyId
from tests.access.conftest import person
from tests.app.aftermath import project
from tests.app.load import upstreams
from tests.app.running import Home, until
from tests.app.test_two_gateways import USER, Pair
from tests.cases.conftest import ruling
from tests.enforce.rules import Clerk
from tests.gateway.conftest import SECRET
from tests.gateway.upstream import Upstream

FRIEND, MARK = "friend", "mark"
BANS = """
  - id: test.ban
    category: elections
    surfaces: [input]
    measure: ban
    message: That is not for here.
    strike: {weight: 1, expires: 90 days}
"""
RULES = """
rules:
  - {name: barred, says: x, when: 'state == "banned"', then: {labels: [{name: barred}]}, mode: MODE}
  - name: ring
    says: x
    when: linked_states.exists(each, each == "banned")
    then: {restrict: {for: 7 days, per_minute: 1}, labels: [{name: ring}]}
    mode: MODE
"""


@pytest.fixture
async def models() -> AsyncIterator[dict[str, Upstream]]:
    async with upstreams() as made:
        yield made


@pytest.fixture
def instance(fresh: Home, database_url: str) -> Iterator[Instance]:
    made = Instance(Settings(data_dir=str(fresh.data_dir), database_url=database_url, classifiers=False))
    yield made
    made.close()


@pytest.fixture
async def pair(
    fresh: Home, database_url: str, instance: Instance, models: dict[str, Upstream], tmp_path: Path
) -> AsyncIterator[Pair]:
    secret = await asyncio.to_thread(project, instance, models)
    folder = tmp_path / "policy"
    shutil.copytree(DEFAULT, folder)
    (folder / "rules.yaml").write_text((folder / "rules.yaml").read_text() + BANS)
    await asyncio.to_thread(_do, instance, lambda tx: publish(tx, folder, by="t", record=instance.record,
                                                              clock=instance.clock))  # fmt: skip
    pair = await asyncio.to_thread(Pair, fresh, database_url, secret)
    yield pair
    for each in pair.running:
        each.swept()


def _do(instance: Instance, act: Callable[[Transaction], Any]) -> Any:
    with instance.database().begin() as tx:
        return act(tx)


class People:
    """The accounts of the story, and where each stands."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        with instance.database().begin() as tx:
            self.key = KeyId(tx.scalars(select(access_keys.c.id)).one())
            self.through = From(project=project_of(tx, self.key), key=self.key)
        self.user, self.friend, self.mark = (AccountId(instance.account(self.key, each)) for each in
                                             (USER, FRIEND, MARK))  # fmt: skip

    def meet(self) -> None:
        """Let all be known, and two of them share a payment; put the rules about accounts into force."""
        clock, record = self.instance.clock, self.instance.record
        with self.instance.database().begin() as tx:
            for each in (self.user, self.friend, self.mark):
                enforce.meet(
                    tx, each, key=self.key, project=self.through.project, has_end_user=True, clock=clock
                )  # fmt: skip
            for each in (self.user, self.friend):
                refer(tx, each, "payment", b"d" * 32, through=self.key, record=record, clock=clock)
            Clerk(clock, record).rules(tx, RULES)  # type: ignore[arg-type]

    def decided(self, account: AccountId) -> tuple[str, str]:
        """Return the exchange of an account that was decided on first, once it is closed, and that decision."""

        def first(tx: Transaction) -> Any:
            found = (exchanges.c.account == account) & (exchanges.c.measure != "allow")
            chosen = select(exchanges.c.id, exchanges.c.input_decision).where(found).order_by(exchanges.c.id)
            return tx.execute(chosen.limit(1)).first()

        until(lambda: _do(self.instance, first), "the end of the exchange")
        exchange, decision = _do(self.instance, first)
        return exchange, decision

    def asked(self, account: AccountId) -> str:
        """Ask the rules about a decision, as a worker does, and return it."""
        exchange, decision = self.decided(account)
        _do(self.instance, lambda tx: ask_about(tx, self.instance, exchange, decision))
        return decision

    def stands(self) -> list[tuple[str, list[str]]]:
        """Return where user and friend stand, with their labels."""
        now = self.instance.clock()
        with self.instance.database().begin() as tx:
            return [
                (enforce.standing(tx, each, now=now).state.value, [one.name for one in labels(tx, each, now=now)])
                for each in (self.user, self.friend)
            ]

    def strikes(self) -> int:
        now = self.instance.clock()
        return len(_do(self.instance, lambda tx: enforce.counting(tx, self.user, now)))


def _judged(people: People, decision: str) -> float:
    """Have a reviewer hold the decision right, the person appeal, and another reviewer uphold the appeal.

    Return when that was committed.
    """
    instance = people.instance
    working = office(instance)
    exchange, _ = people.decided(people.user)
    with instance.database().begin() as tx:
        ada, eve = (person(tx, instance.edges(), name, "senior_reviewer") for name in ("ada", "eve"))
        found = concerned(tx, exchange)
        assert found is not None
        first, _ = open_case(
            tx, working, of_exchange(found, Origin.FINDING, "test:1", about=found.decisions[0]), by="t"
        )
        claims.claim(tx, working, first.id, by=ada.id)
        deciding.decide(tx, working, first.id, ruling("nothing", about_right=True), by=ada.id)
    with instance.database().begin() as tx:
        appeal = appeals.file(
            tx, working, decision, "I asked where to vote.", through=people.through, exchange=exchange
        )
        claims.claim(tx, working, appeal.id, by=eve.id)
    with instance.database().begin() as tx:
        deciding.decide(tx, working, appeal.id, ruling("nothing", about_right=False), by=eve.id)
    committed = time.monotonic()
    # The mark: whoever has taken this in has taken in what came before it.
    with instance.database().begin() as tx:
        given = {"by": "t", "reason_code": "mark", "record": instance.record, "clock": instance.clock}
        enforce.suspend(tx, people.mark, **given)
    return committed


async def test_an_upheld_appeal_is_pushed_to_both_gateways_with_all_that_followed(
    pair: Pair, instance: Instance, record_property: Callable[[str, object], None]
) -> None:
    people = await asyncio.to_thread(People, instance)
    await asyncio.to_thread(people.meet)
    assert await pair.ask(pair.ports[0], "Where is my polling place?") == 200
    await pair.until_both(403)
    decision = await asyncio.to_thread(people.asked, people.user)
    assert await pair.ask(pair.ports[1], f"My key is {SECRET}", user=FRIEND) == 200
    await asyncio.to_thread(people.asked, people.friend)
    assert people.stands() == [("banned", ["barred"]), ("restricted", ["ring"])]
    assert people.strikes() == 1
    # One a minute: both gateways refuse the friend, who has done nothing of the kind.
    await pair.until_both(429, user=FRIEND)

    committed = await asyncio.to_thread(_judged, people, decision)

    async def pushed(port: int) -> float:
        while await pair.ask(port, user=MARK) != 403:
            assert time.monotonic() - committed < 60, f"the gateway on {port} was never told"
        told = time.monotonic() - committed
        assert await pair.ask(port) == 200, port
        assert {await pair.ask(port, user=FRIEND) for _ in range(4)} == {200}, port
        return told

    for port in pair.ports:
        took = await pushed(port)
        record_property("seconds from the answer to the appeal until a gateway acted on it", round(took, 3))
        print(f"undone at the gateway on {port} after {took:.3f} s")
    assert people.stands() == [("good", []), ("good", [])]
    assert people.strikes() == 0
    # No connection was lost on the way, after which everything would have been read anew.
    assert not any("books are stale" in each.logged for each in pair.running)
