"""Labels of accounts: a word, why, until when, by whom. Two of one name may stand beside each other and end apart.

What a rule labels stands under the decision of the rule and goes with it; a person ends every label of a name.
"""

import re
from datetime import datetime

import msgspec
from sqlalchemy import insert, or_, select, update

from seawall.enforce.accounts import Write, lock
from seawall.enforce.errors import BadLabel, NoSuchLabel, UntilPassed
from seawall.enforce.staff import checked_code
from seawall.enforce.tables import labels as table
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, DecisionId, new_id
from seawall.vocabulary.records.enforce import AccountLabelled, LabelEnded

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Label(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One label. `by` is a person; a label of a rule has its `decision` instead."""

    id: str
    account: AccountId
    name: str
    reason_code: str
    at: datetime
    by: str | None = None
    decision: DecisionId | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_code: str | None = None
    reversed_at: datetime | None = None


def checked_name(name: str) -> str:
    """Return the name of a label. Raises BadLabel for anything that could be a text."""
    if not _NAME.fullmatch(name):
        raise BadLabel
    return name


def label(
    tx: Transaction,
    account: AccountId,
    name: str,
    *,
    by: str | None,
    reason_code: str,
    until: datetime | None = None,
    decision: DecisionId | None = None,
    record: Write,
    clock: Clock,
) -> Label:
    """Give an account a label. Raises NoSuchAccount, BadLabel, BadReasonCode, UntilPassed."""
    checked_name(name)
    checked_code(reason_code)
    held, now = lock(tx, account), clock()
    if until is not None and until <= now:
        raise UntilPassed(until)
    made = Label(
        id=new_id("la"),
        account=account,
        name=name,
        reason_code=reason_code,
        at=now,
        by=by,
        decision=decision,
        expires_at=until,
    )
    tx.execute(insert(table).values(msgspec.structs.asdict(made)))
    body = AccountLabelled(
        label=made.id,
        name=name,
        account=account,
        project=held.project,
        expires_at=until.isoformat() if until else None,
        decision=decision,
        by=by,
        reason_code=reason_code,
    )
    record(tx, body)
    return made


def end_label(
    tx: Transaction, account: AccountId, name: str, *, by: str, reason_code: str, record: Write, clock: Clock
) -> tuple[Label, ...]:
    """Take every label of a name off an account. Raises NoSuchAccount, NoSuchLabel, BadReasonCode."""
    checked_code(reason_code)
    held, now = lock(tx, account), clock()
    found = tuple(each for each in labels(tx, account, now=now) if each.name == name)
    if not found:
        raise NoSuchLabel(account, name)
    ended = {"ended_at": now, "ended_by": by, "end_code": reason_code}
    tx.execute(update(table).where(table.c.id.in_([each.id for each in found])).values(ended))
    for each in found:
        body = LabelEnded(
            label=each.id, name=name, account=account, project=held.project, by=by, reason_code=reason_code
        )
        record(tx, body)
    return tuple(msgspec.structs.replace(each, **ended) for each in found)


def take_off(tx: Transaction, decision: DecisionId, now: datetime) -> tuple[str, ...]:
    """Take back the labels that stand under a decision, and return their ids."""
    mine = (table.c.decision == decision) & table.c.reversed_at.is_(None)
    return tuple(sorted(tx.scalars(update(table).where(mine).values(reversed_at=now).returning(table.c.id))))


def labels(tx: Transaction, account: AccountId, *, now: datetime) -> tuple[Label, ...]:
    """Return the labels that an account has at this moment, oldest first."""
    has = table.c.ended_at.is_(None) & table.c.reversed_at.is_(None)
    runs = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
    found = select(table).where(table.c.account == account, has, runs).order_by(table.c.id)
    return tuple(Label(**row) for row in tx.execute(found).mappings())
