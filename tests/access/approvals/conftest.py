"""A team, for every test of two-party control."""

import pytest

from seawall.access.people import Edges
from seawall.store import Transaction
from tests.access.team import Team
from tests.conftest import FrozenClock


@pytest.fixture
def team(tx: Transaction, edges: Edges, clock: FrozenClock) -> Team:
    return Team(tx, edges, clock)
