"""What is stored of an account's exchanges: given to whoever asks, removed where it may be.

Removed with the content are the places of what was found in it, the ranges that were rewritten, and the digest of the
network that it came from. What stays is that
an exchange took place and what was decided: the ledger committed to it, and no content is in it. Files of labels that
left with its texts are named, so that they are made anew; later ones are made without.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import RowMapping, select, update

from seawall.access.privacy import Kept, Removed, Subject, Whose
from seawall.access.privacy.content import KEPT_BY_LAW, given, readable
from seawall.gateway.tables import exchanges, label_exports, reviews
from seawall.store import Transaction
from seawall.vault import Vault
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vault.vault import Owned
from seawall.vocabulary.ids import ItemId

_TOLD = ("id", "api", "model", "outcome", "measure", "because", "input_tokens", "output_tokens", "zero_retention")


class ExchangesHolder:
    """The exchanges of an account, with the content that is kept of them."""

    name = "exchange"

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def holds(self, tx: Transaction, subject: Subject) -> Iterable[Mapping[str, Any]]:
        """Give the exchanges, oldest first. Under zero retention there is no content to give, and it says so."""
        if subject.kind is Whose.ACCOUNT:
            items = {item.id: item for item in given(self._vault, tx, subject.id)}
            for row in _of(tx, subject.id):
                yield self._entry(tx, row, items)

    def erase(self, tx: Transaction, subject: Subject, *, by: str) -> Removed:
        """Remove content and places. What is on hold stays whole, and is counted."""
        if subject.kind is not Whose.ACCOUNT:
            return Removed(count=0)
        items = {item.id: item for item in self._vault.owned(tx, subject.id)}
        gone = held = stays = 0
        for row in _of(tx, subject.id):
            stays += 1
            mine = [items[name] for name in (row["input_item"], row["output_item"]) if name in items]
            held += sum(item.on_hold for item in mine)
            for item in mine:
                if not item.on_hold:
                    self._vault.erase(tx, item.id, by=by, reason_code="person_asked")
                    gone += 1
            if not any(item.on_hold for item in mine):
                _without_places(tx, row)
        kept = (
            Kept(what="content", count=held, why=KEPT_BY_LAW),
            Kept(what=self.name, count=stays, why="ledger_committed_to_the_decision"),
        )
        left = select(label_exports.c.file_digest).where(label_exports.c.account == subject.id).distinct()
        return Removed(count=gone, kept=kept, rebuild=tuple(tx.scalars(left)))

    def _entry(self, tx: Transaction, row: RowMapping, items: Mapping[ItemId, Owned]) -> dict[str, Any]:
        told: dict[str, Any] = {name: row[name] for name in _TOLD}
        told |= {"opened_at": row["opened_at"].isoformat(), "decisions": _decisions(row)}
        told |= {"found": _found(row), "told_to_you": _warnings(row)}
        for name in ("input", "output"):
            item = items.get(ItemId(row[f"{name}_item"] or ""))
            told[name] = None if item is None else self._content(tx, item)
            told[f"{name}_kept_until"] = item.due_at.isoformat() if item is not None and item.due_at else None
            if item is not None and item.on_hold:
                told["on_hold"] = True
        if row["zero_retention"]:
            told["why_no_content"] = "zero_retention"
        return told

    def _content(self, tx: Transaction, item: Owned) -> Any:
        try:
            return readable(self._vault.get(tx, item.id))
        except (ItemGone, NoSuchItem):
            return None


def _of(tx: Transaction, account: str) -> Iterator[RowMapping]:
    found = select(exchanges).where(exchanges.c.account == account).order_by(exchanges.c.id)
    yield from tx.execute(found).mappings().all()


def _decisions(row: RowMapping) -> list[str]:
    return [each for each in (row["input_decision"], row["output_decision"]) if each]


def _found(row: RowMapping) -> list[str]:
    found = [*(row["input_findings"] or ()), *(row["output_findings"] or ())]
    return sorted({str(each["category"]) for each in found})


def _warnings(row: RowMapping) -> list[str]:
    return [said for name in ("input", "output") for said in (row[f"{name}_verdict"] or {}).get("warnings", ())]


def _without_places(tx: Transaction, row: RowMapping) -> None:
    values: dict[str, Any] = {"network": None}
    for name in ("input", "output"):
        if row[f"{name}_findings"] is not None:
            values[f"{name}_findings"] = _placeless(row[f"{name}_findings"])
        if row[f"{name}_verdict"] is not None:
            values[f"{name}_verdict"] = {k: v for k, v in row[f"{name}_verdict"].items() if k != "rewrites"}
    tx.execute(update(exchanges).where(exchanges.c.id == row["id"]).values(values))
    for each in tx.execute(select(reviews).where(reviews.c.exchange == row["id"])).mappings().all():
        same = [reviews.c[name] == each[name] for name in ("exchange", "stage", "judge", "piece")]
        tx.execute(update(reviews).where(*same).values(findings=_placeless(each["findings"])))


def _placeless(findings: Any) -> list[dict[str, Any]]:
    return [{name: value for name, value in each.items() if name != "span"} for each in findings]
