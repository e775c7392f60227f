"""Take a decision back with everything that followed from it for the account.

Its strikes no longer count, its labels go, and the standing becomes what it would be had the decision never been: all
other acts are climbed again, each on the ladder of its time. Later changes that would not have come about are marked
reversed, and what rules about accounts did because of it is reversed in turn, on other accounts too.
What cannot be undone is that requests were refused in the meantime.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select, update

from seawall.enforce import tables
from seawall.enforce.accounts import Cause, Held, Write, lock, settle, standing
from seawall.enforce.climb import Act, Masked, Outcome, Strike, merged, replay, weight
from seawall.enforce.errors import DecisionAlreadyReversed, NoSuchDecision
from seawall.enforce.labels import take_off
from seawall.enforce.rules import undoing
from seawall.enforce.rules.asking import one_at_a_time
from seawall.enforce.sanctions import taken_back
from seawall.enforce.staff import checked_code
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId, StrikeId
from seawall.vocabulary.ladder import Ladder
from seawall.vocabulary.records.enforce import DecisionReversed
from seawall.vocabulary.standing import GOOD, Standing


def reverse(
    tx: Transaction, decision: DecisionId, *, by: str, reason_code: str, record: Write, clock: Clock
) -> Standing:
    """Undo what followed from a decision, and from what followed from it, and return where the account is now.

    Raises NoSuchDecision, DecisionAlreadyReversed, BadReasonCode.
    """
    checked_code(reason_code)
    account = tx.scalar(select(tables.acts.c.account).where(tables.acts.c.decision == decision))
    account = account or undoing.whose(tx, decision)
    if account is None:
        raise NoSuchDecision(decision)
    one_at_a_time(tx, _key(tx, account))
    undoing.reach(tx, account)
    return _reverse(tx, decision, AccountId(account), by, reason_code, record, clock)


def _reverse(
    tx: Transaction,
    decision: DecisionId,
    account: AccountId,
    by: str,
    reason_code: str,
    record: Write,
    clock: Clock,
    caused_by: DecisionId | None = None,
) -> Standing:
    held, now = lock(tx, account), clock()
    act = tx.execute(select(tables.acts).where(tables.acts.c.decision == decision)).mappings().first()
    if act is not None and act["reversed_at"] is not None:
        raise DecisionAlreadyReversed(decision, act["reversed_at"], act["reversed_by"])
    seq = act["seq"] if act is not None else 0
    strikes = _mark(tx, seq, now, by, reason_code)
    outcome = _again(tx, held)
    unmade = _unmake(tx, held, seq, outcome, now)
    taken_back(tx, [*unmade.values(), *_unmask(tx, held, outcome, now), *([] if act is None else [seq])])
    body = DecisionReversed(
        decision=decision,
        account=account,
        project=held.project,
        strikes=strikes,
        changes=tuple(unmade),
        labels=take_off(tx, decision, now),
        caused_by=caused_by,
        by=by,
        reason_code=reason_code,
    )
    record(tx, body)
    if act is not None:
        cause = Cause(what="reversal", act=seq, decision=decision, by=by, reason_code=reason_code)
        timeline = merged(outcome.timeline, now)
        settle(tx, held, timeline, weight(outcome.counting, now), cause=cause, now=now, record=record)

    def follows(caused: DecisionId) -> None:
        _reverse(tx, caused, _whose(tx, caused), by, reason_code, record, clock, decision)

    undoing.mark_decision(tx, decision, now)
    undoing.undo(tx, decision, account, now=now, reverse=follows)
    return standing(tx, account, now=now)


def _key(tx: Transaction, account: str) -> KeyId:
    return KeyId(tx.execute(select(tables.accounts.c.key).where(tables.accounts.c.id == account)).scalar_one())


def _whose(tx: Transaction, decision: DecisionId) -> AccountId:
    found = select(tables.acts.c.account).where(tables.acts.c.decision == decision)
    return AccountId(tx.execute(found).scalar_one())


def _mark(tx: Transaction, seq: int, now: datetime, by: str, reason_code: str) -> tuple[StrikeId, ...]:
    undone = {"reversed_at": now, "reversed_by": by, "reversal_code": reason_code}
    tx.execute(update(tables.acts).where(tables.acts.c.seq == seq).values(undone))
    table = tables.strikes
    marked = update(table).where(table.c.act == seq).values(reversed_at=now).returning(table.c.id)
    return tuple(sorted(tx.scalars(marked)))


def _again(tx: Transaction, held: Held) -> Outcome:
    """Climb again, without what was taken back."""
    table = tables.strikes
    of_account = select(table).where(table.c.account == held.id, table.c.reversed_at.is_(None)).order_by(table.c.id)
    by_act: dict[int, list[Strike]] = defaultdict(list)
    for row in tx.execute(of_account).mappings():
        by_act[row["act"]].append(Strike(**{name: row[name] for name in Strike.__struct_fields__}))
    found = (
        select(tables.acts, tables.ladders.c.body)
        .outerjoin(tables.ladders)
        .where(tables.acts.c.account == held.id, tables.acts.c.reversed_at.is_(None))
        .order_by(tables.acts.c.seq)
    )
    acts = [_act(row, tuple(by_act[row["seq"]])) for row in tx.execute(found).mappings()]
    return replay(acts, has_end_user=held.has_end_user)


def _act(row: RowMapping, strikes: tuple[Strike, ...]) -> Act:
    sanction = row["sanction"]
    return Act(
        seq=row["seq"],
        at=row["at"],
        strikes=strikes,
        sanction=None if sanction is None else msgspec.convert(sanction, Standing),
        clears=row["clears"],
        ladder=Ladder() if row["body"] is None else msgspec.convert(row["body"], Ladder),
    )


def _unmake(tx: Transaction, held: Held, seq: int, outcome: Outcome, now: datetime) -> dict[str, int]:
    """Mark the changes of standing that decisions made and that would not have come about; return the act of each."""
    table = tables.changes
    # What a person did stands, but for the very act that is taken back.
    ours = table.c.cause.in_(("strikes", "measure", "rule")) | (table.c.act == seq)
    made = select(table).where(table.c.account == held.id, ours, table.c.reversed_at.is_(None))
    gone = {row["id"]: row["act"] for row in tx.execute(made).mappings() if not _stands(row, outcome)}
    if gone:
        tx.execute(update(table).where(table.c.id.in_(gone)).values(reversed_at=now))
    return dict(sorted(gone.items()))


def _unmask(tx: Transaction, held: Held, outcome: Outcome, now: datetime) -> list[int]:
    """Mark what waited behind something graver and would not have come about; return the acts that had brought it.

    Where an act showed as well, that is what was told of it, and its change speaks for both.
    """
    acts, changes = tables.acts, tables.changes
    shown = select(changes.c.act).where(changes.c.act == acts.c.seq, changes.c.cause != "reversal").exists()
    stands = acts.c.reversed_at.is_(None) & acts.c.masked_reversed_at.is_(None) & acts.c.masked.is_not(None)
    found = select(acts.c.seq, acts.c.masked).where(acts.c.account == held.id, stands, ~shown)
    told = {row.seq: msgspec.convert(row.masked, Masked) for row in tx.execute(found)}
    gone = [seq for seq, each in told.items() if not set(each.waits) <= set(outcome.brought.get(seq, ()))]
    if gone:
        tx.execute(update(acts).where(acts.c.seq.in_(gone)).values(masked_reversed_at=now))
    return gone


def _stands(change: RowMapping, outcome: Outcome) -> bool:
    after = outcome.after.get(change["act"], GOOD)
    made: tuple[Any, ...] = (change["to_state"], change["until"], change["per_minute"], tuple(change["limits"]))
    return made == (after.state.value, after.until, after.per_minute, after.limits)
