"""Accounts and the standing they are in: known from the first decision held against them, locked while it changes.

An account that nothing was ever held against has no row and is good. Whoever acts on several accounts in one
transaction takes them in the order of their ids, or PostgreSQL may have to end one of two that wait for each other.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Row, Select, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.enforce import tables
from seawall.enforce.climb import THOUSAND, Masked, Timeline, head, hidden
from seawall.enforce.errors import NoSuchAccount
from seawall.enforce.sanctions import imposed
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId, ProjectId, new_id
from seawall.vocabulary.records.enforce import SanctionNoted, StandingChanged
from seawall.vocabulary.records.record import Record
from seawall.vocabulary.standing import GOOD, Standing, State

CHANNEL = "seawall_standing"
Write = Callable[[Transaction, Record], object]
"""The ledger's `record` with its clock: writes a record in the caller's transaction."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account. `standing` is as of the moment of asking; its weight as of the last act on the account."""

    id: AccountId
    key: KeyId
    project: ProjectId
    has_end_user: bool
    first_seen: datetime
    updated_at: datetime
    standing: Standing


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An account whose row this transaction has locked."""

    id: AccountId
    project: ProjectId
    has_end_user: bool
    timeline: Timeline
    weight: int
    counts_from: int

    def standing(self, now: datetime) -> Standing:
        """Return what holds at a moment."""
        return weighed(head(self.timeline, now), self.weight)


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why a standing changes: `what` is strikes, measure, rule, person or reversal."""

    what: str
    act: int
    decision: DecisionId | None = None
    step_weight: int | None = None
    by: str | None = None
    reason_code: str | None = None


def weighed(standing: Standing, weight: int) -> Standing:
    """Return the standing with its weight, given in thousandths."""
    return msgspec.structs.replace(standing, weight=weight / THOUSAND)


def read_timeline(stored: object) -> Timeline:
    """Return a timeline from what the database holds of it."""
    return msgspec.convert(stored, Timeline)


def meet(
    tx: Transaction,
    account: AccountId,
    *,
    key: KeyId,
    project: ProjectId,
    has_end_user: bool,
    clock: Clock,
    since: datetime | None = None,
) -> None:
    """Make an account known, in good standing; leave one that is known as it is. `since` is when it was first seen."""
    now = clock()
    row = {
        "id": account,
        "key": key,
        "project": project,
        "has_end_user": has_end_user,
        "first_seen": since or now,
        "state": State.GOOD.value,
        "weight": 0,
        "timeline": [],
        "counts_from": 0,
        "updated_at": now,
    }
    tx.execute(upsert(tables.accounts).values(row).on_conflict_do_nothing())


def known_among(tx: Transaction, accounts: Sequence[AccountId]) -> AccountId | None:
    """Return the first of several that is known, or None."""
    known = set(tx.scalars(select(tables.accounts.c.id).where(tables.accounts.c.id.in_(accounts))))
    return next((each for each in accounts if each in known), None)


def lock(tx: Transaction, account: AccountId) -> Held:
    """Lock an account until the transaction ends. Raises NoSuchAccount."""
    row = tx.execute(select(tables.accounts).where(tables.accounts.c.id == account).with_for_update()).first()
    if row is None:
        raise NoSuchAccount(account)
    return Held(
        id=row.id,
        project=row.project,
        has_end_user=row.has_end_user,
        timeline=read_timeline(row.timeline),
        weight=row.weight,
        counts_from=row.counts_from,
    )


def standing(tx: Transaction, account: AccountId, *, now: datetime) -> Standing:
    """Return where an account is; good for one that is not known."""
    found = select(tables.accounts.c.timeline, tables.accounts.c.weight).where(tables.accounts.c.id == account)
    row = tx.execute(found).first()
    return GOOD if row is None else weighed(head(read_timeline(row.timeline), now), row.weight)


def accounts(
    tx: Transaction,
    after: AccountId | None = None,
    limit: int = 100,
    *,
    now: datetime,
    state: State | None = None,
    key: str = "",
    project: str = "",
    label: str = "",
) -> list[Account]:
    """Return known accounts by id, those after `after`; narrowed to a state now, a key, a project, a label."""
    table = tables.accounts
    chosen = [table.c.key == key] if key else []
    chosen += [table.c.project == project] if project else []
    chosen += [table.c.id.in_(_labelled(label, now))] if label else []
    if state not in (None, State.GOOD):
        # Whoever is not good now was not good when the row was written either, and what holds now was to come then.
        chosen += [table.c.state != State.GOOD.value, table.c.timeline.contains([{"state": state}])]
    found: list[Account] = []
    while len(found) < limit:
        page = select(table).where(table.c.id > (after or ""), *chosen).order_by(table.c.id).limit(limit)
        rows = [_account(row, now) for row in tx.execute(page)]
        found += [each for each in rows if state is None or each.standing.state is state]
        if len(rows) < limit:
            break
        after = rows[-1].id
    return found[:limit]


