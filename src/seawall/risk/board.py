"""What releases are decided with: ledger, vault and clock, and which documents are public already."""

from collections.abc import Callable

import msgspec

from seawall.access.people import Edges
from seawall.store import Transaction

# The title of the public document that has this digest; None where there is none.
Public = Callable[[Transaction, str], str | None]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The edges of releases. `public` knows what the hub publishes, as this room may not."""

    edges: Edges
    public: Public
