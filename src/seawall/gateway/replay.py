"""Decisions of the past with everything that they were made from, for trying a draft policy on them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select, text

from seawall.gateway.tables import exchanges
from seawall.policy.replay import StoredDecision
from seawall.policy.rules import Situation
from seawall.store import Transaction
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.standing import Standing

_OTHERS = {"standing.restricted", "stream.held_too_long", "tester.safeguards_lifted"}


def stored(tx: Transaction, *, since: datetime | None = None, limit: int = 10_000) -> Iterator[StoredDecision]:
    """Give the decisions since a moment, newest first: on the input of each exchange, and on its output if any."""
    found = select(exchanges).order_by(exchanges.c.id.desc()).limit(limit)
    if since is not None:
        found = found.where(exchanges.c.opened_at >= since)
    yield from _decisions(tx, found)


def stored_of(tx: Transaction, ids: Sequence[str]) -> list[StoredDecision]:
    """Return the decisions on some exchanges that a policy made."""
    return list(_decisions(tx, select(exchanges).where(exchanges.c.id.in_(ids)).order_by(exchanges.c.id)))


def _decisions(tx: Transaction, found: Select[Any]) -> Iterator[StoredDecision]:
    names = {
        row.id: (row.name, row.country) for row in tx.execute(text("SELECT id, name, country FROM access_projects"))
    }
    for row in tx.execute(found).mappings():
        name, country = names.get(row["project"], (row["project"], ""))
        situation = {
            "project": name,
            "key": row["key"],
            "account": row["account"],
            "now": row["opened_at"],
            "country": country,
            "zero_retention": row["zero_retention"],
            "arm": row["arm"],
        }
        if _of_policy(row["input_verdict"]):
            yield _decision(row, "input", situation)
        if row["output_verdict"] is not None and _of_policy(row["output_verdict"]):
            yield _decision(row, "output", situation)


def _of_policy(verdict: Any) -> bool:
    """Tell whether a decision can be made again: not one that a rate, a clock or lifted safeguards made."""
    return not {"standing.restricted", "stream.held_too_long", "tester.safeguards_lifted"} & set(
        (verdict or {}).get("because", ())
    )


def _decision(row: Any, stage: str, situation: dict[str, Any]) -> StoredDecision:
    findings = _findings(row[f"{stage}_findings"])
    seen = frozenset(each.category for each in _findings(row["input_findings"]) if not each.failed)
    return StoredDecision(
        exchange=row["id"],
        findings=findings,
        standing=msgspec.convert(row["standing"], Standing),
        situation=Situation(**situation, stage=stage, input_categories=seen if stage == "output" else frozenset()),  # type: ignore[arg-type]
        verdict=msgspec.convert(row[f"{stage}_verdict"], Verdict),
        policy=row["policy"],
    )


def _findings(stored_: Any) -> tuple[Finding, ...]:
    return msgspec.convert(stored_ or [], tuple[Finding, ...])
