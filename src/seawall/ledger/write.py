"""Write records and batches of exchanges, in the transaction of whoever makes the change that they state."""

import os
from collections.abc import Sequence

from sqlalchemy import text

from seawall.ledger.commitment import Committed, commit, entry
from seawall.ledger.tree import leaf_hash, root
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import ExchangeId, RecordId, new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import ExchangesBatched

_RECORDS = text("""
    INSERT INTO ledger_records (id, kind, audience, at, body, private, secret, entry)
    SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:kinds AS text[]), CAST(:audiences AS text[]),
        CAST(:ats AS timestamptz[]), CAST(:bodies AS bytea[]), CAST(:privates AS bytea[]), CAST(:secrets AS bytea[]),
        CAST(:entries AS bytea[]))
""")
_LEAVES = text("""
    INSERT INTO ledger_leaves (batch, position, exchange, salt, body)
    SELECT :batch, position - 1, exchange, salt, body FROM unnest(CAST(:exchanges AS text[]), CAST(:salts AS bytea[]),
        CAST(:bodies AS bytea[])) WITH ORDINALITY AS t(exchange, salt, body, position)
""")
_BATCH = text("INSERT INTO ledger_batches (id, record, size) VALUES (:id, :record, :size)")


def record(tx: Transaction, body: Record, *, clock: Clock) -> RecordId:
    """Write one record and return its id. Raises NotCanonical."""
    return record_many(tx, [body], clock=clock)[0]


def record_many(tx: Transaction, bodies: Sequence[Record], *, clock: Clock) -> list[RecordId]:
    """Write records, in this order, and return their ids. Raises NotCanonical."""
    at = clock()
    made = [commit(body, at=at) for body in bodies]
    if made:
        _insert(tx, made)
    return [each.id for each in made]


def _insert(tx: Transaction, made: Sequence[Committed]) -> None:
    tx.execute(
        _RECORDS,
        {
            "ids": [each.id for each in made],
            "kinds": [each.kind for each in made],
            "audiences": [each.audience.value for each in made],
            "ats": [each.at for each in made],
            "bodies": [each.body for each in made],
            "privates": [each.private for each in made],
            "secrets": [each.secret for each in made],
            "entries": [each.entry for each in made],
        },
    )


def batch(tx: Transaction, items: Sequence[tuple[ExchangeId, bytes]], *, clock: Clock) -> str:
    """Commit to exchanges by one Merkle root over salted leaves, and return the batch's name.

    Each item is an exchange with its canonical body. One exchange enters one batch only.
    """
    name = new_id("ba")
    salts = [os.urandom(32) for _ in items]
    hashes = [leaf_hash(entry(body, salt)) for (_, body), salt in zip(items, salts, strict=True)]
    written = record(tx, ExchangesBatched(batch=name, size=len(items), root=root(hashes).hex()), clock=clock)
    tx.execute(_BATCH, {"id": name, "record": written, "size": len(items)})
    tx.execute(
        _LEAVES,
        {
            "batch": name,
            "exchanges": [exchange for exchange, _ in items],
            "salts": salts,
            "bodies": [body for _, body in items],
        },
    )
    return name
