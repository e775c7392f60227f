"""What an act did to an account, for whoever tells the person of it; and the jobs that have them told.

    settle, reverse -> a job of the same transaction -> `sanction` -> a notice

The jobs carry the number of an act and nothing else: what is told is read when they run, so that what was taken back in
between is known. What changes nothing for now, as something graver holds, is told at once too, with that said: it
counts once that is over, and nobody would be told why then.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, and_, select

from seawall.enforce import tables
from seawall.enforce.climb import Masked, Timeline
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId, RuleId
from seawall.vocabulary.standing import GOOD, Standing, State

IMPOSED, TAKEN_BACK = "cases.sanctioned", "cases.taken_back"
PERSON = "person"


class Sanction(msgspec.Struct, frozen=True, kw_only=True):
    """What one act came to: `standing` is good where it lifted everything. `cause` is strikes, measure, rule, person.

    `behind` is what hid it, where it changed nothing at once; `then` what holds after it, of the same act. `because`
    names the rules of the decision; `taken_back_at` is when it, or what it came to, was reversed.
    """

    act: int
    account: AccountId
    key: KeyId
    project: ProjectId
    has_end_user: bool
    decision: DecisionId | None
    exchange: ExchangeId | None
    because: tuple[RuleId, ...]
    category: Category | None
    cause: str
    standing: Standing
    at: datetime
    by: str | None
    taken_back_at: datetime | None
    behind: Standing | None = None
    then: Timeline = ()


def imposed(tx: Transaction, act: int) -> None:
    """Have the person told of an act, once this transaction commits."""
    enqueue(tx, IMPOSED, act=act)


def taken_back(tx: Transaction, acts: Iterable[int]) -> None:
    """Have the person told that acts, or what they came to, were taken back."""
    for each in sorted(set(acts)):
        enqueue(tx, TAKEN_BACK, act=each)


def sanction(tx: Transaction, act: int) -> Sanction | None:
    """Return what an act did to the account; None where it did nothing."""
    acts, accounts, changes = tables.acts, tables.accounts, tables.changes
    # A reversal changes the standing under the number of the act that it takes back.
    made = and_(changes.c.act == acts.c.seq, changes.c.cause != "reversal")
    names = ("to_state", "until", "per_minute", "limits", "cause")
    found = (
        select(acts, accounts.c.key, accounts.c.project, accounts.c.has_end_user)
        .add_columns(*(changes.c[each].label(f"made_{each}") for each in names))
        .add_columns(changes.c.reversed_at.label("made_reversed_at"))
        .join(accounts, accounts.c.id == acts.c.account)
        .outerjoin(changes, made)
        .where(acts.c.seq == act)
    )
    row = tx.execute(found).mappings().first()
    if row is None:
        return None
    masked = None if row["masked"] is None else msgspec.convert(row["masked"], Masked)
    hides = masked is not None and row["made_to_state"] is None
    standing = masked.waits[0] if masked is not None and hides else _standing(row)
    if standing is None:
        return None
    return Sanction(
        act=row["seq"],
        account=row["account"],
        key=row["key"],
        project=row["project"],
        has_end_user=row["has_end_user"],
        decision=row["decision"],
        exchange=row["exchange"],
        because=tuple(row["because"]),
        category=_category(tx, act),
        cause=row["made_cause"] or (masked.cause if masked is not None else PERSON if row["by"] else "rule"),
        standing=standing,
        at=row["at"],
        by=row["by"],
        taken_back_at=row["reversed_at"] or row["made_reversed_at"] or row["masked_reversed_at"],
        behind=masked.behind if masked is not None and hides else None,
        then=() if masked is None else masked.waits[1:] if hides else masked.waits,
    )


def of_decision(tx: Transaction, decision: str) -> Sanction | None:
    """Return what was done to an account under a decision; None where nothing was."""
    act = tx.scalar(select(tables.acts.c.seq).where(tables.acts.c.decision == decision))
    return None if act is None else sanction(tx, act)


def reversed_at(tx: Transaction, decision: str) -> datetime | None:
    """Return when a decision against an account was taken back; None where it stands, or there is none."""
    found: datetime | None = tx.scalar(select(tables.acts.c.reversed_at).where(tables.acts.c.decision == decision))
    return found


def of_person(tx: Transaction, decision: str) -> bool:
    """Tell whether somebody made a decision who acted on the account without a case, or in one."""
    mine = (tables.acts.c.decision == decision) & tables.acts.c.by.is_not(None)
    return tx.scalar(select(tables.acts.c.seq).where(mine)) is not None


def decision_of(tx: Transaction, act: int) -> DecisionId | None:
    """Return the decision of an act; None where it has none."""
    found: DecisionId | None = tx.scalar(select(tables.acts.c.decision).where(tables.acts.c.seq == act))
    return found


def _standing(row: RowMapping) -> Standing | None:
    if row["made_to_state"] is not None:
        return Standing(
            state=State(row["made_to_state"]),
            until=row["made_until"],
            per_minute=row["made_per_minute"],
            limits=tuple(row["made_limits"]),
        )
    if row["clears"]:
        return GOOD
    return None if row["sanction"] is None else msgspec.convert(row["sanction"], Standing)


def _category(tx: Transaction, act: int) -> Category | None:
    struck = select(tables.strikes.c.category).where(tables.strikes.c.act == act).order_by(tables.strikes.c.id)
    found = tx.scalar(struck.limit(1))
    return None if found is None else Category(found)
