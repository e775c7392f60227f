"""From a pattern, the pattern of its beginnings: what may still become a match when more text comes.

``ab{2,3}`` gives an expression that matches ``a``, ``ab``, ``abb`` at the end of the text, and every whole match; the
empty beginning is left out. Too wide is allowed (more is held back), too narrow is not: look-around other than a
leading ``\\b`` is dropped. `any_beginning` puts many into one expression whose branches begin with a character or a
class, so that Python's `re` passes over most places without trying them.
"""

import re
from collections.abc import Iterable, Sequence
from re import _parser  # type: ignore[attr-defined,unused-ignore]  # the only way to the parse tree, since sre_parse was renamed
from typing import Any

END = r"\Z"
_BOUNDARY = r"\b"
_FLAGS = re.ASCII | re.DOTALL


def any_beginning(patterns: Iterable[tuple[str, bool]], also: Iterable[str] = ()) -> re.Pattern[str]:
    """Return an expression that finds the first place where a match of any pattern may begin, or the text's end.

    Each pattern comes with whether it ignores case; `also` are expressions of beginnings already.
    """
    bounded: list[str] = []
    free: list[str] = []
    for pattern, ignore_case in patterns:
        begun = beginnings(pattern, ignore_case=ignore_case)
        (bounded if begun.startswith(_BOUNDARY) else free).append(begun.removeprefix(_BOUNDARY))
    parts = [rf"\b(?:{'|'.join(bounded)})"] if bounded else []
    parts += [_guarded("|".join(free))] if free else []
    return re.compile("|".join([*parts, *also, END]), _FLAGS)


def _guarded(begun: str) -> str:
    """Return an expression of beginnings that does not try its branches where none can begin.

    One letter at the end of the text is a beginning too, so what is not matched alone begins nothing.
    """
    alone = re.compile(begun, _FLAGS)
    never = "".join(letter for letter in map(chr, range(128)) if not alone.fullmatch(letter))
    return f"(?![{re.escape(never)}])(?:{begun})" if never else begun


def beginnings(pattern: str, *, ignore_case: bool = False) -> str:
    """Return an expression that matches where a match of the pattern may begin, given the text so far."""
    items = list(_parser.parse(pattern, re.ASCII))
    bounded = bool(items) and str(items[0][0]) == "AT" and str(items[0][1]) == "AT_BOUNDARY"
    return (_BOUNDARY if bounded else "") + _Writing(ignore_case).partial(items, END, first=True)


class _Writing:
    """Writes expressions from a parse tree. Case is ignored by writing both, as flags would hide what comes first."""

    def __init__(self, ignore_case: bool) -> None:
        self._ignore_case = ignore_case

    def partial(self, items: Sequence[Any], rest: str, *, first: bool = False) -> str:
        """Return what matches a beginning of the items up to the text's end, or all of them and then `rest`."""
        if not items:
            return rest
        (kind, value), following = items[0], items[1:]
        name = str(kind)
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            return self.partial(following, rest, first=first)
        if name == "SUBPATTERN":
            return self.partial([*value[3], *following], rest, first=first)
        tail = self.partial(following, rest)
        if name == "BRANCH":
            begun = [self.partial(branch, END, first=first) for branch in value[1]]
            whole = [f"{self.whole(branch)}{tail}" for branch in value[1]] if first else []
            return "(?:" + "|".join([*begun, *(whole or [f"{self.one(kind, value)}{tail}"])]) + ")"
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeated(value, tail, first=first)
        return f"{self.one(kind, value)}{tail}" if first else f"(?:{END}|{self.one(kind, value)}{tail})"

    def _repeated(self, value: Any, tail: str, *, first: bool) -> str:
        low, high, inner = int(value[0]), int(value[1]), list(value[2])
        whole = self.whole(inner)
        if len(inner) == 1 and str(inner[0][0]) in _SINGLE and not (first and low == 0):
            # Of one character each: fewer than wanted up to the end, or as many as wanted.
            fewer = f"{whole}{{{int(first)},{low - 1}}}{END}|" if low > int(first) else ""
            return f"(?:{fewer}{whole}{{{low},{high}}}{tail})"
        if high == 1:
            return f"(?:{self.partial(inner, END, first=first)}|(?:{whole}){{{low},1}}{tail})"
        short = f"(?:{whole}){{0,{max(high - 1, 0)}}}{self.partial(inner, END, first=first)}"
        return f"(?:{short}|(?:{whole}){{{low},{high}}}{tail})"

    def whole(self, items: Sequence[Any]) -> str:
        """Return what matches the items as they are."""
        return "".join(self.one(kind, value) for kind, value in items)

    def one(self, kind: Any, value: Any) -> str:
        """Return what matches one item as it is. Raises ValueError for what has no place in a detector's pattern."""
        name = str(kind)
        if name == "LITERAL":
            return self._literal(value)
        if name == "NOT_LITERAL":
            return f"[^{self._cases(value)}]"
        if name == "ANY":
            return "."
        if name == "IN":
            return "[" + "".join(self._member(*each) for each in value) + "]"
        if name == "AT":
            return _BOUNDARY if str(value) == "AT_BOUNDARY" else ""
        if name == "SUBPATTERN":
            return f"(?:{self.whole(value[3])})"
        if name == "BRANCH":
            return "(?:" + "|".join(self.whole(branch) for branch in value[1]) + ")"
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            return f"(?:{self.whole(value[2])}){{{int(value[0])},{int(value[1])}}}"
        raise ValueError(f"{name} has no place in a detector's pattern")

    def _literal(self, code: int) -> str:
        cases = self._cases(code)
        return cases if len(cases) <= 1 or cases.startswith("\\") else f"[{cases}]"

    def _cases(self, code: int) -> str:
        letter = chr(code)
        if self._ignore_case and letter.isascii() and letter.isalpha():
            return letter.lower() + letter.upper()
        return re.escape(letter)

    def _member(self, kind: Any, value: Any) -> str:
        name = str(kind)
        if name == "NEGATE":
            return "^"
        if name == "LITERAL":
            return self._cases(value)
        if name == "RANGE":
            return self._range(*value)
        return _CLASSES[str(value).removeprefix("CATEGORY_")]

    def _range(self, low: int, high: int) -> str:
        both = {(low, high)}
        if self._ignore_case and chr(low).isalpha() and chr(high).isalpha():
            both |= {(ord(chr(low).lower()), ord(chr(high).lower())), (ord(chr(low).upper()), ord(chr(high).upper()))}
        return "".join(f"{re.escape(chr(each))}-{re.escape(chr(last))}" for each, last in sorted(both))


_SINGLE = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN"})
_CLASSES = {"DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W"}
