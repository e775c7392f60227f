"""What cases and `enforce` store of an account, as an order may reach it. Sealed cases are never in it, nor counted."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select

from seawall import enforce
from seawall.cases.legal.kinds import Data
from seawall.cases.legal.scoping import moment
from seawall.cases.tables import cases
from seawall.enforce.errors import NoSuchAccount
from seawall.enforce.history import Entry
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, ItemId
from seawall.vocabulary.producible import Piece

# Who settled something is no data of the account.
_OURS = ("by", "reversed_by")


def standing(tx: Transaction, account: AccountId) -> Iterator[Piece]:
    """Give what was decided about an account, oldest first."""
    try:
        found = enforce.history(tx, account)
    except NoSuchAccount:
        return
    for number, each in enumerate(found, 1):
        told = {name: _plain(value) for name, value in _set(each).items() if name not in _OURS}
        yield Piece(category=Data.STANDING, id=f"{account}/{number}", at=each.at, told=told)


def reports(tx: Transaction, account: AccountId) -> Iterator[Piece]:
    """Give what was written in flags and appeals through an account."""
    mine = (cases.c.account == account) & cases.c.sealed.is_(False) & cases.c.words.is_not(None)
    for row in tx.execute(select(cases).where(mine).order_by(cases.c.id)).mappings():
        told = {"origin": row["origin"], "exchange": row["exchange"]}
        yield Piece(category=Data.REPORTS, id=row["id"], at=row["opened_at"], told=told, item=ItemId(row["words"]))


def _set(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(entry).items() if value not in ("", None, ())}


def _plain(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value
