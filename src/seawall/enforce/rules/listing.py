"""What rules did, to be shown: of an account, of an exchange, of each rule."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select

from seawall.enforce.rules.tables import firings
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId


class Firing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of a rule at one decision. `outcome` is acted, would_have or failed; `decision` that of an act."""

    id: str
    rule: str
    version: int
    account: AccountId
    key: str
    exchange: str
    outcome: str
    at: datetime
    error: str | None = None
    decision: DecisionId | None = None
    reversed_at: datetime | None = None


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one rule since a moment, and how much of it was reversed."""

    rule: str
    outcome: str
    times: int
    accounts: int
    reversed: int
    latest: datetime


def of_account(tx: Transaction, account: AccountId) -> list[Firing]:
    """Return what rules did about an account, oldest first."""
    found = select(firings).where(firings.c.account == account).order_by(firings.c.trigger, firings.c.id)
    names = Firing.__struct_fields__
    return [Firing(**{name: row[name] for name in names}) for row in tx.execute(found).mappings()]


def newest(tx: Transaction, rule: str, *, limit: int = 100, after: str = "") -> list[Firing]:
    """Return what came of a rule, newest first; with `after`, what came before that."""
    found = select(firings).where(firings.c.rule == rule).order_by(firings.c.at.desc(), firings.c.id.desc())
    if after:
        at = select(firings.c.at).where(firings.c.id == after).scalar_subquery()
        found = found.where((firings.c.at < at) | ((firings.c.at == at) & (firings.c.id < after)))
    names = Firing.__struct_fields__
    return [Firing(**{name: row[name] for name in names}) for row in tx.execute(found.limit(limit)).mappings()]


def came(tx: Transaction, *, since: datetime) -> list[Came]:
    """Return what came of each rule since a moment, by name and outcome."""
    table = firings
    found = (
        select(
            table.c.rule,
            table.c.outcome,
            func.count().label("times"),
            func.count(table.c.account.distinct()).label("accounts"),
            func.count(table.c.reversed_at).label("reversed"),
            func.max(table.c.at).label("latest"),
        )
        .where(table.c.at >= since)
        .group_by(table.c.rule, table.c.outcome)
        .order_by(table.c.rule, table.c.outcome)
    )
    return [Came(**row) for row in tx.execute(found).mappings()]


def decisions_of_rules(tx: Transaction, exchange: str) -> tuple[DecisionId, ...]:
    """Return the decisions that rules made upon an exchange, oldest first."""
    mine = (firings.c.exchange == exchange) & firings.c.decision.is_not(None)
    return tuple(tx.scalars(select(firings.c.decision).where(mine).order_by(firings.c.trigger, firings.c.id)))


def of_rule(tx: Transaction, decision: DecisionId) -> bool:
    """Tell whether a rule about accounts made a decision."""
    return tx.scalar(select(firings.c.id).where(firings.c.decision == decision)) is not None
