"""What is wrong with a policy's documents: every problem with its file, its line and the next step."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import msgspec

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class Place(msgspec.Struct, frozen=True, order=True):
    """A line of a document; line 0 is the document as a whole."""

    file: str
    line: int = 0


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody has to change."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}" + (f"\n    {self.hint}" if self.hint else "")


def problem(place: Place, message: str, hint: str = "") -> Problem:
    """Return a problem at a place."""
    return Problem(file=place.file, line=place.line, message=message, hint=hint)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that offers the nearest known word, or all of them when none is near."""
    known = sorted(known)
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known here: {', '.join(known)}." if known else ""


class PolicyInvalid(InvalidInput):
    """The documents of a policy cannot be used; `problems` has them all, in the order of files and lines."""

    code = "policy.invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.file, each.line, each.message)))
        count = len(self.problems)
        listed = "\n".join(str(each) for each in self.problems)
        super().__init__(
            f"The policy has {count} problem{'s' if count != 1 else ''}:\n{listed}",
            hint="seawall policy check DIR shows them again after a change.",
        )


class NoSuchVersion(NotFound):
    """No published policy has that digest or number."""

    code = "policy.no_such_version"


class AmbiguousVersion(Conflict):
    """More than one published policy begins with that digest."""

    code = "policy.ambiguous_version"


class PolicyMoved(Conflict):
    """The policy in force is another than the one that was to be replaced."""

    code = "policy.moved"


class NoPolicy(SeawallError):
    """No policy was published yet, so nothing can be decided."""

    code, status = "policy.none", 503


class VersionDamaged(SeawallError):
    """The stored documents of a version are not those that its digest names, or this release cannot read them."""

    code = "policy.version_damaged"
