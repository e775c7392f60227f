"""The one record of a decision. What anybody is told of it, and every number, is made from this and nothing else."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from sqlalchemy import select

from seawall.cases.errors import NothingToAppeal
from seawall.cases.model import Origin, Outcome
from seawall.cases.tables import decisions
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, ProjectId, RuleId


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """How a case was settled. Of an appeal `about` is the decision that was appealed, and `about_right` its answer.

    `reverses` are decisions that were taken back with all that followed; `humans` everybody who had a say. `reason` is
    an item of the vault with the words for the person. `appeal_until` is None where nothing can be appealed.
    """

    id: DecisionId
    case: CaseId
    origin: Origin
    sealed: bool
    project: ProjectId
    account: AccountId
    exchange: ExchangeId | None
    about: DecisionId | None
    about_right: bool | None
    rule: RuleId | None
    category: Category | None
    outcome: Outcome
    until: datetime | None
    per_minute: int | None
    reason_code: str
    reason: ItemId
    reverses: tuple[DecisionId, ...]
    detected_automatically: bool
    opened_at: datetime
    at: datetime
    appeal_until: datetime | None
    by: str
    agreed_by: tuple[str, ...]
    humans: tuple[str, ...]
    bulk: str | None = None
    unfounded: bool = False


def find(tx: Transaction, decision: str) -> Decided:
    """Return a decision. Raises NothingToAppeal."""
    body = tx.scalar(select(decisions.c.body).where(decisions.c.id == decision))
    if body is None:
        raise NothingToAppeal(decision)
    return msgspec.convert(body, Decided)


def reversed_by(tx: Transaction, decision: str) -> str | None:
    """Return the decision by which another one was taken back; None where it stands."""
    found: str | None = tx.scalar(select(decisions.c.reversed_by).where(decisions.c.id == decision))
    return found


def of_case(tx: Transaction, case: str) -> list[Decided]:
    """Return every decision of a case, oldest first: more than one where it was reopened."""
    found = select(decisions.c.body).where(decisions.c.case == case).order_by(decisions.c.id)
    return [msgspec.convert(body, Decided) for body in tx.scalars(found)]


def between(tx: Transaction, since: datetime, until: datetime) -> Iterator[Decided]:
    """Give the decisions of a period: from its first moment up to, not including, its last."""
    chosen = (decisions.c.at >= since) & (decisions.c.at < until)
    for body in tx.scalars(select(decisions.c.body).where(chosen).order_by(decisions.c.id)):
        yield msgspec.convert(body, Decided)
