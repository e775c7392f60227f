"""Activities from a CSV file: first what would become of every line, then all of them or none.

practice,kind,title,begins,ends,expires,people,document_name,document_digest,notes
"""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from seawall.commitments.activities import Activity, ActivityKind, BadActivity, Entry, Write, add, check, entry_digest
from seawall.commitments.model import Book
from seawall.commitments.problems import nearest
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import InvalidInput

COLUMNS = tuple(Entry.__struct_fields__)
_KINDS = tuple(each.value for each in ActivityKind)
_NEEDED = ("practice", "kind", "title", "begins", "document_digest")
_MOST = 2000
_LARGEST = 2_000_000


class BadFile(InvalidInput):
    """A file of activities cannot be taken; the message names its lines."""

    code = "commitments.bad_file"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a file: the entry that it is, with until when it would count, or what is wrong with it."""

    line: int
    entry: Entry | None = None
    expires_at: datetime | None = None
    problem: str = ""
    hint: str = ""


def preview(book: Book, text: str, now: datetime) -> list[Line]:
    """Return what would become of every line. Raises BadFile where it is no such file at all."""
    reader = csv.DictReader(io.StringIO(_plain(text)), strict=True)
    try:
        _check_columns(reader.fieldnames or ())
        lines: list[Line] = []
        seen: dict[str, int] = {}
        for row in reader:
            if len(lines) == _MOST:
                raise BadFile(f"The file has more than {_MOST} lines.", hint="Divide it.")
            lines.append(_once(_line(book, row, reader.line_num, now), seen))
    except csv.Error as error:
        raise BadFile(f"Line {reader.line_num} is no CSV: {error}.", hint="Look at the quotes.") from None
    if not lines:
        raise BadFile("The file has no line below its head.", hint=f"Its head is: {','.join(COLUMNS)}")
    return lines


def take(tx: Transaction, book: Book, text: str, *, by: str, record: Write, clock: Clock) -> list[Activity]:
    """Keep every line of a file as an activity, or none. Raises BadFile."""
    lines = preview(book, text, clock())
    wrong = [each for each in lines if each.problem]
    if wrong:
        told = "\n".join(f"line {each.line}: {each.problem}" for each in wrong[:20])
        more = f"\n… and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise BadFile(
            f"{len(wrong)} of {len(lines)} lines cannot be taken, so none was:\n{told}{more}", hint=wrong[0].hint
        )
    return [add(tx, book, each.entry, by=by, record=record, clock=clock) for each in lines if each.entry is not None]


def _plain(text: str) -> str:
    if len(text) > _LARGEST:
        raise BadFile(f"The file has {len(text)} characters, at most {_LARGEST}.", hint="Divide it.")
    if "\0" in text:
        raise BadFile("The file is no text.", hint="Save it as CSV in UTF-8.")
    return text.removeprefix("\ufeff")


def _check_columns(named: object) -> None:
    names = [str(each).strip() for each in named] if isinstance(named, list | tuple) else []
    for name in names:
        if name not in COLUMNS:
            raise BadFile(f"Line 1: there is no column {name[:40]!r}.", hint=nearest(name, COLUMNS))
    for name in _NEEDED:
        if name not in names:
            raise BadFile(f"Line 1: the column {name!r} is missing.", hint=f"The head is: {','.join(COLUMNS)}")


def _line(book: Book, row: Mapping[str | None, str | list[str] | None], number: int, now: datetime) -> Line:
    if None in row or None in row.values():
        return Line(line=number, problem="it has another number of cells than the head.", hint="Look at the commas.")
    given = {str(name).strip(): str(value).strip() for name, value in row.items()}
    try:
        entry = _entry(given)
        return Line(line=number, entry=entry, expires_at=check(book, entry, now))
    except BadActivity as error:
        return Line(line=number, problem=error.message, hint=error.hint)


def _once(line: Line, seen: dict[str, int]) -> Line:
    """Return a line, or that it stands in the file before."""
    if line.entry is None:
        return line
    before = seen.setdefault(entry_digest(line.entry), line.line)
    if before == line.line:
        return line
    return Line(line=line.line, problem=f"it is the same as line {before}.", hint="Take one of the two out.")


def _entry(given: Mapping[str, str]) -> Entry:
    kind = given["kind"]
    if kind not in _KINDS:
        raise BadActivity(f"kind: there is no kind {kind[:40]!r}.", hint=nearest(kind, _KINDS))
    begins = _day("begins", given["begins"])
    if begins is None:
        raise BadActivity("begins: it has no day.", hint="Such as 2026-01-31.")
    return Entry(
        practice=given["practice"],
        kind=ActivityKind(kind),
        title=given["title"],
        begins=begins,
        ends=_day("ends", given.get("ends", "")),
        expires=_day("expires", given.get("expires", "")),
        people=given.get("people", ""),
        document_name=given.get("document_name", ""),
        document_digest=given["document_digest"].lower(),
        notes=given.get("notes", ""),
    )


def _day(name: str, given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadActivity(f"{name}: {given[:20]!r} is no day.", hint="Such as 2026-01-31.") from None
