"""Whoever is told."""

import pytest

from seawall.store import Transaction
from tests.cases.conftest import Bench
from tests.cases.sanctions.telling import Told


@pytest.fixture
def told(tx: Transaction, bench: Bench) -> Told:
    return Told(tx, bench)
