"""What every record is: an immutable statement of a closed kind, named in the past tense."""

from enum import StrEnum
from typing import ClassVar

import msgspec


class Audience(StrEnum):
    """Who may read the body of a kind. The commitment in the ledger shows none of it to anyone."""

    PUBLIC = "public"
    AUDITOR = "auditor"
    SEALED = "sealed"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable statement. Subclasses set `kind`, `audience` and, where needed, `private`.

    `private` names fields that enter the body only as salted digests, each with a salt of its own, so that one of
    them can be disclosed without the others. Bodies are canonical JSON (RFC 8785): fields are str, int, bool, None,
    or tuples, dicts and structs of these; floats are refused. Text written by a person belongs in the vault.
    """

    kind: ClassVar[str]
    audience: ClassVar[Audience]
    private: ClassVar[frozenset[str]] = frozenset()
