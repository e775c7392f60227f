"""The sign-offs as everybody may see them, as values: for the pages of models on the hub."""

from datetime import datetime

import msgspec

from seawall.risk.board import Board
from seawall.risk.model import Applies, Risk, State
from seawall.risk.rows import every
from seawall.store import Transaction


class SignedOff(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-off: what its public record says, which record that is, and whether it still holds."""

    release: str
    model: str
    version: str
    applies: Applies
    risk: Risk
    conditions: tuple[str, ...]
    missing: tuple[str, ...]
    statement: str
    record: str
    signed_at: datetime
    expires_at: datetime
    state: State


def signed_off(tx: Transaction, board: Board) -> tuple[SignedOff, ...]:
    """Return every release that was ever signed off, newest first; no person, no document and no reason is in it."""
    names = ("model", "version", "applies", "risk", "conditions", "missing", "expires_at", "state")
    return tuple(
        SignedOff(
            release=each.id,
            statement=each.statement,
            record=each.record,
            signed_at=each.decided_at,
            **{name: getattr(each, name) for name in names},
        )
        for each in every(tx, board)
        if each.statement is not None and each.record is not None and each.decided_at is not None
    )
