"""What the gateway stores of an account, as an order may reach it: which account it is, exchanges, their content."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from seawall.gateway.tables import exchanges
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, ItemId, KeyId, ProjectId
from seawall.vocabulary.producible import Piece

_TOLD = ("api", "model", "outcome", "measure", "input_tokens", "output_tokens")


def producible(tx: Transaction, account: AccountId) -> Iterator[Piece]:
    """Give what is stored of an account, oldest first."""
    known = _account(tx, account)
    if known is None:
        return
    yield Piece(category="account", id=account, at=None, told=known)
    found = select(exchanges).where(exchanges.c.account == account).order_by(exchanges.c.id)
    for row in tx.execute(found).mappings():
        told = {name: row[name] for name in _TOLD}
        yield Piece(category="exchanges", id=row["id"], at=row["opened_at"], told=told)
        yield _content(row, "input")
        yield _content(row, "output")


def used_through(tx: Transaction, account: AccountId) -> tuple[ProjectId, KeyId] | None:
    """Return through which project and key an account was last used; None where it never was."""
    mine = select(exchanges.c.project, exchanges.c.key).where(exchanges.c.account == account)
    found = tx.execute(mine.order_by(exchanges.c.id.desc()).limit(1)).first()
    return None if found is None else (found.project, found.key)


def _account(tx: Transaction, account: AccountId) -> dict[str, Any] | None:
    at = exchanges.c.opened_at
    mine = exchanges.c.account == account
    first, last = tx.execute(select(func.min(at), func.max(at)).where(mine)).one()
    if first is None:
        return None
    keys = select(exchanges.c.project, exchanges.c.key).where(mine).distinct()
    used = sorted((row.project, row.key) for row in tx.execute(keys))
    through = [{"project": project, "key": key} for project, key in used]
    return {"first_used_at": _moment(first), "last_used_at": _moment(last), "through": through}


def _content(row: RowMapping, side: str) -> Piece:
    item = row[f"{side}_item"]
    gone = "" if item else "zero_retention" if row["zero_retention"] else "not_kept"
    return Piece(
        category="content",
        id=f"{row['id']}/{side}",
        at=row["opened_at"],
        told={"side": side},
        item=ItemId(item) if item else None,
        gone=gone,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
