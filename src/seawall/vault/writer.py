"""Store contents of one class many times a second: one statement, no question before it.

Which key is current is remembered between statements and checked by PostgreSQL as it stores: a key that was retired
meanwhile leaves its column empty, which the table refuses. Then `renew`, and store again. The key itself is read from
the keystore every time and never held.
"""

from collections.abc import Sequence
from datetime import datetime

from seawall.store import Transaction
from seawall.store.columns import blobs, texts
from seawall.store.database import driver
from seawall.vault import keys
from seawall.vault.sealing import Label, seal, wrap
from seawall.vault.vault import Vault, new_item
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.retention import Retention

_INSERT = """
INSERT INTO vault_items (id, owner, retention, wrapping_key, wrapped, sealed, due_at, stored_at)
SELECT t.id, t.owner, %s, (SELECT id FROM vault_keys WHERE id = %s AND retired_at IS NULL), t.wrapped, t.sealed, %s, %s
FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[]) AS t(id, owner, wrapped, sealed)
"""


class Writer:
    """The vault as one thread writes to it, on a connection that knows columns."""

    def __init__(self, vault: Vault, retention: Retention) -> None:
        self._vault, self._retention = vault, retention
        self._key, self._month = "", ""

    def ready(self, tx: Transaction) -> None:
        """Learn which key is current, where that is not known. Asks the database, so call it outside a pipeline."""
        now = self._vault.clock()
        if not self._key or self._month != _month(now):
            self._key = keys.current(tx, self._vault.keystore, self._retention, now)
            self._month = _month(now)

    def keep(self, tx: Transaction, contents: Sequence[tuple[bytes, str]]) -> list[ItemId]:
        """Store contents, each with its owner, and return their ids. The statement may be waiting in a pipeline."""
        if not contents:
            return []
        now, wrapping = self._vault.clock(), self._vault.keystore.wrapping_key(self._key)
        ids, wrapped, sealed = [], [], []
        for content, owner in contents:
            label = Label(item=new_item(), owner=owner, retention=self._retention)
            key, closed = seal(content, label)
            ids.append(label.item)
            sealed.append(closed)
            wrapped.append(wrap(key, label, self._key, wrapping))
        period = self._vault.periods[self._retention]
        due = None if period is None else now + period
        columns = (texts([*ids]), texts([owner for _, owner in contents]), blobs([*wrapped]), blobs([*sealed]))
        driver(tx).execute(_INSERT, (self._retention.value, self._key, due, now, *columns))
        return [ItemId(item) for item in ids]

    def renew(self) -> None:
        """Forget the key: a statement was refused, perhaps because it is out of use."""
        self._key = ""


def _month(now: datetime) -> str:
    return f"{now:%Y-%m}"
