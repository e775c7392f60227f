"""Put a classifier's release on record once: its weights' digest and the digest of its manifest.

A release name stands for one set of weights: the same name with other weights is refused, because findings name
releases.
"""

from collections.abc import Callable

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from seawall.gateway.tables import classifier_releases
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.screen import ClassifierReleased


class ReleaseTaken(Conflict):
    """A release of that name is on record with other weights."""

    code = "gateway.release_taken"


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A classifier's release: its name, what findings call it, and the digests of its weights and manifest."""

    classifier: str
    release: str
    weights: str
    manifest: str


def release(tx: Transaction, each: Release, *, record: Callable[[Transaction, Record], object], clock: Clock) -> bool:
    """Record a release unless it is on record; tell whether it was new. Raises ReleaseTaken."""
    row = {"name": each.classifier, "release": each.release, "weights": each.weights, "recorded_at": clock()}
    entered = insert(classifier_releases).values(row).on_conflict_do_nothing()
    if tx.execute(entered.returning(classifier_releases.c.name)).first() is None:
        _compare(tx, each)
        return False
    body = ClassifierReleased(
        classifier=each.classifier, release=each.release, weights_digest=each.weights, manifest_digest=each.manifest
    )
    record(tx, body)
    return True


def _compare(tx: Transaction, each: Release) -> None:
    table = classifier_releases
    found = select(table.c.weights).where(table.c.name == each.classifier, table.c.release == each.release)
    if tx.scalar(found) != each.weights:
        raise ReleaseTaken(
            f"Release {each.release} of {each.classifier} is on record with other weights.",
            hint="Weights that were changed need a release name of their own.",
        )
