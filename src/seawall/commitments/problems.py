"""What is wrong with documents of the register: each with its file, its place and the nearest word that is known."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import msgspec

from seawall.vocabulary.errors import InvalidInput, NotFound


class Problem(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that somebody has to change."""

    file: str
    line: int
    place: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        told = f"{where}: {self.place + ': ' if self.place else ''}{self.message}"
        return f"{told}\n    {self.hint}" if self.hint else told


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that offers the nearest known word; a short list where none is near."""
    known = sorted(known)
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"There are: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}." if known else ""


class BadRegister(InvalidInput):
    """Documents of the register cannot be used; `problems` has them all, by file and line."""

    code = "commitments.bad_register"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        listed = "\n".join(map(str, self.problems))
        super().__init__(
            f"The register has {count} problem{'s' if count != 1 else ''}:\n{listed}",
            hint="seawall commitments check DIR shows them again after a change.",
        )


class NoSuchName(NotFound):
    """Nothing in the register has that name."""

    code = "commitments.no_such_name"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {name[:80]!r} in the register.", hint=nearest(name, known))
