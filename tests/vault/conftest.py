"""A keystore in a directory of its own, and a vault that remembers what it recorded."""

from pathlib import Path

import pytest

from seawall.store import Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.records import Record
from tests.conftest import FrozenClock


class Records(list[Record]):
    """What the vault recorded, in order."""

    def write(self, _tx: Transaction, record: Record) -> None:
        self.append(record)

    @property
    def kinds(self) -> list[str]:
        return [record.kind for record in self]


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def keystore(tmp_path: Path) -> Keystore:
    return Keystore(tmp_path / "keys")


@pytest.fixture
def vault(keystore: Keystore, clock: FrozenClock, records: Records) -> Vault:
    return Vault(keystore, clock, record=records.write)