def find(tx: Transaction, account: AccountId, *, now: datetime) -> Account:
    """Return one account. Raises NoSuchAccount."""
    row = tx.execute(select(tables.accounts).where(tables.accounts.c.id == account)).first()
    if row is None:
        raise NoSuchAccount(account)
    return _account(row, now)


def _labelled(name: str, now: datetime) -> Select[tuple[str]]:
    table = tables.labels
    runs = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
    has = table.c.ended_at.is_(None) & table.c.reversed_at.is_(None)
    return select(table.c.account).where(table.c.name == name, has, runs)


def _account(row: Row[tuple[object, ...]], now: datetime) -> Account:
    return Account(
        id=row.id,
        key=row.key,
        project=row.project,
        has_end_user=row.has_end_user,
        first_seen=row.first_seen,
        updated_at=row.updated_at,
        standing=weighed(head(read_timeline(row.timeline), now), row.weight),
    )


def settle(
    tx: Transaction,
    held: Held,
    timeline: Timeline,
    weight: int,
    *,
    cause: Cause,
    now: datetime,
    record: Write,
    brought: Timeline = (),
    clears: bool = False,
) -> Standing:
    """Write where an account is after an act that `brought` sanctions, with its record; return the standing.

    Every book is told, and the person of each act that comes to something: of what waits behind something graver too.
    """
    before, after = head(held.timeline, now), head(timeline, now)
    if after != before:
        _change(tx, held, before, after, cause, now, record)
    elif cause.what == "person":
        # Whatever it comes to: who did it, and why, is on record.
        record(tx, _noted(held, cause))
    values = {
        "state": after.state.value,
        "until": after.until,
        "per_minute": after.per_minute,
        "weight": weight,
        "timeline": msgspec.to_builtins(timeline),
        "clear_at": timeline[-1].until if timeline else None,
        "updated_at": now,
    }
    if clears:
        values["counts_from"] = cause.act
    tx.execute(update(tables.accounts).where(tables.accounts.c.id == held.id).values(values))
    if timeline != held.timeline:
        notify(tx, CHANNEL, held.id)
    waits = hidden(held.timeline, timeline, brought, now)
    if waits:
        masked = msgspec.to_builtins(Masked(cause=cause.what, waits=waits, behind=after))
        tx.execute(update(tables.acts).where(tables.acts.c.seq == cause.act).values(masked=masked))
    if cause.what != "reversal" and (clears or waits or any(each not in held.timeline for each in timeline)):
        imposed(tx, cause.act)
    return weighed(after, weight)


def _noted(held: Held, cause: Cause) -> SanctionNoted:
    return SanctionNoted(
        account=held.id,
        project=held.project,
        act=cause.act,
        decision=cause.decision,
        by=cause.by,
        reason_code=cause.reason_code,
    )


def _change(
    tx: Transaction, held: Held, before: Standing, after: Standing, cause: Cause, now: datetime, record: Write
) -> None:
    row = {
        "id": new_id("sc"),
        "account": held.id,
        "act": cause.act,
        "from_state": before.state.value,
        "to_state": after.state.value,
        "cause": cause.what,
        "decision": cause.decision,
        "step_weight": cause.step_weight,
        "at": now,
        "until": after.until,
        "per_minute": after.per_minute,
        "limits": list(after.limits),
        "by": cause.by,
        "reason_code": cause.reason_code,
    }
    tx.execute(insert(tables.changes).values(row))
    changed = StandingChanged(
        change=str(row["id"]),
        account=held.id,
        project=held.project,
        from_state=before.state.value,
        to_state=after.state.value,
        until=after.until.isoformat() if after.until else None,
        per_minute=after.per_minute,
        limits=after.limits,
        cause=cause.what,
        decision=cause.decision,
        by=cause.by,
        reason_code=cause.reason_code,
    )
    record(tx, changed)
