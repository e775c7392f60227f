"""An exchange around a case: when, with which model, what was found where, what was decided by which rules.

Ids, closed words and places only. What was said lies in the vault; see `gateway/contents.py` for how it is read.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select

from seawall.gateway.tables import exchanges, reviews
from seawall.store import Transaction
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.retained import Found


class Ruled(msgspec.Struct, frozen=True, kw_only=True):
    """One decision on an exchange; `judge` made it afterwards."""

    decision: str
    stage: str
    verdict: Verdict
    judge: str = ""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record of one exchange; the findings surest first."""

    exchange: str
    at: datetime
    api: str
    model: str
    outcome: str | None
    policy: str
    zero_retention: bool
    findings: tuple[Found, ...]
    decisions: tuple[Ruled, ...]


def context(tx: Transaction, exchange: str) -> Context | None:
    """Return an exchange with its findings and decisions; None where there is none of that id."""
    row = tx.execute(select(exchanges).where(exchanges.c.id == exchange)).mappings().first()
    if row is None:
        return None
    later = select(reviews).where(reviews.c.exchange == exchange).order_by(reviews.c.at)
    judged = list(tx.execute(later).mappings())
    return Context(
        exchange=row["id"],
        at=row["opened_at"],
        api=row["api"],
        model=row["model"],
        outcome=row["outcome"],
        policy=row["policy"],
        zero_retention=row["zero_retention"],
        findings=_findings(row, judged),
        decisions=_decisions(row, judged),
    )


def _findings(row: RowMapping, judged: list[RowMapping]) -> tuple[Found, ...]:
    stored = [("input", row["input_findings"]), ("output", row["output_findings"])]
    stored += [(each["stage"], each["findings"]) for each in judged]
    found = [Found(stage=stage, finding=each) for stage, one in stored for each in _read(one)]
    return tuple(sorted(found, key=lambda each: -each.finding.score))


def _decisions(row: RowMapping, judged: list[RowMapping]) -> tuple[Ruled, ...]:
    made = [(stage, row[f"{stage}_decision"], row[f"{stage}_verdict"], "") for stage in ("input", "output")]
    made += [(each["stage"], each["decision"], each["verdict"], each["judge"]) for each in judged]
    read = [(stage, name, msgspec.convert(verdict, Verdict), judge) for stage, name, verdict, judge in made if verdict]
    return tuple(
        Ruled(decision=name, stage=stage, verdict=verdict, judge=judge)
        for stage, name, verdict, judge in read
        if name and (verdict.measure is not Measure.ALLOW or verdict.would_have)
    )


def _read(stored: Any) -> tuple[Finding, ...]:
    return msgspec.convert(stored or [], tuple[Finding, ...])
