"""CSV (RFC 4180) for spreadsheets, which run a cell that begins like a formula: such a cell gets an apostrophe."""

import csv
import io

import msgspec

from seawall.audit.entry import Entry
from seawall.audit.formats.form import Form

COLUMNS = ("index", "previous", "generation", "at", "kind", "actor", "subjects", "id", "fields")
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _line(entry: Entry, previous: int | None) -> bytes:
    fields = "" if entry.sealed else msgspec.json.encode(entry.fields).decode()
    cells = (
        str(entry.index), "" if previous is None else str(previous), str(entry.generation), entry.at.isoformat(),
        entry.kind, entry.actor, " ".join(entry.subjects), entry.id, fields,
    )  # fmt: skip
    return _row([guarded(cell) for cell in cells])


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, whatever spaces stand before it."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_STARTS) or cell.startswith(_STARTS) else cell


def _row(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


CSV = Form(name="csv", media="text/csv; charset=utf-8", suffix="csv", line=_line, head=_row(list(COLUMNS)))
