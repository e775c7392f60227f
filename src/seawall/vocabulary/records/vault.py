"""Records of the vault: what was held, released and destroyed. Never what it said, nor how long it was."""

from typing import ClassVar

from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.record import Audience, Record
from seawall.vocabulary.retention import Retention


class ItemErased(Record, frozen=True, kw_only=True):
    """Somebody had one item destroyed before it was due."""

    kind: ClassVar[str] = "vault.item_erased"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    item: ItemId
    retention: Retention
    by: str
    reason_code: str


class DueErased(Record, frozen=True, kw_only=True):
    """Items whose time had passed were destroyed, all of one class in one run."""

    kind: ClassVar[str] = "vault.due_erased"
    audience: ClassVar[Audience] = Audience.AUDITOR
    retention: Retention
    items: int


class ItemHeld(Record, frozen=True, kw_only=True):
    """An item may not be deleted until the hold is released. The reason is an item of the vault itself."""

    kind: ClassVar[str] = "vault.item_held"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    item: ItemId
    hold: str
    by: str
    reason_item: ItemId


class ItemReleased(Record, frozen=True, kw_only=True):
    """One or more holds on an item ended."""

    kind: ClassVar[str] = "vault.item_released"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    item: ItemId
    holds: tuple[str, ...]
    by: str


class ItemDisclosed(Record, frozen=True, kw_only=True):
    """Content was shown to somebody outside a case. To whom stands in an item of the vault itself."""

    kind: ClassVar[str] = "vault.item_disclosed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    item: ItemId
    to_item: ItemId
    by: str


class KeysRotated(Record, frozen=True, kw_only=True):
    """Wrapping keys were retired: what they wrap moves to new ones, then they are destroyed."""

    kind: ClassVar[str] = "vault.keys_rotated"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    keys: tuple[str, ...]
    by: str
