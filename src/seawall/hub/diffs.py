"""What differs between two versions of a text, line by line. Pure."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

import msgspec

_AROUND = 3


class Line(msgspec.Struct, frozen=True):
    """One line of a comparison; `skipped` stands for so many equal lines."""

    what: Literal["same", "added", "removed", "skipped"]
    text: str = ""
    skipped: int = 0


def compare(before: str, after: str) -> tuple[Line, ...]:
    """Return the lines of a comparison, with a few equal ones around each change; none where nothing differs."""
    old, new = before.splitlines(), after.splitlines()
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if all(step[0] == "equal" for step in steps):
        return ()
    last = len(steps) - 1
    return tuple(
        line
        for at, (what, i, j, k, end) in enumerate(steps)
        for line in (
            _equal(old[i:j], first=at == 0, last=at == last)
            if what == "equal"
            else (*(Line("removed", each) for each in old[i:j]), *(Line("added", each) for each in new[k:end]))
        )
    )


def _equal(lines: list[str], *, first: bool, last: bool) -> Iterator[Line]:
    head, tail = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(lines) <= head + tail + 1:
        yield from (Line("same", each) for each in lines)
        return
    yield from (Line("same", each) for each in lines[:head])
    yield Line("skipped", skipped=len(lines) - head - tail)
    yield from (Line("same", each) for each in lines[len(lines) - tail :])
