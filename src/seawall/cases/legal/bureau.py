"""What legal requests are worked with: ledger, vault and clock; who may do what; where data of accounts comes from."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from seawall.access.people import Edges
from seawall.access.rights import Rights
from seawall.cases.legal.model import Limits
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, ProjectId
from seawall.vocabulary.producible import Piece

Source = Callable[[Transaction, AccountId], Iterable[Piece]]
ProjectOf = Callable[[Transaction, AccountId], ProjectId | None]


class Bureau(msgspec.Struct, frozen=True, kw_only=True):
    """The edges of legal requests. `project_of` tells through whose product an account's owner is told."""

    edges: Edges
    rights: Rights
    sources: Sequence[Source]
    project_of: ProjectOf
    limits: Limits = Limits()
