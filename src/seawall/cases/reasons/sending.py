"""Send what is due, batch by batch: each statement once, whatever breaks in between.

    prepare -> batch -> authority -> sent | there already | wrong (set apart, the rest goes on) | later

A statement gets its name before it is sent for the first time. What became of a batch is written after the answer; a
process that dies before that sends the batch again, and is told what is there already.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import exists, func, insert, select, text, update

from seawall.cases.decided import Decided
from seawall.cases.model import Outcome
from seawall.cases.reasons.authority import MOST, Authority, Later, Taken, There, Wrong
from seawall.cases.render import statement
from seawall.cases.tables import decisions, statements
from seawall.store import Database, Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import DecisionId, new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.reasons import ReasonsRefused, ReasonsSent

WAITING, SENT, REFUSED = "waiting", "sent", "refused"
_LOCK = 0x5EA3A36
_STATED = (Outcome.RESTRICT, Outcome.SUSPEND, Outcome.BAN)
_TRIES = 4
_LONGEST_PAUSE_S = 60.0
Write = Callable[[Transaction, Record], object]


class NotTaken(SeawallError):
    """The authority took nothing for now."""

    code, status = "reasons.not_taken", 502


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that waits."""

    decision: DecisionId
    puid: str
    fields: dict[str, Any]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run."""

    sent: int = 0
    refused: int = 0


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that the authority refused, and for which fields."""

    decision: DecisionId
    puid: str
    fields: tuple[str, ...]


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How many statements wait, were sent and were refused."""

    waiting: int
    sent: int
    refused: int
    last_sent_at: datetime | None
    wrong: tuple[Refused, ...]


def prepare(tx: Transaction, *, clock: Clock, since: datetime | None = None) -> int:
    """Give a name to every statement that is due and has none; return how many. Nothing of child safety is due."""
    outcome, sealed = decisions.c.body["outcome"].astext, decisions.c.body["sealed"].as_boolean()
    due = outcome.in_([each.value for each in _STATED]) & ~sealed
    known = exists().where(statements.c.decision == decisions.c.id)
    chosen = select(decisions.c.id).where(due, ~known).order_by(decisions.c.id)
    if since is not None:
        chosen = chosen.where(decisions.c.at >= since)
    rows = [
        {"decision": each, "puid": new_id("so"), "state": WAITING, "made_at": clock()} for each in tx.scalars(chosen)
    ]
    if rows:
        tx.execute(insert(statements), rows)
    return len(rows)


def due(tx: Transaction, *, after: str = "", most: int = MOST, states: Sequence[str] = (WAITING,)) -> list[Due]:
    """Return statements by decision, oldest first."""
    chosen = (statements.c.decision > after) & statements.c.state.in_(states)
    joined = select(statements.c.puid, decisions.c.body).join(decisions, decisions.c.id == statements.c.decision)
    found = tx.execute(joined.where(chosen).order_by(statements.c.decision).limit(most))
    return [made for row in found if (made := _due(row.puid, msgspec.convert(row.body, Decided))) is not None]


def send_due(
    database: Database,
    authority: Authority,
    *,
    by: str,
    record: Write,
    clock: Clock,
    pause: Callable[[float], object] = time.sleep,
) -> Sent:
    """Send everything that waits. One does so at a time. Raises NotTaken, TokenRefused, BatchRefused."""
    done, tries = Sent(), 0
    with database.begin() as guard:
        if not guard.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
            return done
        while True:
            with database.begin() as tx:
                batch = due(tx)
            if not batch:
                return done
            said = authority.send([each.fields for each in batch])
            if isinstance(said, Later):
                tries += 1
                if tries >= _TRIES:
                    raise NotTaken(f"The authority takes nothing now: {said.why}.", hint="It is tried again by itself.")
                pause(min(said.wait_s or 2.0**tries, _LONGEST_PAUSE_S))
                continue
            tries = 0
            with database.begin() as tx:
                done = _noted(tx, batch, said, done, authority, by, record, clock())


def status(tx: Transaction) -> Status:
    """Return how things stand."""
    counted = select(statements.c.state, func.count().label("many")).group_by(statements.c.state)
    by_state = {row.state: row.many for row in tx.execute(counted)}
    wrong = select(statements).where(statements.c.state == REFUSED).order_by(statements.c.decision)
    return Status(
        waiting=by_state.get(WAITING, 0),
        sent=by_state.get(SENT, 0),
        refused=by_state.get(REFUSED, 0),
        last_sent_at=tx.scalar(select(func.max(statements.c.sent_at))),
        wrong=tuple(
            Refused(decision=row["decision"], puid=row["puid"], fields=tuple(row["wrong"]))
            for row in tx.execute(wrong).mappings()
        ),
    )


def again(tx: Transaction) -> int:
    """Let what was refused be sent once more; return how many."""
    back = update(statements).where(statements.c.state == REFUSED).values(state=WAITING, wrong=None)
    return tx.execute(back).rowcount


def _due(puid: str, decided: Decided) -> Due | None:
    fields = statement(decided, puid)
    return None if fields is None else Due(decision=decided.id, puid=puid, fields=fields)


def _noted(
    tx: Transaction,
    batch: Sequence[Due],
    said: Taken | There | Wrong,
    done: Sent,
    authority: Authority,
    by: str,
    record: Write,
    now: datetime,
) -> Sent:
    if isinstance(said, Wrong):
        for at, fields in said.fields.items():
            each = batch[at]
            _change(tx, each, state=REFUSED, wrong=list(fields))
            record(tx, ReasonsRefused(decision=each.decision, fields=fields, production=authority.production, by=by))
        return Sent(sent=done.sent, refused=done.refused + len(said.fields))
    taken = [each for each in batch if isinstance(said, Taken) or each.puid in said.puids]
    for each in taken:
        name = said.names.get(each.puid) if isinstance(said, Taken) else None
        _change(tx, each, state=SENT, sent_at=now, name=name or None)
    told = tuple(each.decision for each in taken)
    record(tx, ReasonsSent(decisions=told, production=authority.production, by=by))
    return Sent(sent=done.sent + len(taken), refused=done.refused)


def _change(tx: Transaction, each: Due, **values: Any) -> None:
    tx.execute(update(statements).where(statements.c.decision == each.decision).values(values))
