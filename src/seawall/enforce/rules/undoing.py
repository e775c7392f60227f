"""What rules did because of a decision that is taken back: asked again, as of their own moment, without it.

What the decision let count counts no longer. A rule that was asked because of it goes with it; every later one that
counted the account, its key or what is linked to it is asked again, and what no longer holds is reversed in turn.
Where a rule has no answer now, what it did stands: not known is not undone.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import RowMapping, or_, select, update

from seawall.enforce import tables
from seawall.enforce.rules.facts import facts
from seawall.enforce.rules.publishing import kept
from seawall.enforce.rules.sightings import as_trigger, withdrawn
from seawall.enforce.rules.tables import firings, rule_versions, sightings, triggers
from seawall.policy.accounts.expressions import Unanswered
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId

Reverse = Callable[[DecisionId], object]


def reach(tx: Transaction, account: AccountId) -> list[str]:
    """Lock every account that taking something back may touch, in the order of their ids."""
    near = _near(tx, account)
    key = select(tables.accounts.c.key).where(tables.accounts.c.id == account).scalar_subquery()
    fired = select(firings.c.account).where(or_(firings.c.account.in_(near), firings.c.key == key))
    every = sorted({*near, *tx.scalars(fired.distinct())})
    tx.execute(select(tables.accounts.c.id).where(tables.accounts.c.id.in_(every)).order_by("id").with_for_update())
    return near


def undo(tx: Transaction, decision: DecisionId, account: AccountId, *, now: datetime, reverse: Reverse) -> None:
    """Take back what rules did because of a decision; `reverse` undoes the decision of one."""
    withdrawn(tx, decision)
    caused = tx.scalar(select(firings.c.trigger).where(firings.c.decision == decision))
    first = caused or tx.scalar(select(triggers.c.seq).where(triggers.c.decision == decision)) or 0
    for row in list(_later(tx, account, first)):
        # An earlier one of these may have taken it along.
        if not _undone(tx, row["id"]) and not _holds(tx, row, decision):
            if row["made"] is not None:
                reverse(DecisionId(row["made"]))
            mark(tx, row["id"], now)


def mark(tx: Transaction, firing: str, now: datetime) -> None:
    """Note that what a rule did, or would have done, is taken back."""
    gone = (firings.c.id == firing) & firings.c.reversed_at.is_(None)
    tx.execute(update(firings).where(gone).values(reversed_at=now))


def mark_decision(tx: Transaction, decision: DecisionId, now: datetime) -> bool:
    """The same by the decision of the rule; tell whether a rule had made it."""
    gone = (firings.c.decision == decision) & firings.c.reversed_at.is_(None)
    return bool(tx.execute(update(firings).where(gone).values(reversed_at=now).returning(firings.c.id)).all())


def whose(tx: Transaction, decision: DecisionId) -> AccountId | None:
    """Return the account of a decision that only let something count; None where it did not."""
    counted = tx.scalar(select(sightings.c.account).where(sightings.c.decision == decision).limit(1))
    return None if counted is None else AccountId(counted)


def _near(tx: Transaction, account: AccountId) -> list[str]:
    ours, theirs = tables.references.alias(), tables.references.alias()
    same = (theirs.c.digest == ours.c.digest) & (theirs.c.what == ours.c.what)
    linked = select(theirs.c.account).select_from(ours.join(theirs, same)).where(ours.c.account == account).distinct()
    return sorted({account, *tx.scalars(linked)})


def _later(tx: Transaction, account: AccountId, first: int) -> Iterator[RowMapping]:
    """Give what rules did from a trigger on, for the account, its key and what is linked to it, in their order."""
    key = select(tables.accounts.c.key).where(tables.accounts.c.id == account).scalar_subquery()
    concerned = or_(firings.c.account.in_(_near(tx, account)), firings.c.key == key)
    found = (
        select(
            firings.c.id,
            firings.c.rule,
            firings.c.decision.label("made"),
            firings.c.outcome,
            rule_versions.c.digest,
            triggers,
        )
        .join(triggers, triggers.c.seq == firings.c.trigger)
        .join(rule_versions, rule_versions.c.version == firings.c.version)
        .where(concerned, firings.c.trigger >= first, firings.c.outcome != "failed", firings.c.reversed_at.is_(None))
        .order_by(firings.c.trigger, firings.c.id)
    )
    yield from tx.execute(found).mappings()


def _undone(tx: Transaction, firing: str) -> bool:
    return tx.scalar(select(firings.c.reversed_at).where(firings.c.id == firing)) is not None


def _holds(tx: Transaction, row: RowMapping, decision: DecisionId) -> bool:
    if row["decision"] == decision:
        return False
    rules = kept(tx, row["digest"])
    rule = next(each for each in rules.rules if each.name == row["rule"])
    try:
        return rule.asks.holds(facts(tx, as_trigger(row), rule.asks.counters))
    except Unanswered:
        return True
