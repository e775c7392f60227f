"""What is on record of exchanges with some keys: how many, how they ended, under which policies. No content."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, cast, func, or_, select

from seawall.access.testers import Tested
from seawall.gateway.tables import classifier_releases, exchanges
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId
from seawall.vocabulary.records.testers import ClassifierUsed, Counted, PolicyUsed


def tested(tx: Transaction, keys: Sequence[KeyId]) -> Tested:
    """Return what was tested with keys."""
    mine = exchanges.c.key.in_(list(keys))
    return Tested(counts=_counts(tx, mine), policies=_policies(tx, mine), classifiers=_classifiers(tx, mine))


def _counts(tx: Transaction, mine: Any) -> Counted:
    lifted = cast(exchanges.c.input_verdict["because"], Text).contains("tester.safeguards_lifted")
    kept = or_(exchanges.c.input_item.is_not(None), exchanges.c.output_item.is_not(None))
    row = tx.execute(
        select(
            func.count().label("all"),
            func.coalesce(func.sum(exchanges.c.input_tokens), 0).label("input"),
            func.coalesce(func.sum(exchanges.c.output_tokens), 0).label("output"),
            func.count().filter(lifted).label("lifted"),
            func.count().filter(kept).label("kept"),
        ).where(mine)
    ).one()
    return Counted(
        exchanges=row.all,
        by_outcome=_by(tx, mine, func.coalesce(exchanges.c.outcome, "open")),
        by_measure=_by(tx, mine, func.coalesce(exchanges.c.measure, "open")),
        by_model=_by(tx, mine, exchanges.c.model),
        input_tokens=int(row.input),
        output_tokens=int(row.output),
        without_safeguards=row.lifted,
        kept_contents=row.kept,
    )


def _by(tx: Transaction, mine: Any, what: Any) -> dict[str, int]:
    found = select(what.label("name"), func.count().label("number")).where(mine).group_by("name").order_by("name")
    return {row.name: row.number for row in tx.execute(found)}


def _policies(tx: Transaction, mine: Any) -> tuple[PolicyUsed, ...]:
    first, last = func.min(exchanges.c.opened_at), func.max(exchanges.c.opened_at)
    found = select(exchanges.c.policy, func.count().label("number"), first.label("first"), last.label("last"))
    return tuple(
        PolicyUsed(digest=row.policy, exchanges=row.number, first=row.first.isoformat(), last=row.last.isoformat())
        for row in tx.execute(found.where(mine).group_by(exchanges.c.policy).order_by("first"))
    )


def _classifiers(tx: Transaction, mine: Any) -> tuple[ClassifierUsed, ...]:
    last = select(func.max(exchanges.c.opened_at)).where(mine).scalar_subquery()
    known = select(classifier_releases).where(classifier_releases.c.recorded_at <= last)
    return tuple(
        ClassifierUsed(classifier=row.name, release=row.release, weights_digest=row.weights)
        for row in tx.execute(known.order_by(classifier_releases.c.name, classifier_releases.c.recorded_at))
    )
