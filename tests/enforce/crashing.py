"""A worker that asks rules about a decision and is killed: `python -m tests.enforce.crashing WHEN URL`.

WHEN is `before` or `after` the commit. It is killed by a signal that no program can catch.
"""

import os
import signal
import sys
from typing import Any

from seawall.enforce.rules.acting import Works
from seawall.enforce.rules.asking import ask
from seawall.store import Database
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import DecisionId, ExchangeId
from seawall.vocabulary.seen import Seen, Sighting
from tests.conftest import FrozenClock
from tests.enforce.conftest import KEY, PROJECT, SOMEBODY


def third(clock: FrozenClock) -> Seen:
    """Return the exchange at which the rule acts."""
    found = Sighting(category=Category.JAILBREAK, side="input", sure=True, decision=DecisionId("de_third"))
    return Seen(
        exchange=ExchangeId("ex_third"),
        project=PROJECT,
        key=KEY,
        account=SOMEBODY,
        has_end_user=True,
        at=clock(),
        since=clock(),
        sightings=(found,),
    )


def main(when: str, url: str) -> None:
    """Ask, and die."""

    def record(_tx: Any, _body: Any) -> None:
        """Write nothing down: what is tested are the rows."""

    clock = FrozenClock()
    seen = third(clock)
    with Database(url).begin() as tx:
        ask(tx, seen, seen.sightings[0].decision, Works(record=record, clock=clock))
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
