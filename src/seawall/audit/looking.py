"""Look for records, and say so in the ledger: who looked, and for what.

One rule: whoever looks for the same again within a quarter of an hour, page after page and from either end, writes one
record; another search, another person or a later moment writes another. A row by digest holds it, so that no way of
asking for a page goes past it.
"""

from datetime import timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.audit.entry import Entry
from seawall.audit.export import Write
from seawall.audit.search import Filter, search
from seawall.audit.stated import stated
from seawall.audit.tables import searches
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records.audit import AuditSearched

ONE_SEARCH = timedelta(minutes=15)


def look(
    tx: Transaction,
    wanted: Filter,
    *,
    by: str,
    record: Write,
    clock: Clock,
    after: int = -1,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Return entries as `search` does, and record that somebody looked for them."""
    if _is_another(tx, wanted, by, clock):
        record(tx, AuditSearched(**msgspec.structs.asdict(stated(wanted)), by=by))
    return search(tx, wanted, after=after, before=before, limit=limit)


def _is_another(tx: Transaction, wanted: Filter, by: str, clock: Clock) -> bool:
    """Tell whether this is a search of its own, and note that it was made."""
    now = clock()
    over = searches.c.at <= now - ONE_SEARCH
    tx.execute(delete(searches).where(over))
    digest = sha256(msgspec.json.encode([by, wanted])).digest()
    # Of two at once, one waits for the other here and finds its row.
    made = upsert(searches).values(search=digest, at=now).on_conflict_do_nothing().returning(searches.c.at)
    return tx.execute(made).first() is not None
