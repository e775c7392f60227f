"""What every page of cases has around it: how somebody wants to see texts, how much they looked at, words for codes."""

from typing import Any

from seawall.cases.comfort import comfort, looks
from seawall.store import Transaction
from seawall.web.console.cases import words
from seawall.web.house import House
from seawall.web.signed import Signed


def around(tx: Transaction, house: House, signed: Signed) -> dict[str, Any]:
    """Return what the templates of cases need beside their own values."""
    mine = comfort(tx, signed.person.id)
    seen = looks(tx, signed.person.id, house.edges.clock())
    return {"comfort": mine, "looks": seen, "rest": seen.wants_rest(mine), "words": words}
