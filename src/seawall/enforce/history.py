"""What was held against an account, in order.

Decisions, strikes, changes of standing, acts of persons, reversals, labels, and what rules came to.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, RowMapping, Select, Table, select

from seawall.enforce import tables
from seawall.enforce.climb import THOUSAND, Masked
from seawall.enforce.errors import NoSuchAccount
from seawall.enforce.rules.listing import Firing, of_account
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId

_BEHIND = 2**63  # what was no act, behind the acts of the same moment


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a history: which fields are set, says `what`.

    It is decision, strike, standing, waits, person, reversal, label, label_ended, or rule: what a rule about accounts
    that is watched would have done, or that it failed. What a rule did is a decision. `waits` is what an act brought
    that did not change the standing, as something graver held.

    `reversed_at` tells that the line was undone later, and when.
    """

    at: datetime
    what: str
    id: str = ""
    exchange: str = ""
    measure: str = ""
    because: tuple[str, ...] = ()
    rule: str = ""
    category: str = ""
    weight: float = 0.0
    expires_at: datetime | None = None
    from_state: str = ""
    to_state: str = ""
    until: datetime | None = None
    per_minute: int | None = None
    limits: tuple[str, ...] = ()
    cause: str = ""
    decision: str = ""
    at_weight: float | None = None
    by: str = ""
    reason_code: str = ""
    label: str = ""
    error: str = ""
    reversed_at: datetime | None = None


def history(tx: Transaction, account: AccountId, *, newest: int | None = None) -> list[Entry]:
    """Return what was held against an account, oldest first; of each kind the `newest` alone. Raises NoSuchAccount."""
    if tx.scalar(select(tables.accounts.c.id).where(tables.accounts.c.id == account)) is None:
        raise NoSuchAccount(account)
    lines: list[tuple[datetime, int, int, str, Entry]] = []
    shown = set[int]()
    for row in tx.execute(_newest(tables.changes, tables.changes.c.act, account, newest)).mappings():
        lines.append((row["at"], row["act"], 3, row["id"], _change(row)))
        shown |= {row["act"]} if row["cause"] != "reversal" else set()
    for row in tx.execute(_newest(tables.acts, tables.acts.c.seq, account, newest)).mappings():
        lines.append((row["at"], row["seq"], 0, "", _act(row)))
        if row["reversed_at"] is not None:
            lines.append((row["reversed_at"], row["seq"], 2, "", _reversal(row)))
        if row["masked"] is not None and row["seq"] not in shown:
            lines.append((row["at"], row["seq"], 3, "", _waits(row)))
    for row in tx.execute(_newest(tables.strikes, tables.strikes.c.act, account, newest)).mappings():
        lines.append((row["at"], row["act"], 1, row["id"], _strike(row)))
    for row in tx.execute(select(tables.labels).where(tables.labels.c.account == account)).mappings():
        lines.append((row["at"], _BEHIND, 4, row["id"], _label(row)))
        if row["ended_at"] is not None:
            lines.append((row["ended_at"], _BEHIND, 5, row["id"], _label_ended(row)))
    lines += [(each.at, _BEHIND, 6, each.id, _rule(each)) for each in of_account(tx, account) if not each.decision]
    return [line[-1] for line in sorted(lines, key=lambda line: line[:-1])]


def counting(tx: Transaction, account: AccountId, now: datetime) -> list[Entry]:
    """Return the strikes that count at a moment, oldest first: not taken back, not expired, not cleared."""
    strikes, accounts = tables.strikes, tables.accounts
    since = select(accounts.c.counts_from).where(accounts.c.id == account).scalar_subquery()
    ours = (strikes.c.account == account) & strikes.c.reversed_at.is_(None) & (strikes.c.act > since)
    found = select(strikes).where(ours, strikes.c.expires_at > now).order_by(strikes.c.act, strikes.c.id)
    return [_strike(row) for row in tx.execute(found).mappings()]


def _newest(table: Table, order: Column[Any], account: AccountId, newest: int | None) -> Select[Any]:
    found = select(table).where(table.c.account == account)
    return found if newest is None else found.order_by(order.desc()).limit(newest)


def _label(row: RowMapping) -> Entry:
    return Entry(
        at=row["at"],
        what="label",
        id=row["id"],
        label=row["name"],
        expires_at=row["expires_at"],
        decision=row["decision"] or "",
        by=row["by"] or "",
        reason_code=row["reason_code"],
        reversed_at=row["reversed_at"],
    )


def _label_ended(row: RowMapping) -> Entry:
    return Entry(
        at=row["ended_at"],
        what="label_ended",
        id=row["id"],
        label=row["name"],
        by=row["ended_by"],
        reason_code=row["end_code"],
    )


def _rule(each: Firing) -> Entry:
    return Entry(
        at=each.at,
        what="rule",
        id=each.id,
        exchange=each.exchange,
        rule=each.rule,
        cause=each.outcome,
        error=each.error or "",
        reversed_at=each.reversed_at,
    )


def _act(row: RowMapping) -> Entry:
    return Entry(
        at=row["at"],
        what="person" if row["by"] else "decision",
        id=row["decision"] or "",
        exchange=row["exchange"] or "",
        measure=row["measure"] or "",
        because=tuple(row["because"]),
        by=row["by"] or "",
        reason_code=row["reason_code"] or "",
        reversed_at=row["reversed_at"],
    )


def _waits(row: RowMapping) -> Entry:
    masked = msgspec.convert(row["masked"], Masked)
    waits = masked.waits[0]
    return Entry(
        at=row["at"],
        what="waits",
        to_state=waits.state.value,
        until=waits.until,
        per_minute=waits.per_minute,
        limits=waits.limits,
        cause=masked.cause,
        decision=row["decision"] or "",
        reversed_at=row["reversed_at"] or row["masked_reversed_at"],
    )


def _reversal(row: RowMapping) -> Entry:
    return Entry(
        at=row["reversed_at"],
        what="reversal",
        decision=row["decision"],
        by=row["reversed_by"],
        reason_code=row["reversal_code"],
    )


def _strike(row: RowMapping) -> Entry:
    return Entry(
        at=row["at"],
        what="strike",
        id=row["id"],
        exchange=row["exchange"],
        rule=row["rule"],
        category=row["category"],
        weight=row["weight"] / THOUSAND,
        expires_at=row["expires_at"],
        decision=row["decision"],
        reversed_at=row["reversed_at"],
    )


def _change(row: RowMapping) -> Entry:
    return Entry(
        at=row["at"],
        what="standing",
        id=row["id"],
        from_state=row["from_state"],
        to_state=row["to_state"],
        until=row["until"],
        per_minute=row["per_minute"],
        limits=tuple(row["limits"]),
        cause=row["cause"],
        decision=row["decision"] or "",
        at_weight=None if row["step_weight"] is None else row["step_weight"] / THOUSAND,
        by=row["by"] or "",
        reason_code=row["reason_code"] or "",
        reversed_at=row["reversed_at"],
    )
