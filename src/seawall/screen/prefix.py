"""From a pattern, the pattern of its beginnings: what may still become a match when more text comes.

``ab{2,3}`` gives an expression that matches ``a``, ``ab``, ``abb`` at the end of the text, and every whole match.
Too wide is allowed (more is held back), too narrow is not: look-around other than a leading ``\\b`` is dropped.
"""

import re
from collections.abc import Sequence
from re import _parser  # type: ignore[attr-defined]  # the only way to the parse tree, since sre_parse was renamed
from typing import Any

END = r"\Z"


def beginnings(pattern: str) -> str:
    """Return an expression that matches where a match of the pattern may begin, given the text so far."""
    return _partial(list(_parser.parse(pattern, re.ASCII)), END, first=True)


def _partial(items: Sequence[Any], rest: str, *, first: bool = False) -> str:
    if not items:
        return rest
    (kind, value), following = items[0], items[1:]
    name = str(kind)
    if name == "AT":
        boundary = r"\b" if first and str(value) == "AT_BOUNDARY" else ""
        return boundary + _partial(following, rest)
    if name in ("ASSERT", "ASSERT_NOT"):
        return _partial(following, rest)
    if name == "SUBPATTERN":
        return _partial([*value[3], *following], rest)
    if name == "BRANCH":
        return "(?:" + "|".join(_partial([*branch, *following], rest) for branch in value[1]) + ")"
    tail = _partial(following, rest)
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        return _repeated(value, tail)
    return f"(?:{END}|{_one(kind, value)}{tail})"


def _repeated(value: Any, tail: str) -> str:
    low, high, inner = int(value[0]), int(value[1]), list(value[2])
    whole = _whole(inner)
    if low == 0 and high == 1:
        return f"(?:{_partial(inner, END)}|(?:{whole})?{tail})"
    short = f"(?:{whole}){{0,{max(high - 1, 0)}}}{_partial(inner, END)}"
    return f"(?:{short}|(?:{whole}){{{low},{high}}}{tail})"


def _whole(items: Sequence[Any]) -> str:
    return "".join(_one(kind, value) for kind, value in items)


def _one(kind: Any, value: Any) -> str:
    name = str(kind)
    if name == "LITERAL":
        return re.escape(chr(value))
    if name == "NOT_LITERAL":
        return f"[^{re.escape(chr(value))}]"
    if name == "ANY":
        return "."
    if name == "IN":
        return "[" + "".join(_member(*each) for each in value) + "]"
    if name == "AT":
        return r"\b" if str(value) == "AT_BOUNDARY" else ""
    if name == "SUBPATTERN":
        return f"(?:{_whole(value[3])})"
    if name == "BRANCH":
        return "(?:" + "|".join(_whole(branch) for branch in value[1]) + ")"
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        return f"(?:{_whole(value[2])}){{{int(value[0])},{int(value[1])}}}"
    raise ValueError(f"{name} has no place in a detector's pattern")


_CLASSES = {"DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W"}


def _member(kind: Any, value: Any) -> str:
    name = str(kind)
    if name == "NEGATE":
        return "^"
    if name == "LITERAL":
        return re.escape(chr(value))
    if name == "RANGE":
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return _CLASSES[str(value).removeprefix("CATEGORY_")]
