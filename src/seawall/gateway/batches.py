"""Hand closed exchanges to the ledger in batches."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import rfc8785
from sqlalchemy import RowMapping, bindparam, select, text, update

from seawall.gateway.tables import exchanges
from seawall.store import Database, Transaction
from seawall.vocabulary.ids import ExchangeId

_BATCH = 5000
_LOCK = 0x5EA3A12

# What the leaf of an exchange commits to. Findings and verdicts are commitments to facts about content, not content.
_COMMITTED = (
    "id", "project", "key", "account", "api", "model", "streamed", "zero_retention", "policy", "arm", "input_decision",
    "output_decision", "outcome", "measure", "because", "status", "input_tokens", "output_tokens",
)  # fmt: skip


Commit = Callable[[Transaction, Sequence[tuple[ExchangeId, bytes]]], str]


def batch_due(database: Database, commit: Commit) -> int:
    """Put the closed exchanges that are in no batch yet into one, and return how many there were.

    `commit` writes the batch into the ledger, in the transaction that it is given, and returns the batch's name.
    """
    with database.begin() as tx:
        # One batcher at a time, or two would take the same rows; the loser leaves it to the winner.
        if not tx.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
            return 0
        rows = _unbatched(tx)
        if not rows:
            return 0
        name = commit(tx, [(ExchangeId(row["id"]), body(row)) for row in rows])
        chosen = exchanges.c.id.in_(bindparam("ids", expanding=True))
        tx.execute(update(exchanges).where(chosen).values(batch=name), {"ids": [row["id"] for row in rows]})
        return len(rows)


def _unbatched(tx: Transaction) -> list[RowMapping]:
    closed = exchanges.c.closed_at.is_not(None) & exchanges.c.batch.is_(None)
    return list(tx.execute(select(exchanges).where(closed).order_by(exchanges.c.id).limit(_BATCH)).mappings())


def body(row: RowMapping | dict[str, Any]) -> bytes:
    """Return the canonical body of one closed exchange: RFC 8785 JSON, no content in it."""
    told: dict[str, Any] = {name: row[name] for name in _COMMITTED}
    told["opened_at"] = row["opened_at"].isoformat()
    told["closed_at"] = row["closed_at"].isoformat()
    # Scores are fractions, which canonical bodies do not hold: they go in as the text that was stored.
    told["findings"] = json.dumps([row["input_findings"], row["output_findings"]], sort_keys=True)
    return rfc8785.dumps(told)
