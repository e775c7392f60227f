"""Read documents for the public: Markdown with front matter, checked, with the place and the next step of each fault.

---
kind: release_notes
id: lark-notes
title: Lark 1.1
date: 2026-02-01
language: en
version: 2
---
The text.
"""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from seawall.hub.inputs import Version
from seawall.hub.kinds import WRITTEN
from seawall.hub.prose import faults
from seawall.ledger.verify import Problem
from seawall.vocabulary.errors import InvalidInput

LONGEST = 512 * 1024
_FRONT = re.compile(r"\A---\r?\n(.*?)^---[ \t]*\r?\n(.*)\Z", re.DOTALL | re.MULTILINE)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_NEEDED = ("kind", "id", "title", "date", "language", "version")
_KNOWN = frozenset({*_NEEDED, "model", "summary"})
_LONGEST_WORDS = 300


class DocumentInvalid(InvalidInput):
    """A document cannot be published as it is."""

    code = "hub.document_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        shown = "\n".join(f"  {each.where}: {each.what}" for each in problems)
        super().__init__(f"{len(problems)} faults in what is to be published:\n{shown}", hint="seawall hub check FILE")
        self.problems = problems


def read_folder(folder: Path) -> tuple[Version, ...]:
    """Return every document of a folder, one file each. Raises DocumentInvalid, which names every fault."""
    found, problems = [], []
    for path in sorted(folder.rglob("*.md")):
        try:
            found.append(read(path.read_bytes(), path.relative_to(folder).as_posix()))
        except DocumentInvalid as error:
            problems += error.problems
    taken: dict[tuple[str, int], str] = {}
    for each in found:
        if (each.document, each.version) in taken:
            problems.append(Problem(f"version {each.version} of {each.document!r} is there twice", each.title))
        taken[each.document, each.version] = each.title
    if problems:
        raise DocumentInvalid(problems)
    return tuple(found)


def read(source: bytes, where: str) -> Version:
    """Return a document. Raises DocumentInvalid."""
    problems: list[Problem] = []
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        raise DocumentInvalid([Problem(f"byte {error.start} is no UTF-8", where)]) from None
    if len(source) > LONGEST:
        problems.append(Problem(f"it has {len(source)} bytes; at most {LONGEST} are published", where))
    parts = _FRONT.match(text)
    if parts is None:
        raise DocumentInvalid([Problem("it does not begin with front matter between two lines ---", f"{where}:1")])
    given, lines = _front(parts[1], where, problems)
    problems += _wrong(given, lines, where)
    begins = text[: parts.start(2)].count("\n")
    problems += [Problem(what, f"{where}:{begins + line + 1}") for line, what in faults(parts[2])]
    if not parts[2].strip():
        problems.append(Problem("it has no text", where))
    if problems:
        raise DocumentInvalid(problems)
    return Version(
        document=given["id"],
        version=given["version"],
        kind=given["kind"],
        title=given["title"],
        date=given["date"],
        language=given["language"],
        digest=sha256(source).hexdigest(),
        body=parts[2].replace("\r\n", "\n"),
        summary=given.get("summary", ""),
        model=given.get("model", ""),
        source=source,
    )


def _front(text: str, where: str, problems: list[Problem]) -> tuple[dict[str, Any], dict[str, int]]:
    """Return what the front matter says, and on which line each key stands."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        given = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        what = getattr(error, "problem", None) or "it cannot be read"
        problems.append(Problem(f"the front matter is no YAML: {what}", f"{where}:{line}"))
        return {}, {}
    if not isinstance(node, yaml.MappingNode) or not isinstance(given, dict):
        problems.append(Problem("the front matter is no list of name: value", f"{where}:2"))
        return {}, {}
    return given, {str(key.value): key.start_mark.line + 2 for key, _ in node.value}


def _wrong(given: dict[str, Any], lines: dict[str, int], where: str) -> Iterator[Problem]:
    if not given:
        return
    for name in sorted(set(map(str, given)) - _KNOWN):
        yield Problem(f"there is no {name!r}; there are {', '.join(sorted(_KNOWN))}", f"{where}:{lines.get(name, 1)}")
    for name in _NEEDED:
        if name not in given:
            yield Problem(f"{name!r} is missing", f"{where}:1")
    for name, value in given.items():
        what = _CHECKS[name](value) if name in _CHECKS else None
        if what is not None:
            yield Problem(f"{name} {what}", f"{where}:{lines.get(name, 1)}")


def _kind(value: Any) -> str | None:
    return None if value in WRITTEN else f"{value!r} is none of {', '.join(WRITTEN)}"


def _id(value: Any) -> str | None:
    held = isinstance(value, str) and _ID.fullmatch(value)
    return None if held else f"{value!r} cannot stand in an address: small letters, digits and hyphens, at most 60"


def _words(value: Any) -> str | None:
    held = isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_WORDS and value.isprintable()
    return None if held else f"is not one line of 1 to {_LONGEST_WORDS} letters"


def _date(value: Any) -> str | None:
    return None if type(value) is date else f"{value!r} is no day: write it as 2026-02-01"


def _language(value: Any) -> str | None:
    held = isinstance(value, str) and _LANGUAGE.fullmatch(value)
    return None if held else f"{value!r} is no language such as en or pt-BR"


def _version(value: Any) -> str | None:
    held = type(value) is int and 0 < value < 1_000_000
    return None if held else f"{value!r} is no whole number from 1"


_CHECKS = {
    "kind": _kind,
    "id": _id,
    "title": _words,
    "date": _date,
    "language": _language,
    "version": _version,
    "model": _words,
    "summary": _words,
}
