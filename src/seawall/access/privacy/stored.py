"""How much is stored of whoever asks, and what keeps it from being deleted: numbers and holds, nothing of what it says.

Limits: counting opens everything that is counted, as an export does.
"""

from collections import Counter

from seawall.access.people import Edges
from seawall.access.privacy.model import Archive, Hold, Request, Stock
from seawall.access.privacy.requests import may_analyse, subjects_of
from seawall.store import Transaction


def stock(tx: Transaction, archive: Archive, found: Request) -> Stock:
    """Return how much is held of whoever asks, by what holds it, and nothing of what it says."""
    held, on_hold = Counter[str](), Counter[str]()
    for subject in subjects_of(found):
        for holder in archive.holders:
            entries = [bool(each.get("on_hold")) for each in holder.holds(tx, subject)]
            held[holder.name] += len(entries)
            on_hold[holder.name] += sum(entries)
    out = tuple(each for each in found.subjects if not may_analyse(tx, each))
    return Stock(held=dict(held), on_hold=dict(on_hold), opted_out=out)


def holds(tx: Transaction, edges: Edges, found: Request, *, with_reasons: bool) -> list[Hold]:
    """Return what keeps anything of whoever asks from being deleted, oldest first for each subject."""
    bound = [each for subject in found.subjects for each in edges.vault.holds_of(tx, subject)]
    return [
        Hold(
            hold=each.hold,
            item=each.item,
            retention=each.retention,
            by=each.by,
            at=each.at,
            reason=edges.vault.get(tx, each.reason_item).decode() if with_reasons and each.reason_item else "",
        )
        for each in bound
    ]
