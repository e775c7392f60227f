"""What a person does to an account: warn, restrict, suspend, ban, reinstate. Who and why stand in history and record.

A person's act adds to what already holds and never shortens it: to make something milder, reinstate first. A whole
key may be suspended by a person, though never by strikes. An act has a decision, by which it can be reversed: that of
a case, or one of its own.
"""

import re
from datetime import datetime

import msgspec
from sqlalchemy import insert

from seawall.enforce import tables
from seawall.enforce.accounts import Cause, Write, lock, settle
from seawall.enforce.climb import Act, brings, follow
from seawall.enforce.errors import AccountIsGood, BadRate, BadReasonCode, NothingRestricted, UntilPassed
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, DecisionId, new_id
from seawall.vocabulary.standing import Standing, State

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def checked_code(reason_code: str) -> str:
    """Return the code. Raises BadReasonCode for anything that could be a text."""
    if not _CODE.fullmatch(reason_code):
        raise BadReasonCode
    return reason_code


def warn(
    tx: Transaction,
    account: AccountId,
    *,
    by: str,
    reason_code: str,
    until: datetime | None = None,
    decision: DecisionId | None = None,
    record: Write,
    clock: Clock,
) -> Standing:
    """Warn an account, which goes on being served. Raises NoSuchAccount, UntilPassed, BadReasonCode."""
    sanction = Standing(state=State.WARNED, until=until)
    return _impose(tx, account, sanction, by, reason_code, record, clock, decision)


def restrict(
    tx: Transaction,
    account: AccountId,
    *,
    per_minute: int | None = None,
    limits: tuple[str, ...] = (),
    by: str,
    reason_code: str,
    until: datetime | None = None,
    decision: DecisionId | None = None,
    record: Write,
    clock: Clock,
) -> Standing:
    """Limit an account to a rate, or bar it from what `limits` name: see `vocabulary.standing.limits_of`.

    Raises NoSuchAccount, BadRate, NothingRestricted, UntilPassed, BadReasonCode.
    """
    sanction = restriction(per_minute, limits, until)
    return _impose(tx, account, sanction, by, reason_code, record, clock, decision)


def restriction(per_minute: int | None, limits: tuple[str, ...], until: datetime | None) -> Standing:
    """Return the restriction that a rate and limits come to. Raises BadRate, NothingRestricted."""
    if per_minute is not None and per_minute < 1:
        raise BadRate(per_minute)
    if per_minute is None and not limits:
        raise NothingRestricted
    return Standing(state=State.RESTRICTED, until=until, per_minute=per_minute, limits=limits)


def suspend(
    tx: Transaction,
    account: AccountId,
    *,
    by: str,
    reason_code: str,
    until: datetime | None = None,
    decision: DecisionId | None = None,
    record: Write,
    clock: Clock,
) -> Standing:
    """Refuse an account, until a time or until it is reinstated. Raises NoSuchAccount, UntilPassed, BadReasonCode."""
    sanction = Standing(state=State.SUSPENDED, until=until)
    return _impose(tx, account, sanction, by, reason_code, record, clock, decision)


def ban(
    tx: Transaction,
    account: AccountId,
    *,
    by: str,
    reason_code: str,
    until: datetime | None = None,
    decision: DecisionId | None = None,
    record: Write,
    clock: Clock,
) -> Standing:
    """Refuse an account for good, or until a time. Raises NoSuchAccount, UntilPassed, BadReasonCode."""
    return _impose(tx, account, Standing(state=State.BANNED, until=until), by, reason_code, record, clock, decision)


def reinstate(
    tx: Transaction, account: AccountId, *, by: str, reason_code: str, record: Write, clock: Clock
) -> Standing:
    """Lift everything that holds; earlier strikes stay in the history but do not count any more.

    Raises NoSuchAccount, AccountIsGood, BadReasonCode.
    """
    return _impose(tx, account, None, by, reason_code, record, clock)


def _impose(
    tx: Transaction,
    account: AccountId,
    sanction: Standing | None,
    by: str,
    reason_code: str,
    record: Write,
    clock: Clock,
    decision: DecisionId | None = None,
) -> Standing:
    """Carry out a person's act; without a sanction it clears the account."""
    checked_code(reason_code)
    held = lock(tx, account)
    now = clock()
    if sanction is not None and sanction.until is not None and sanction.until <= now:
        raise UntilPassed(sanction.until)
    if sanction is None and not held.timeline and not held.weight:
        raise AccountIsGood(account)
    under = decision if sanction is None else decision or DecisionId(new_id("de"))
    row: dict[str, object] = {
        "account": account,
        "decision": under,
        "because": [],
        "sanction": msgspec.to_builtins(sanction) if sanction else None,
        "clears": sanction is None,
        "measure": sanction.state.value if sanction else State.GOOD.value,
        "at": now,
        "by": by,
        "reason_code": reason_code,
    }
    seq = tx.scalar(insert(tables.acts).values(row).returning(tables.acts.c.seq))
    act = Act(seq=seq or 0, at=now, sanction=sanction, clears=sanction is None)
    brought = brings((), act, has_end_user=held.has_end_user)
    timeline = follow(held.timeline, brought, act)
    weight = 0 if act.clears else held.weight
    cause = Cause(what="person", act=act.seq, decision=under, by=by, reason_code=reason_code)
    return settle(tx, held, timeline, weight, cause=cause, now=now, record=record, brought=brought, clears=act.clears)
