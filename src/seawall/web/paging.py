"""Lists a page at a time, the same way everywhere."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

T = TypeVar("T")
S = TypeVar("S", bound=BaseModel)
MOST = 500


def page(rows: Sequence[T], name: Callable[[T], str], after: str, limit: int) -> tuple[Sequence[T], str]:
    """Return a page of rows, and after which one the next begins; empty where this is the last.

    An `after` that is gone meanwhile begins anew rather than hides what is left.
    """
    names = [name(row) for row in rows]
    begin = names.index(after) + 1 if after in names else 0
    taken = rows[begin : begin + max(1, min(limit, MOST))]
    more = begin + len(taken) < len(rows)
    return taken, name(taken[-1]) if taken and more else ""
