"""Close cases whose reason is gone: what a rule wanted looked at, once the rule's decision was taken back elsewhere."""

from sqlalchemy import select

from seawall.cases import words
from seawall.cases.carrying import Carried, carry_out
from seawall.cases.model import UNSETTLED, Case, Outcome, Ruling
from seawall.cases.office import Office
from seawall.cases.rows import lock
from seawall.cases.tables import cases
from seawall.store import Transaction
from seawall.vocabulary.ids import DecisionId

REASON_CODE = "reversed"
_BY = "seawall"
_WORDS = "The decision that this was about was taken back."


def source_of_rule(decision: DecisionId) -> str:
    """Return by what a case is known that a rule about accounts opened."""
    return f"rule:{decision}"


def close_reversed(tx: Transaction, office: Office, decision: DecisionId) -> Case | None:
    """Settle with nothing the case that a rule opened upon its decision; None where none is open."""
    named = tx.scalar(select(cases.c.id).where(cases.c.source == source_of_rule(decision)))
    found = None if named is None else lock(tx, named)
    if found is None or found.state not in UNSETTLED:
        return None
    ruling = Ruling(outcome=Outcome.NOTHING, reason_code=REASON_CODE, reason="")
    return carry_out(
        tx, office, found, Carried(ruling=ruling, reason=words.keep(tx, office, _WORDS, owner=found.id), by=_BY)
    )
