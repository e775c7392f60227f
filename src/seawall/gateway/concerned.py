"""An exchange as whoever settles a case about it must know it: who, what was decided, and where its content lies."""

from typing import Any

import msgspec
from sqlalchemy import RowMapping, select

from seawall.enforce.rules.listing import decisions_of_rules
from seawall.gateway.tables import exchanges, reviews
from seawall.store import Transaction
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ItemId, KeyId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure


def concerned(tx: Transaction, exchange: str) -> Concerned | None:
    """Return an exchange; None where there is none of that id."""
    row = tx.execute(select(exchanges).where(exchanges.c.id == exchange)).mappings().first()
    if row is None:
        return None
    later = select(reviews).where(reviews.c.exchange == exchange).order_by(reviews.c.at)
    made = _concerned(row, list(tx.execute(later).mappings()))
    return msgspec.structs.replace(made, decisions=(*made.decisions, *decisions_of_rules(tx, exchange)))


def _concerned(row: RowMapping, later: list[RowMapping]) -> Concerned:
    stages = [("input", row), ("output", row)]
    made = [(row[f"{stage}_decision"], row[f"{stage}_verdict"]) for stage, row in stages]
    made += [(each["decision"], each["verdict"]) for each in later]
    decided = [(name, verdict) for name, verdict in made if name and _decides(verdict)]
    found = [row["input_findings"], row["output_findings"], *(each["findings"] for each in later)]
    return Concerned(
        exchange=ExchangeId(row["id"]),
        project=ProjectId(row["project"]),
        key=KeyId(row["key"]),
        account=AccountId(row["account"]),
        has_end_user=row["has_end_user"],
        zero_retention=row["zero_retention"],
        at=row["opened_at"],
        decisions=tuple(DecisionId(name) for name, _ in decided),
        because=tuple(dict.fromkeys(RuleId(rule) for _, verdict in decided for rule in verdict.get("because", ()))),
        categories=tuple(dict.fromkeys(each.category for each in _surest(found))),
        input_item=ItemId(row["input_item"]) if row["input_item"] else None,
        output_item=ItemId(row["output_item"]) if row["output_item"] else None,
        model=row["model"],
    )


def _decides(verdict: Any) -> bool:
    return bool(verdict) and verdict.get("measure", Measure.ALLOW) != Measure.ALLOW


def _surest(stored: list[Any]) -> list[Finding]:
    findings = [each for one in stored for each in msgspec.convert(one or [], tuple[Finding, ...]) if not each.failed]
    return sorted(findings, key=lambda each: -each.score)
