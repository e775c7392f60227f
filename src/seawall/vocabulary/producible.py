"""One thing that is stored of an account and that an order may reach. Rooms that store something give these."""

from datetime import datetime
from typing import Any

import msgspec

from seawall.vocabulary.ids import ItemId


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What kind of data it is, which, of when (None where it is of no moment), and what it says.

    Content is not in it: `item` is where it lies. `gone` says, as a code, why there is none.
    """

    category: str
    id: str
    at: datetime | None
    told: dict[str, Any]
    item: ItemId | None = None
    gone: str = ""
