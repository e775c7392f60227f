"""What follows a decision later: a held exchange becomes a case, and rules about accounts are asked.

Apart from the rest of that wiring, which would cost each gateway its memory.
"""

from seawall.cases.escalations import held
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.exchanges import ExchangeDecided

RULES = "account_rules.ask"
_OF_STANDING = "standing."


def hold(tx: Transaction, body: ExchangeDecided) -> None:
    """Queue what follows, in the transaction that commits the decision."""
    if body.measure is Measure.HOLD:
        held(tx, body.exchange, body.decision)
    # That somebody is suspended is no new fact about them.
    if not any(rule.startswith(_OF_STANDING) for rule in body.because):
        enqueue(tx, RULES, exchange=body.exchange, decision=body.decision)
