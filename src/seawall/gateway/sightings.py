"""What was seen of an account in one exchange, for rules about accounts: findings become categories on two sides.

What somebody wrote counts where it is their newest words, and what the model answered by itself; documents and results
of tools are neither. A finding that is not sure counts from a score of a half on.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select

from seawall.gateway.tables import exchanges, reviews
from seawall.store import Transaction
from seawall.vocabulary.findings import Finding, Surface
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId
from seawall.vocabulary.seen import Seen, Side, Sighting

_SIDES: dict[Surface, Side] = {Surface.INPUT: "input", Surface.OUTPUT: "output", Surface.TOOL_CALL: "output"}
_LEAST = 0.5


def seen(tx: Transaction, exchange: str) -> Seen | None:
    """Return what was seen in an exchange; None where there is none of that id."""
    row = tx.execute(select(exchanges).where(exchanges.c.id == exchange)).mappings().first()
    if row is None:
        return None
    first = select(exchanges.c.opened_at).where(exchanges.c.account == row["account"]).order_by(exchanges.c.id)
    later = select(reviews).where(reviews.c.exchange == exchange).order_by(reviews.c.at)
    return Seen(
        exchange=ExchangeId(row["id"]),
        project=ProjectId(row["project"]),
        key=KeyId(row["key"]),
        account=AccountId(row["account"]),
        has_end_user=row["has_end_user"],
        at=row["opened_at"],
        since=tx.execute(first.limit(1)).scalar_one(),
        sightings=tuple(_sightings(row, list(tx.execute(later).mappings()))),
    )


def answer_missing(tx: Transaction, exchange: str, decision: str) -> bool:
    """Tell whether a decision is on an answer whose findings are written only once the exchange is over."""
    theirs = (exchanges.c.id == exchange) & (exchanges.c.output_decision == decision)
    return tx.scalar(select(exchanges.c.id).where(theirs, exchanges.c.closed_at.is_(None))) is not None


def _sightings(row: RowMapping, later: list[Any]) -> Iterator[Sighting]:
    yield from _of(row["input_findings"], row["input_decision"])
    yield from _of(row["output_findings"], row["output_decision"] or row["input_decision"])
    for each in later:
        yield from _of(each["findings"], each["decision"] or row[f"{each['stage']}_decision"] or row["input_decision"])


def _of(stored: Any, decision: str) -> Iterator[Sighting]:
    for each in msgspec.convert(stored or [], tuple[Finding, ...]):
        side = _SIDES.get(each.surface)
        likely = each.deterministic or each.score >= _LEAST
        if side is not None and likely and each.newest and not each.failed:
            # Only what is found in a person's own words can be held against them.
            sure = each.counts_strikes or (side == "output" and each.deterministic)
            yield Sighting(category=each.category, side=side, sure=sure, decision=DecisionId(decision))
