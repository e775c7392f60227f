"""`seawall vault`: what a person types and sees."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.app.commands.vault import EndsByItself
from seawall.app.commands.vault import vault as group
from seawall.app.settings import Settings
from seawall.ledger.write import record
from seawall.store import Database, Transaction
from seawall.vault import Retention, Vault
from seawall.vault.errors import ItemGone, ItemOnHold
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records import Record
from tests.conftest import FrozenClock
from tests.vault.conftest import Records


@dataclass
class Instance:
    """What the command line hands to its commands."""

    of_database: Database
    of_vault: Vault
    clock: FrozenClock
    settings: Settings = field(default_factory=Settings)

    def record(self, tx: Transaction, body: Record) -> None:
        record(tx, body, clock=self.clock)

    def database(self) -> Database:
        return self.of_database

    def vault(self) -> Vault:
        return self.of_vault

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(group, list(words), obj=self)

    def json(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def instance(database: Database, vault: Vault, clock: FrozenClock) -> Instance:
    return Instance(database, vault, clock)


@pytest.fixture
def item(instance: Instance) -> ItemId:
    with instance.database().begin() as tx:
        return instance.vault().put(tx, b"a mild sentence", owner="acc_1", retention=Retention.EXCHANGE)


def test_an_item_is_held_listed_released_and_erased(instance: Instance, item: ItemId, records: Records) -> None:
    held = instance.json("hold", item, "--reason", "court order 12", "--by", "host:ada")
    assert [each["hold"] for each in instance.json("holds")] == [held["hold"]]
    assert f"{item}  {held['hold']}  by host:ada" in instance.run("holds").output
    refused = instance.run("erase", item, "--reason-code", "person_asked")
    assert isinstance(refused.exception, ItemOnHold)
    assert f"{item} is released" in instance.run("release", item).output

    assert (
        "is erased; 1 keys destroyed, 0 items moved."
        in instance.run("erase", item, "--reason-code", "person_asked").output
    )

    with instance.database().begin() as tx, pytest.raises(ItemGone):
        instance.vault().get(tx, item)
    assert records.kinds == ["vault.item_held", "vault.item_released", "vault.item_erased"]


def test_keys_are_rotated_and_items_stay(instance: Instance, item: ItemId) -> None:
    assert instance.run("rotate").output == "1 keys retired, 1 items moved.\n"
    assert len(instance.json("rotate", "--by", "host:ada")["keys"]) == 1
    with instance.database().begin() as tx:
        assert instance.vault().get(tx, item) == b"a mild sentence"


def test_what_is_due_is_erased_on_demand(instance: Instance, item: ItemId, clock: FrozenClock) -> None:
    assert instance.json("due")["erased"] == 0
    clock.advance(days=31)
    assert instance.run("due").output.startswith("1 items erased")


def test_a_sweep_that_finds_a_missing_key_ends_with_status_1(instance: Instance, item: ItemId) -> None:
    with instance.database().begin() as tx:
        instance.vault().rotate(tx)
    for name in instance.vault().keystore.names():
        instance.vault().keystore.destroy(name)
    result = instance.run("due")
    assert result.exit_code == 1
    assert "1 keys are missing" in result.output


def test_a_hold_that_ends_by_itself_is_not_released_by_hand(
    instance: Instance, item: ItemId, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = instance.json("hold", item, "--reason", "an order", "--by", "host:root")["hold"]
    # A snapshot of a legal request has this hold: see tests/cases/legal/test_preserving.py.
    monkeypatch.setattr("seawall.cases.legal.preserving.bound", lambda *_: frozenset({held}))
    for words in (("release", item), ("release", item, "--hold", held)):
        refused = instance.run(*words, "--by", "host:root")
        assert isinstance(refused.exception, EndsByItself)
        assert "ends by itself" in str(refused.exception)
    own = instance.json("hold", item, "--reason", "a claim", "--by", "host:root")["hold"]
    assert instance.json("release", item, "--by", "host:root")["holds"] == [own]
    with instance.database().begin() as tx, pytest.raises(ItemOnHold):
        instance.vault().erase(tx, item, by="host:root", reason_code="asked")
