"""Records of the ledger about itself."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class LedgerKeyRotated(Record, frozen=True, kw_only=True):
    """A new key signs the ledger from now on. `note` says so, signed by the key before and by the new one."""

    kind: ClassVar[str] = "ledger.key_rotated"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    version: int
    old_key: str
    new_key: str
    note: str
    by: str


class LedgerRecovered(Record, frozen=True, kw_only=True):
    """A new origin began, because the database fell behind what had been published under the old one."""

    kind: ClassVar[str] = "ledger.recovered"
    audience: ClassVar[Audience] = Audience.PUBLIC
    origin: str
    old_origin: str
    old_size: int
    old_root: str
    by: str
