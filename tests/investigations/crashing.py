"""A worker that is killed in the midst of it: `python -m tests.investigations.crashing WHAT URL KEYSTORE NAME`.

WHAT is `rescreen` or `scan`; NAME is which. It is killed by a signal that no program can catch, in its second step.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from seawall.access.people import Edges
from seawall.app.investigating import GatewayExchanges
from seawall.gateway.again import Again
from seawall.gateway.screening import Screens
from seawall.investigations.desk import Screener
from seawall.investigations.rescreening import rescreen
from seawall.investigations.scanning import scan
from seawall.screen.cascade import Tiers
from seawall.store import Database
from seawall.vault import Keystore, Vault
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.investigations.conftest import desk_of

# More than one step reads of either kind, and fewer than two.
DIES_AT = {"rescreen": 70, "scan": 130}


class Deadly(Again):
    """Screens some, then dies."""

    numbers = count(1)

    async def findings(self, *given: Any) -> Any:
        """Screen, or die."""
        _live_or_die(self.numbers, "rescreen")
        return await super().findings(*given)


class DeadlyExchanges(GatewayExchanges):
    """Gives what was said in some, then dies."""

    numbers = count(1)

    def said(self, *given: Any) -> Any:
        """Give it, or die."""
        _live_or_die(self.numbers, "scan")
        return super().said(*given)


def main(what: str, url: str, keystore: str, name: str) -> None:
    """Work, and die."""
    clock = FrozenClock()
    edges = Edges(record=Ledger(), vault=Vault(Keystore(Path(keystore)), clock), clock=clock, secret=b"s" * 32)
    desk, database = msgspec.structs.replace(desk_of(edges), exchanges=DeadlyExchanges()), Database(url)

    @asynccontextmanager
    async def screening() -> AsyncIterator[Screener]:
        yield Deadly(Screens([]), Tiers())

    if what == "rescreen":
        rescreen(database, desk, screening, name)
    scan(database, desk, name)


def _live_or_die(numbers: "count[int]", what: str) -> None:
    if next(numbers) > DIES_AT[what]:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
