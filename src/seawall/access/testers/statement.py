"""State under which conditions a test ran: as a record, so that the ledger signs it and its proof can be handed over.

    conditions(engagement, what the gateway counted) -> record tester.statement_issued -> proof, checked offline

No content and no name of a person is in it. What it cannot state: which weights an upstream served under a name.
"""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import select

from seawall.access.people import Edges
from seawall.access.tables import models, usage
from seawall.access.testers.engagements import find
from seawall.access.testers.members import keys_of, testers_of
from seawall.access.testers.model import Engagement
from seawall.access.testers.safeguards import over_time
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId, RecordId
from seawall.vocabulary.records.testers import (
    ClassifierUsed,
    Conditions,
    Counted,
    ModelTested,
    PolicyUsed,
    StatementIssued,
)


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway has on record of exchanges with an engagement's keys."""

    counts: Counted
    policies: tuple[PolicyUsed, ...]
    classifiers: tuple[ClassifierUsed, ...]


Count = Callable[[Transaction, Sequence[KeyId]], Tested]


def issue(tx: Transaction, edges: Edges, engagement: str, count: Count, *, by: str) -> tuple[RecordId, Conditions]:
    """State the conditions so far, and return the record that holds them. Raises NoSuchEngagement."""
    stated = _conditions(tx, edges, find(tx, engagement), count)
    return RecordId(str(edges.record(tx, StatementIssued(conditions=stated, by=by)))), stated


def used(tx: Transaction, engagement: str) -> tuple[int, int]:
    """Return how many requests and tokens of its budget an engagement has used."""
    row = tx.execute(select(usage).where(usage.c.scope == engagement)).first()
    return (0, 0) if row is None else (row.requests, row.tokens)


def _conditions(tx: Transaction, edges: Edges, found: Engagement, count: Count) -> Conditions:
    keys = keys_of(tx, found.id)
    tested = count(tx, [each.key for each in keys])
    return Conditions(
        engagement=found.id,
        organisation=found.organisation,
        project=found.project,
        begins=found.begins.isoformat(),
        ends=found.ends.isoformat(),
        ended_at=found.ended_at.isoformat() if found.ended_at else None,
        until=edges.clock().isoformat(),
        testers=len(testers_of(tx, found.id)),
        keys=len(keys),
        models=_models(tx, found),
        safeguards=over_time(tx, found.id),
        policies=tested.policies,
        classifiers=tested.classifiers,
        counts=tested.counts,
        request_budget=found.request_budget,
        token_budget=found.token_budget,
    )


def _models(tx: Transaction, found: Engagement) -> tuple[ModelTested, ...]:
    mapped = select(models).where(models.c.project == found.project, models.c.name.in_(found.models))
    rows = tx.execute(mapped.order_by(models.c.name))
    return tuple(ModelTested(name=row.name, api=row.api, upstream=row.model) for row in rows)
