"""What every page of cases has around it: how somebody wants to see texts, how much they looked at, words for codes."""

from typing import Any

from seawall.cases.comfort import Looks, comfort, looks
from seawall.investigations.looking import looked_at
from seawall.store import Transaction
from seawall.web.console.cases import words
from seawall.web.house import House
from seawall.web.signed import Signed


def around(tx: Transaction, house: House, signed: Signed) -> dict[str, Any]:
    """Return what the templates of cases need beside their own values."""
    mine = comfort(tx, signed.person.id)
    seen = looks_of(tx, house, signed)
    return {"comfort": mine, "looks": seen, "rest": seen.wants_rest(mine), "words": words}


def looks_of(tx: Transaction, house: House, signed: Signed) -> Looks:
    """Return how much somebody looked at what people and models wrote, in cases and in investigations."""
    now = house.edges.clock()
    return looks(tx, signed.person.id, now, elsewhere=looked_at(tx, signed.person.id, now=now))
