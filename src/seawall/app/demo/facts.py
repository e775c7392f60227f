"""What Seawall wrote of an exchange, read from its tables: never a text, only what was decided and why."""

import time
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import RowMapping, func, select

from seawall import enforce
from seawall.app.demo.errors import NotSeen
from seawall.app.instance import Instance
from seawall.gateway.tables import exchanges
from seawall.ledger.tables import records
from seawall.store import Database
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import AccountId, KeyId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import State

_WAITS_S = 20.0
_TURN_S = 0.01


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange as it was recorded."""

    exchange: str
    account: AccountId
    decision: str
    measure: Measure
    because: tuple[str, ...]
    would_have: tuple[str, ...]
    outcome: str
    arm: str
    kept: bool
    findings: tuple[Finding, ...]
    reason: str
    output_tokens: int


class Facts:
    """The exchanges of some keys, in the order in which they were opened."""

    def __init__(self, instance: Instance, keys: Collection[KeyId], log: Path) -> None:
        self._instance, self._keys, self._log = instance, tuple(keys), log
        self._last = ""

    def next(self) -> Fact:
        """Return the exchange after the one that was returned last, once it is closed. Raises NotSeen."""
        ours = exchanges.c.key.in_(self._keys) & (exchanges.c.id > self._last)
        found = select(exchanges).where(ours).order_by(exchanges.c.id).limit(1)
        until = time.monotonic() + _WAITS_S
        while time.monotonic() < until:
            with self._instance.database().begin() as tx:
                row = tx.execute(found).mappings().first()
            if row is not None and row["closed_at"] is not None:
                self._last = row["id"]
                return _fact(row)
            time.sleep(_TURN_S)
        raise NotSeen("An exchange", self._log)

    def state(self, account: AccountId) -> State:
        """Return where an account is now."""
        with self._instance.database().begin() as tx:
            return enforce.standing(tx, account, now=self._instance.clock()).state


def closed(database: Database, names: Sequence[str], log: Path) -> list[Fact]:
    """Return these exchanges once all are closed. Raises NotSeen."""
    ours = exchanges.c.id.in_(names)
    until = time.monotonic() + _WAITS_S
    while time.monotonic() < until:
        with database.begin() as tx:
            rows = tx.execute(select(exchanges).where(ours & exchanges.c.closed_at.is_not(None))).mappings().all()
        if len(rows) == len(names):
            return [_fact(row) for row in rows]
        time.sleep(10 * _TURN_S)
    raise NotSeen(f"The end of {len(names)} exchanges", log)


def unbatched(database: Database) -> int:
    """Return how many exchanges are in no batch of the ledger yet."""
    with database.begin() as tx:
        return tx.scalar(select(func.count()).select_from(exchanges).where(exchanges.c.batch.is_(None))) or 0


def unsequenced(database: Database) -> int:
    """Return how many records have no place in the ledger yet."""
    with database.begin() as tx:
        return tx.scalar(select(func.count()).select_from(records).where(records.c.sequence.is_(None))) or 0


def _fact(row: RowMapping) -> Fact:
    input_verdict = msgspec.convert(row["input_verdict"], Verdict)
    output_verdict = msgspec.convert(row["output_verdict"] or {}, Verdict)
    graver = max(input_verdict, output_verdict, key=lambda each: each.measure.rank)
    of_output = graver is output_verdict and row["output_decision"]
    return Fact(
        exchange=row["id"],
        account=AccountId(row["account"]),
        decision=row["output_decision"] if of_output else row["input_decision"],
        measure=Measure(row["measure"]),
        because=tuple(row["because"]),
        would_have=tuple(
            each.rule
            for each in (*input_verdict.would_have, *output_verdict.would_have)
            # A rule that acted, but did not steer because the arm is the other one, is not in monitor mode.
            if each.rule not in row["because"]
        ),
        outcome=row["outcome"],
        arm=row["arm"],
        kept=row["input_item"] is not None or row["output_item"] is not None,
        findings=msgspec.convert(row["input_findings"] or [], tuple[Finding, ...]),
        reason=graver.reason,
        output_tokens=row["output_tokens"] or 0,
    )
