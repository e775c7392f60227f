"""What the vault holds of a subject, beside what others tell of: notes, and whatever a later room stores of them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from seawall.access.privacy.model import Kept, Removed, Subject, Whose
from seawall.store import Transaction
from seawall.vault import Vault
from seawall.vault.vault import Owned
from seawall.vocabulary.retention import Retention

# Why something stays that a hold binds, in words that name none: an order may forbid telling of it.
KEPT_BY_LAW = "kept_by_law"
_STAYS = {Retention.EVIDENCE: "evidence_of_decisions", Retention.CREDENTIAL: "credential", Retention.PERSON: "profile"}


class VaultHolder:
    """Items of the vault, by whose they are."""

    name = "content"

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def holds(self, tx: Transaction, subject: Subject) -> Iterable[Mapping[str, Any]]:
        """Give the items; of exchanges, credentials and profiles others tell."""
        for item in given(self._vault, tx, subject.id):
            if item.retention in (Retention.CASE, Retention.EVIDENCE):
                content = readable(self._vault.get(tx, item.id))
                told = {"item": item.id, "class": item.retention.value, "content": content, "on_hold": item.on_hold}
                yield told | {"stored_at": item.stored_at.isoformat(), "kept_until": _date(item.due_at)}

    def erase(self, tx: Transaction, subject: Subject, *, by: str) -> Removed:
        """Erase the items; those on hold stay, and so does what decisions are proven by."""
        gone, kept = 0, list[Kept]()
        for item in self._vault.owned(tx, subject.id):
            if item.retention in _STAYS:
                if subject.kind is Whose.ACCOUNT or item.retention is Retention.EVIDENCE:
                    kept.append(Kept(what=self.name, count=1, why=_STAYS[item.retention], until=_day(item.due_at)))
            elif item.on_hold and item.retention is Retention.EXCHANGE:
                # Whoever holds the exchanges counts it.
                continue
            elif item.on_hold:
                kept.append(Kept(what=self.name, count=1, why=KEPT_BY_LAW))
            else:
                self._vault.erase(tx, item.id, by=by, reason_code="person_asked")
                gone += 1
        return Removed(count=gone, kept=tuple(kept))


def given(vault: Vault, tx: Transaction, owner: str) -> list[Owned]:
    """Return the items of somebody that they are given: not what a hold alone keeps, which would tell of the hold."""
    now = vault.clock()
    return [each for each in vault.owned(tx, owner) if each.due_at is None or each.due_at > now or not each.on_hold]


def readable(content: bytes) -> Any:
    """Return a content as JSON carries it best."""
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return content.decode("utf-8", "replace")


def _date(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None


def _day(moment: Any) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment is not None else None
