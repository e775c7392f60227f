"""Hold a decision against an account: count its strikes, climb the ladder, change the standing.

What is no worse than a rewrite and brings no strike is a service, not a reproach: it leaves no trace here. Applying
a decision again does nothing. Runs in the caller's transaction, which holds the account's row until it ends.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.enforce import tables
from seawall.enforce.accounts import Cause, Held, Write, lock, meet, settle, standing
from seawall.enforce.climb import (
    THOUSAND,
    Act,
    Strike,
    Timeline,
    brings,
    follow,
    head,
    hidden,
    ordered,
    reached,
    weight,
)
from seawall.enforce.errors import DecisionOfAnother
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.decisions import StrikeDue, Verdict
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId, StrikeId, new_id
from seawall.vocabulary.ladder import LONGEST_S, Ladder
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.enforce import StrikeCounted
from seawall.vocabulary.standing import Standing


def apply(
    tx: Transaction,
    *,
    decision: DecisionId,
    exchange: ExchangeId,
    account: AccountId,
    key: KeyId,
    project: ProjectId,
    has_end_user: bool,
    verdict: Verdict,
    ladder: Ladder,
    record: Write,
    clock: Clock,
) -> Standing:
    """Carry out what a decision means for an account, once, and return where the account is after it.

    Raises DecisionOfAnother.
    """
    if not (verdict.strikes or verdict.measure.rank >= Measure.WARN.rank):
        return standing(tx, account, now=clock())
    digest = _keep(tx, ladder)
    meet(tx, account, key=key, project=project, has_end_user=has_end_user, clock=clock)
    held = lock(tx, account)
    # Read under the lock, so that the acts of an account follow each other in time as in number.
    now = clock()
    sanction = ordered(verdict.measure, ladder, now, has_end_user=held.has_end_user)
    seq = _open(tx, held, decision, exchange, verdict, sanction, digest, now)
    if seq is None:
        return held.standing(now)
    due = _count(tx, held, seq, decision, exchange, verdict.strikes, now, record)
    act = Act(seq=seq, at=now, strikes=due, sanction=sanction, ladder=ladder)
    counting = _counting(tx, held)
    brought = brings(counting, act, has_end_user=held.has_end_user)
    timeline = follow(held.timeline, brought, act)
    cause = _cause(act, decision, counting, _told(held.timeline, timeline, brought, now), held)
    total = weight(counting, now)
    return settle(tx, held, timeline, total, cause=cause, now=now, record=record, brought=brought)


def _keep(tx: Transaction, ladder: Ladder) -> str:
    body = msgspec.json.encode(ladder)
    digest = hashlib.sha256(body).hexdigest()
    # Looked for first: an insert would wait for whoever else brings the same new ladder.
    if tx.scalar(select(tables.ladders.c.digest).where(tables.ladders.c.digest == digest)) is None:
        row = {"digest": digest, "body": msgspec.to_builtins(ladder)}
        tx.execute(upsert(tables.ladders).values(row).on_conflict_do_nothing())
    return digest


def _open(
    tx: Transaction,
    held: Held,
    decision: DecisionId,
    exchange: ExchangeId,
    verdict: Verdict,
    sanction: Standing | None,
    digest: str,
    now: datetime,
) -> int | None:
    """Enter the decision and return its number, or None when it was entered before."""
    row = {
        "account": held.id,
        "decision": decision,
        "exchange": exchange,
        "measure": verdict.measure.value,
        "because": list(verdict.because),
        "sanction": msgspec.to_builtins(sanction) if sanction else None,
        "clears": False,
        "ladder": digest,
        "at": now,
    }
    entered = upsert(tables.acts).values(row).on_conflict_do_nothing(index_elements=["decision"])
    seq: int | None = tx.scalar(entered.returning(tables.acts.c.seq))
    if seq is None:
        owner = tx.scalar(select(tables.acts.c.account).where(tables.acts.c.decision == decision))
        if owner != held.id:
            raise DecisionOfAnother(decision)
    return seq


def _count(
    tx: Transaction,
    held: Held,
    seq: int,
    decision: DecisionId,
    exchange: ExchangeId,
    due: Sequence[StrikeDue],
    now: datetime,
    record: Write,
) -> tuple[Strike, ...]:
    counted = []
    for each in due:
        strike = Strike(
            id=StrikeId(new_id("st")),
            weight=round(each.weight * THOUSAND),
            at=now,
            expires_at=now + timedelta(seconds=min(each.expires_after_s, LONGEST_S)),
        )
        row = msgspec.structs.asdict(strike) | {
            "act": seq,
            "account": held.id,
            "decision": decision,
            "exchange": exchange,
            "rule": each.rule,
            "category": each.category,
        }
        tx.execute(insert(tables.strikes).values(row))
        body = StrikeCounted(
            strike=strike.id,
            account=held.id,
            project=held.project,
            decision=decision,
            exchange=exchange,
            rule=each.rule,
            category=each.category,
            weight_thousandths=strike.weight,
            expires_at=strike.expires_at.isoformat(),
        )
        record(tx, body)
        counted.append(strike)
    return tuple(counted)


def _counting(tx: Transaction, held: Held) -> tuple[Strike, ...]:
    """Return the strikes that count: not taken back, and after the last reinstatement."""
    table = tables.strikes
    found = (
        select(table.c.id, table.c.weight, table.c.at, table.c.expires_at)
        .where(table.c.account == held.id, table.c.act > held.counts_from, table.c.reversed_at.is_(None))
        .order_by(table.c.act)
    )
    return tuple(Strike(**row) for row in tx.execute(found).mappings())


def _told(before: Timeline, after: Timeline, brought: Timeline, now: datetime) -> Standing:
    """Return what is told of an act: what holds now or, where that is not of it, what waits behind."""
    holds, waits = head(after, now), hidden(before, after, brought, now)
    return holds if holds in brought or not waits else waits[0]


def _cause(act: Act, decision: DecisionId, counting: Sequence[Strike], result: Standing, held: Held) -> Cause:
    """Say what made the standing: the measure itself, or else the step of the ladder."""
    if act.sanction is not None and act.sanction == result:
        return Cause(what="measure", act=act.seq, decision=decision)
    steps = reached(act.ladder, counting, act.at, has_end_user=held.has_end_user)
    at_weight = next((round(step.at_weight * THOUSAND) for step, imposed in steps if imposed == result), None)
    return Cause(what="strikes", act=act.seq, decision=decision, step_weight=at_weight)
