"""Sort what a search found and cut the page that it asks for, by index or by a position that stays where it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from scim2_models import InvalidCursorException, SearchRequest

T = TypeVar("T")
Key = tuple[bool, Any, str]


class Page(NamedTuple, Generic[T]):
    """What is on a page, and where the pages beside it begin."""

    total: int
    found: list[T]
    next: Any
    previous: Any


def key(value: Any, identifier: str) -> Key:
    """Return what orders a resource: its sort value, none last, then its id."""
    return value is None, "" if value is None else value, identifier


def cut(search: SearchRequest[Any], position: Any, found: Sequence[tuple[Key, T]]) -> Page[T]:
    """Return the page of a search. Raises InvalidCursorException."""
    down = search.sort_by is not None and search.sort_order == SearchRequest.SortOrder.descending
    pairs = sorted(found, key=lambda pair: pair[0], reverse=down)
    if search.cursor is None:
        begin = search.start_index_0 or 0
        end = len(pairs) if search.count is None else begin + search.count
        return Page(len(pairs), [each for _, each in pairs[begin:end]], None, None)
    begin, end = _bounds([each for each, _ in pairs], position, search.count, down)
    taken = pairs[begin:end]
    following = _position("next", taken[-1][0]) if taken and end < len(pairs) else None
    before = _position("previous", taken[0][0]) if taken and begin > 0 else None
    return Page(len(pairs), [each for _, each in taken], following, before)


def _bounds(keys: Sequence[Key], position: Any, count: int | None, down: bool) -> tuple[int, int]:
    most = len(keys) if count is None else count
    if position is None:
        return 0, min(most, len(keys))
    way, anchor = _read(position)
    try:
        before = sum(each > anchor if down else each < anchor for each in keys)
    except TypeError:
        raise InvalidCursorException from None
    if way == "previous":
        return max(before - most, 0), before
    begin = before + sum(each == anchor for each in keys)
    return begin, min(begin + most, len(keys))


def _position(way: str, anchor: Key) -> dict[str, Any]:
    none, value, identifier = anchor
    moment = value.isoformat() if isinstance(value, datetime) else None
    return {"way": way, "none": none, "at": moment, "value": None if moment else value, "id": identifier}


def _read(position: Any) -> tuple[str, Key]:
    try:
        moment = position["at"]
        value = datetime.fromisoformat(moment) if moment else position["value"]
        return position["way"], (position["none"], value, position["id"])
    except (TypeError, KeyError, ValueError):
        raise InvalidCursorException from None
