"""Places in a JSON body: every text below a value with its path, and a copy of a body with texts replaced.

A path may lead on through a string that holds JSON itself, as tool arguments in Chat Completions do. `KEY` before a
name means the name of a field rather than its value. Long numbers count as texts: a card number may stand in one.
Limits: two fields that an edit gives the same name become one.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from seawall.gateway.wire.escapes import unescape
from seawall.gateway.wire.request import Path

KEY = -1
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_$.-]{0,20}")
_LONG_NUMBER = 100_000
_OPAQUE = {"encrypted_content", "encrypted_index", "encrypted_stdout", "signature"}


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text below a value: strings, long numbers, and names of fields that are more than plain names."""
    stack = [(path, value)]
    while stack:
        place, item = stack.pop()
        if isinstance(item, str):
            if item and not _is_opaque(place, item):
                yield place, item
        elif isinstance(item, dict):
            yield from (((*place, KEY, name), name) for name in item if not _PLAIN_KEY.fullmatch(name))
            stack.extend(((*place, name), below) for name, below in reversed(item.items()))
        elif isinstance(item, list):
            stack.extend(((*place, index), item[index]) for index in reversed(range(len(item))))
        elif isinstance(item, int | float) and not isinstance(item, bool) and abs(item) >= _LONG_NUMBER:
            yield place, str(item)


def _is_opaque(place: Path, text: str) -> bool:
    """Tell whether a text is sealed by the provider. With a blank in it, it is not."""
    return bool(place) and place[-1] in _OPAQUE and not any(char.isspace() for char in text)


def json_leaves(text: str, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every text in a string that holds a JSON object or list; the string itself where it holds none.

    A name that stands twice in one object makes it none: readers differ on which value counts.
    """
    try:
        msgspec.json.decode(text)
        value = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict | list):
        yield from leaves(value, path)
    elif text:
        yield path, unescape(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def put_all(body: Any, edits: Iterable[tuple[Path, str]]) -> Any:
    """Return a copy of a body with the texts at these paths replaced. Raises LookupError for a path that leads nowhere.

    Names of fields are replaced last, the deepest first, so that every path still leads where it led.
    """
    for path, text in sorted(edits, key=lambda edit: (KEY in edit[0], -len(edit[0]))):
        body = put(body, path, text)
    return body


def text_at(body: Any, path: Path) -> Any:
    """Return what stands at a path; for the name of a field, the name."""
    for place, step in enumerate(path):
        if step == KEY:
            return path[place + 1]
        body = body[step]
    return body


def put(value: Any, path: Sequence[str | int], text: str) -> Any:
    """Return a copy of a value with the text at one path replaced."""
    if not path:
        return text
    top: list[Any] = [value]
    holder: Any = top
    step: Any = 0
    for place, below in enumerate(path):
        item = holder[step]
        if isinstance(item, str):
            holder[step] = msgspec.json.encode(put(json.loads(item), path[place:], text)).decode()
            return top[0]
        if below == KEY:
            holder[step] = {text if name == path[place + 1] else name: kept for name, kept in item.items()}
            return top[0]
        holder[step] = item.copy()
        holder, step = holder[step], below
    if isinstance(holder, dict) and step not in holder:
        raise LookupError(path)
    holder[step] = text
    return top[0]
