"""Releases as rows: read one, lock it, list all. A sign-off whose time is over is read as lapsed."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select, update

from seawall.risk.board import Board
from seawall.risk.errors import NoSuchRelease, ReleaseState
from seawall.risk.model import Document, Release, State
from seawall.risk.tables import documents, releases
from seawall.store import Transaction


def find(tx: Transaction, board: Board, release: str) -> Release:
    """Return a release as it stands now. Raises NoSuchRelease."""
    row = tx.execute(select(releases).where(releases.c.id == release)).mappings().first()
    if row is None:
        raise NoSuchRelease(release)
    return _release(tx, row, board.edges.clock())


def every(tx: Transaction, board: Board) -> list[Release]:
    """Return every release, newest first."""
    now = board.edges.clock()
    rows = tx.execute(select(releases).order_by(releases.c.id.desc())).mappings().all()
    return [_release(tx, row, now) for row in rows]


def lock(tx: Transaction, board: Board, release: str, *states: State) -> Release:
    """Return a release in one of these states, its row locked. Raises NoSuchRelease, ReleaseState."""
    tx.execute(select(releases.c.id).where(releases.c.id == release).with_for_update())
    found = find(tx, board, release)
    if found.state not in states:
        raise ReleaseState(found.id, found.state)
    return found


def change(tx: Transaction, board: Board, release: Release, **values: Any) -> Release:
    """Change a locked release and return it as it is then."""
    tx.execute(update(releases).where(releases.c.id == release.id).values(values))
    return find(tx, board, release.id)


def _release(tx: Transaction, row: RowMapping, now: datetime) -> Release:
    fields = {name: row[name] for name in Release.__struct_fields__ if name != "documents"}
    found = select(documents).where(documents.c.release == row["id"]).order_by(documents.c.part, documents.c.title)
    fields["documents"] = [
        {name: each[name] for name in Document.__struct_fields__} for each in tx.execute(found).mappings()
    ]
    made = msgspec.convert(fields, Release, strict=False, builtin_types=(datetime,))
    lapsed = made.state is State.SIGNED_OFF and now >= made.expires_at
    return msgspec.structs.replace(made, state=State.LAPSED) if lapsed else made
