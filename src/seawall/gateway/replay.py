"""Decisions of the past with everything that they were made from, for trying a draft policy on them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, text

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
    names = {
        row.id: (row.name, row.country) for row in tx.execute(text("SELECT id, name, country FROM access_projects"))
    }
    found = select(exchanges).order_by(exchanges.c.id.desc()).limit(limit)
    if since is not None:
        found = found.where(exchanges.c.opened_at >= since)
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
    )


def _findings(stored_: Any) -> tuple[Finding, ...]:
    return msgspec.convert(stored_ or [], tuple[Finding, ...])
