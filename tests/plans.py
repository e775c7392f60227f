"""What questions PostgreSQL is asked while a block runs, and the parts of its plans."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from seawall.store import Transaction


@contextmanager
def said(tx: Transaction, about: str) -> Iterator[list[tuple[str, Any]]]:
    """Keep the questions that name something, with their values."""
    kept: list[tuple[str, Any]] = []

    def keep(_c: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT") and about in statement:
            kept.append((statement, values))

    event.listen(tx, "before_cursor_execute", keep)
    yield kept
    event.remove(tx, "before_cursor_execute", keep)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a plan and all plans below it."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)
