"""What the room works with: the ledger, the vault and the clock; who may do what; the rules; what cases are about."""

from collections.abc import Callable
from datetime import timedelta

import msgspec

from seawall.access.people import Edges
from seawall.access.rights import Rights
from seawall.cases.legal.model import NOTICE_FOR
from seawall.cases.rules import Rules
from seawall.store import Transaction
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import DecisionId, ExchangeId

FindExchange = Callable[[Transaction, str], Concerned | None]
# Told whether a decision that a machine made was right, and who says so.
Reviewed = Callable[[Transaction, DecisionId, ExchangeId | None, bool, str], object]


def _untold(_tx: Transaction, _decision: DecisionId, _exchange: ExchangeId | None, _right: bool, _by: str) -> None:
    """Stand in where nobody learns of it."""


def _unlooked(_text: str) -> None:
    """Stand in where nobody looks through what is to be public."""


class Abuse(msgspec.Struct, frozen=True, kw_only=True):
    """When filing counts as abuse: of what was settled in a window, so many and such a share manifestly unfounded."""

    window: timedelta = timedelta(days=180)
    at_least: int = 5
    share: float = 0.5
    suspend: timedelta = timedelta(days=30)


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """The edges of the room. `exchanges` finds what a case is about; `reviewed` is told who was right.

    `abuse` says when somebody who files is warned, and then not heard for a while. `notice_for` is how long people have
    between a notice of a legal request and what is given for it. `fit_for_all` raises where a text holds what must not
    be published.
    """

    edges: Edges
    rights: Rights
    rules: Rules
    exchanges: FindExchange
    reviewed: Reviewed = _untold
    abuse: Abuse = Abuse()
    notice_for: timedelta = NOTICE_FOR
    fit_for_all: Callable[[str], object] = _unlooked
