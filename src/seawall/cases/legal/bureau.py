"""What legal requests are worked with: ledger, vault and clock; who may do what; where data of accounts comes from."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from seawall.access.people import Edges
from seawall.access.rights import Rights
from seawall.cases.legal.model import Limits
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, KeyId, ProjectId
from seawall.vocabulary.producible import Piece

Source = Callable[[Transaction, AccountId], Iterable[Piece]]
UsedThrough = Callable[[Transaction, AccountId], tuple[ProjectId, KeyId] | None]


class Bureau(msgspec.Struct, frozen=True, kw_only=True):
    """The edges of legal requests. `used_through` tells through which project and key an account's owner is told."""

    edges: Edges
    rights: Rights
    sources: Sequence[Source]
    used_through: UsedThrough
    limits: Limits = Limits()
