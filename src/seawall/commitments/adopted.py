"""The register as it is adopted: Seawall's documents, with an operator's directory laid over them.

    default/ + DIR/commitments.yaml + DIR/frameworks/*.yaml + DIR/practices/*.yaml -> Book, or every problem at once

A framework or practice of a known id changes the keys that it states and keeps the others; one of a new id is added.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from seawall.commitments import checks
from seawall.commitments.documents import Framework, Outline, Overlay, Practice
from seawall.commitments.model import Book
from seawall.commitments.problems import BadRegister, Problem
from seawall.commitments.reading import converted, line_of, parse

DEFAULT = Path(__file__).parent / "default"
OWN = "commitments.yaml"
T = TypeVar("T")


class _Part(msgspec.Struct, kw_only=True):
    """One framework or practice as it is written, and where."""

    given: dict[str, Any]
    file: str
    lines: dict[str, int]
    at: str


@cache
def _ours() -> Book:
    return _made(None)


def load(folder: Path | None = None) -> Book:
    """Return the register of an operator's directory; Seawall's own without one. Raises BadRegister."""
    return _ours() if folder is None else _made(folder)


def _made(folder: Path | None) -> Book:
    reader = _Reader(folder)
    outline = reader.whole(DEFAULT / "outline.yaml", Outline)
    frameworks = reader.values(reader.parts("frameworks", None), Framework)
    practices = reader.values(reader.parts("practices", "practices"), Practice)
    overlay = reader.overlay()
    if outline is None or overlay is None or reader.problems:
        raise BadRegister(reader.problems)
    reader.check(outline, frameworks, practices, overlay)
    if reader.problems:
        raise BadRegister(reader.problems)
    return Book(
        outline,
        tuple(value for value, _ in frameworks),
        tuple(value for value, _ in practices),
        overlay.adopts,
        overlay.off.practices | overlay.off.commitments,
    )


class _Reader:
    """Reads both directories and gathers what is wrong."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.problems: list[Problem] = []
        self._overlay_lines: dict[str, int] = {}
        if folder is not None and not folder.is_dir():
            raise BadRegister([_whole(str(folder), "There is no such directory.", "Name one, or leave it out.")])

    def whole(self, path: Path, kind: type[T]) -> T | None:
        """Return a document that is one value."""
        given, lines = self._read(path)
        return None if given is None else self._kept(converted(given, kind, path.name, lines))

    def overlay(self) -> Overlay | None:
        """Return the operator's own document; an empty one where there is none."""
        path = None if self._folder is None else self._folder / OWN
        if path is None or not path.exists():
            return Overlay()
        given, lines = self._read(path)
        self._overlay_lines = lines
        return self._kept(converted(given if given is not None else {}, Overlay, OWN, lines))

    def parts(self, name: str, key: str | None) -> list[_Part]:
        """Return all frameworks or practices, an operator's laid over ours; `key` is where a document lists them."""
        found: dict[str, _Part] = {}
        for folder in (DEFAULT, self._folder):
            for part in self._listed(folder, name, key):
                known, identity = found.get(str(part.given.get("id"))), str(part.given.get("id"))
                if folder is DEFAULT and known is not None:
                    self._complain(part, ".id", f"{identity!r} stands here twice.", "Every one has its own id.")
                found[identity] = part if known is None else _laid_over(known, part)
        return list(found.values())

    def values(self, parts: Iterable[_Part], kind: type[T]) -> list[tuple[T, _Part]]:
        """Return parts as values, each with where it stands."""
        made = ((self._kept(converted(part.given, kind, part.file, part.lines, part.at)), part) for part in parts)
        return [(value, part) for value, part in made if value is not None]

    def check(
        self,
        outline: Outline,
        frameworks: list[tuple[Framework, _Part]],
        practices: list[tuple[Practice, _Part]],
        overlay: Overlay,
    ) -> None:
        """Gather what is wrong between the parts."""
        names = [each.id for each, _ in frameworks]
        sections = [each.id for each in outline.sections]
        items = [item.id for each, _ in frameworks for item in each.items]
        for complaint in checks.outline_complaints(outline, names):
            self.problems.append(_whole("outline.yaml", f"{complaint[0].lstrip('.')}: {complaint[1]}", complaint[2]))
        for framework, part in frameworks:
            self._all(part, checks.framework_complaints(framework, sections))
        for practice, part in practices:
            self._all(part, checks.practice_complaints(practice, outline, items))
        own = _Part(given={}, file=OWN, lines=self._overlay_lines, at="")
        self._all(own, checks.overlay_complaints(overlay, names, [each.id for each, _ in practices], items))

    def _listed(self, folder: Path | None, name: str, key: str | None) -> Iterator[_Part]:
        for path in sorted((folder / name).glob("*.yaml")) if folder is not None else ():
            given, lines = self._read(path)
            shown = f"{name}/{path.name}"
            if key is None and isinstance(given, dict):
                yield _Part(given=given, file=shown, lines=lines, at="")
            elif isinstance(given, dict) and isinstance(given.get(key), list):
                for number, each in enumerate(given[key]):
                    if isinstance(each, dict):
                        yield _Part(given=each, file=shown, lines=lines, at=f".{key}[{number}]")
            elif given is not None:
                self.problems.append(_whole(shown, f"This is no document of {name}.", f"It holds `{key or 'id'}`."))

    def _read(self, path: Path) -> tuple[Any, dict[str, int]]:
        shown = path.name if path.parent in (DEFAULT, self._folder) else f"{path.parent.name}/{path.name}"
        try:
            given, lines, problems = parse(path.read_text("utf-8"), shown)
        except (OSError, UnicodeDecodeError) as error:
            given, lines, problems = None, {}, [_whole(shown, f"It cannot be read: {type(error).__name__}.")]
        self.problems += problems
        return given, lines

    def _kept(self, made: T | Problem) -> T | None:
        if isinstance(made, Problem):
            self.problems.append(made)
            return None
        return made

    def _all(self, part: _Part, complaints: Iterable[checks.Complaint]) -> None:
        for place, message, hint in complaints:
            self._complain(part, place, message, hint)

    def _complain(self, part: _Part, place: str, message: str, hint: str) -> None:
        at = part.at + place
        line = line_of(part.lines, at)
        problem = Problem(file=part.file, line=line, place=at.lstrip("."), message=message, hint=hint)
        self.problems.append(problem)


def _laid_over(ours: _Part, theirs: _Part) -> _Part:
    merged = {**ours.given, **theirs.given}
    if isinstance(ours.given.get("items"), list) and isinstance(theirs.given.get("items"), list):
        merged["items"] = _items(ours.given["items"], theirs.given["items"])
    return _Part(given=merged, file=theirs.file, lines=theirs.lines, at=theirs.at)


def _items(ours: list[Any], theirs: list[Any]) -> list[Any]:
    made = {each.get("id"): each for each in ours if isinstance(each, dict)}
    for each in theirs:
        if not isinstance(each, dict):
            return theirs
        made[each.get("id")] = {**made.get(each.get("id"), {}), **each}
    return list(made.values())


def _whole(file: str, message: str, hint: str = "") -> Problem:
    return Problem(file=file, line=0, place="", message=message, hint=hint)
