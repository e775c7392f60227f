"""Everything that whoever publishes needs to know of commitments, at one moment, as frozen values.

No words of an activity but its title are in it, and nobody's name: what is here may be shown to anybody.
"""

from collections import Counter
from datetime import date, datetime
from itertools import combinations

import msgspec
from sqlalchemy import select

from seawall.commitments import activities
from seawall.commitments.documents import Adopted, Capability, Framework, Item, Practice, Section, Theme
from seawall.commitments.model import Book, State
from seawall.commitments.status import ItemStatus, PracticeStatus, Status
from seawall.commitments.tables import states
from seawall.commitments.watch import current
from seawall.store import Transaction


class ActivityShown(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that counts: somebody's word, with the digest of a document and an end."""

    id: str
    kind: str
    title: str
    begins: date
    ends: date | None
    expires_at: datetime
    document_digest: str
    record: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """When something came into its state, and the record that says so."""

    at: datetime
    record: str


class PracticeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A practice with its state and what it rests on. `related` are the frameworks that its section names."""

    practice: Practice
    status: PracticeStatus
    related: tuple[str, ...]
    activities: tuple[ActivityShown, ...]
    changed: Changed | None


class ItemShown(msgspec.Struct, frozen=True, kw_only=True):
    """A commitment with its state."""

    item: Item
    status: ItemStatus
    changed: Changed | None


class FrameworkShown(msgspec.Struct, frozen=True, kw_only=True):
    """A framework with its commitments; `adopted` is None where the organisation does not stand by it."""

    framework: Framework
    adopted: Adopted | None
    items: tuple[ItemShown, ...]
    counts: dict[str, int]


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two frameworks and the practices that serve both."""

    first: str
    second: str
    practices: tuple[str, ...]


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The whole register at a moment. `read_to` is the number of the ledger up to which rules have read."""

    digest: str
    at: datetime
    read_to: int
    themes: tuple[Theme, ...]
    sections: tuple[Section, ...]
    capabilities: tuple[Capability, ...]
    frameworks: tuple[FrameworkShown, ...]
    practices: tuple[PracticeShown, ...]
    overlaps: tuple[Overlap, ...]


def register(tx: Transaction, book: Book, now: datetime) -> Register:
    """Return the register with every state, from what was read so far."""
    found = current(tx, book, now)
    changed = {
        (row.what, row.name): Changed(at=row.changed_at, record=row.record) for row in tx.execute(select(states))
    }
    stated = _activities(tx, now)
    return Register(
        digest=book.digest,
        at=now,
        read_to=found.read_to,
        themes=book.outline.themes,
        sections=book.outline.sections,
        capabilities=book.outline.capabilities,
        frameworks=tuple(_framework(book, each, found, changed) for each in book.frameworks.values()),
        practices=tuple(
            PracticeShown(
                practice=each,
                status=found.practices[each.id],
                related=book.related(each),
                activities=stated.get(each.id, ()),
                changed=changed.get(("practice", each.id)),
            )
            for each in book.practices.values()
        ),
        overlaps=overlaps(book),
    )


def overlaps(book: Book) -> tuple[Overlap, ...]:
    """Return every two frameworks that share practices, those that share most first."""
    found: dict[tuple[str, str], list[str]] = {}
    for practice in book.practices.values():
        served = sorted({book.framework_of[name] for name in practice.commitments})
        for pair in combinations(served, 2):
            found.setdefault(pair, []).append(practice.id)
    made = [Overlap(first=a, second=b, practices=tuple(names)) for (a, b), names in found.items()]
    return tuple(sorted(made, key=lambda each: (-len(each.practices), each.first, each.second)))


def counted(found: list[State]) -> dict[str, int]:
    """Return how many are in each state."""
    counts = Counter(found)
    return {kind.value: counts[kind] for kind in State if counts[kind]}


def _framework(book: Book, each: Framework, found: Status, changed: dict[tuple[str, str], Changed]) -> FrameworkShown:
    items = tuple(
        ItemShown(item=item, status=found.items[item.id], changed=changed.get(("commitment", item.id)))
        for item in each.items
    )
    return FrameworkShown(
        framework=each,
        adopted=book.adopts.get(each.id),
        items=items,
        counts=counted([one.status.state for one in items]),
    )


def _activities(tx: Transaction, now: datetime) -> dict[str, tuple[ActivityShown, ...]]:
    found: dict[str, tuple[ActivityShown, ...]] = {}
    for each in activities.every(tx):
        if each.state(now) == "counts":
            fields = {name: getattr(each, name) for name in ActivityShown.__struct_fields__}
            shown = ActivityShown(**(fields | {"kind": each.kind.value}))
            found[each.practice] = (*found.get(each.practice, ()), shown)
    return found
