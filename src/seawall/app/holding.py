"""Have held exchanges become cases. Apart from the rest of that wiring, which would cost each gateway its memory."""

from seawall.cases.escalations import held
from seawall.store import Transaction
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.exchanges import ExchangeDecided


def hold(tx: Transaction, body: ExchangeDecided) -> None:
    """Have an exchange become a case where it was held, in the transaction that holds it."""
    if body.measure is Measure.HOLD:
        held(tx, body.exchange, body.decision)
