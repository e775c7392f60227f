"""What both request readers share: checks that name the field, the gathering of pieces, the newest turn.

Limits: a body nested deeper than `MAX_DEPTH` is refused.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from seawall.gateway.wire.paths import json_leaves, leaves
from seawall.gateway.wire.request import BadReply, BadRequest, Body, Path, Piece, field_name
from seawall.vocabulary.findings import Surface

MAX_DEPTH = 128
_SCHEMA_WORDS = {"object", "string", "number", "integer", "boolean", "array", "null", "function", "custom"}


def decode_request(raw: bytes) -> Body:
    """Return a request's JSON object. Raises BadRequest."""
    try:
        body = msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest("", f"The body is not JSON: {str(error)[:120]}.") from None
    if not isinstance(body, dict):
        raise BadRequest("", f"The body must be a JSON object, not {_kind(body)}.")
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and depth_exceeds(body, MAX_DEPTH):
        raise BadRequest("", f"The body is nested deeper than {MAX_DEPTH} levels.")
    return body


def decode_reply(raw: bytes) -> Body:
    """Return the JSON object of an answer or of an event. Raises BadReply."""
    try:
        body = msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        raise BadReply(f"The upstream's answer is not JSON: {str(error)[:120]}.") from None
    if not isinstance(body, dict):
        raise BadReply(f"The upstream's answer is not a JSON object, but {_kind(body)}.")
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and depth_exceeds(body, MAX_DEPTH):
        raise BadReply(f"The upstream's answer is nested deeper than {MAX_DEPTH} levels.")
    return body


def depth_exceeds(value: Any, limit: int) -> bool:
    """Tell whether a value is nested deeper than so many levels."""
    level = [value]
    for _ in range(limit):
        level = [
            below
            for item in level
            if isinstance(item, dict | list)
            for below in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def need(holder: Body, name: str, kind: type | tuple[type, ...], path: Path = ()) -> Any:
    """Return a field that must be there and of a kind. Raises BadRequest."""
    if name not in holder:
        raise BadRequest(field_name((*path, name)), "is missing.")
    value = holder[name]
    return value if type(value) is kind else check(value, kind, (*path, name))


def may(holder: Body, name: str, kind: type | tuple[type, ...], path: Path = ()) -> Any:
    """Return a field that may be absent or null, None then. Raises BadRequest where it is of another kind."""
    value = holder.get(name)
    return value if value is None or type(value) is kind else check(value, kind, (*path, name))


def check(value: Any, kind: type | tuple[type, ...], path: Path) -> Any:
    """Return a value that must be of a kind. Raises BadRequest."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        wanted = " or ".join(_KINDS[kind] for kind in kinds)
        raise BadRequest(field_name(path), f"must be {wanted}, not {_kind(value)}.")
    return value


_KINDS: dict[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "null")


class Gathered:
    """The pieces of one body as they are found, and the count of what cannot be read."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.images = 0

    def add(self, path: Path, text: str, surface: Surface, newest: bool) -> None:
        """Take one text."""
        if text:
            self.pieces.append(Piece(surface=surface, text=text, newest=newest, path=path))

    def add_all(self, found: Iterable[tuple[Path, str]], surface: Surface, newest: bool) -> None:
        """Take texts with their paths."""
        for path, text in found:
            self.add(path, text, surface, newest)

    def walk(self, path: Path, value: Any, surface: Surface, newest: bool) -> None:
        """Take every text below a value of no known shape."""
        self.add_all(leaves(value, path), surface, newest)

    def arguments(self, path: Path, text: str, newest: bool) -> None:
        """Take the texts of tool arguments that are a string of JSON."""
        self.add_all(json_leaves(text, path), Surface.TOOL_CALL, newest)

    def definition(self, path: Path, tool: Any) -> None:
        """Take the texts of a tool's definition, without the words of JSON schema."""
        found = ((place, text) for place, text in leaves(tool, path) if text not in _SCHEMA_WORDS)
        self.add_all(found, Surface.INPUT, newest=False)

    def others(self, path: Path, holder: Body, known: frozenset[str], surface: Surface, newest: bool) -> None:
        """Take every text of the fields that nobody knows."""
        if holder.keys() <= known:
            return
        unknown = {name: value for name, value in holder.items() if name not in known}
        self.walk(path, unknown, surface, newest)


def newest_turn(roles: Sequence[str]) -> range:
    """Return the places of the newest turn: the run after the last answer.

    Where the conversation ends with a begun answer (a prefill), it is the run before it: otherwise a prefill would
    make everything a person wrote old.
    """
    end = len(roles)
    while end and roles[end - 1] == "assistant":
        end -= 1
    start = end
    while start and roles[start - 1] != "assistant":
        start -= 1
    return range(start, end)
