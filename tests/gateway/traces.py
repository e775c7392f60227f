"""Looks for what must not have been written: a canary in many encodings, and rows and columns that grew.

Limits: what PostgreSQL has compressed is read through its tables, not in its files; bodies in the tests are short
enough to stay as they are.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def _random() -> str:
    return secrets.token_hex(5) + secrets.choice("GHJKMNPQ") + secrets.token_hex(5)


class Canary:
    """A text that nobody else writes and nothing compresses, with what it looks like in other encodings.

    All of one run begin alike, so that a search of many bytes for many of them is one for their beginning.
    """

    shared = _random()

    def __init__(self) -> None:
        self.halves = [self.shared, _random()]
        self.text = "é/".join(self.halves)
        # Of the halves only its own: the other one stands in every canary.
        self.forms = dict(_forms(self.text)) | {f"half {self.halves[1]}": self.halves[1].encode()}

    def within(self, data: bytes) -> list[str]:
        """Return the names of the encodings in which the canary stands in these bytes."""
        return [name for name, form in self.forms.items() if form in data]


def _forms(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "UTF-8", raw
    yield "lower case", text.lower().encode()
    for name in ("utf-16-le", "utf-16-be"):
        yield name, text.encode(name)
    for shift in range(3):
        # As it stands at each of the three places within a longer encoded text, without the letters that its
        # neighbours have a part in.
        encoded = base64.b64encode(b"\0" * shift + raw).decode()[4 if shift else 0 : -4]
        yield f"base64 at {shift}", encoded.encode()
        yield f"base64 for addresses at {shift}", encoded.replace("+", "-").replace("/", "_").encode()
    yield "hexadecimal", raw.hex().encode()
    yield "upper hexadecimal", raw.hex().upper().encode()
    yield "percent escapes", quote(text, safe="").encode()
    yield "JSON escapes", text.encode("ascii", "backslashreplace").replace(b"\\xe9", b"\\u00e9")


_BEGINNINGS = [form for _, form in _forms(Canary.shared)]


def suspicious(data: bytes) -> bool:
    """Tell whether the beginning that all canaries share stands in these bytes."""
    return any(form in data for form in _BEGINNINGS)


def digests(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the digests of a content, raw and in hexadecimal."""
    for name in ("md5", "sha1", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256"):
        made = hashlib.new(name, content, usedforsecurity=False).digest()
        yield name, made
        yield f"{name} in hexadecimal", made.hex().encode()


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Give every file below folders with its bytes; one that goes away meanwhile is left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            try:
                if path.is_file() and not path.is_symlink():
                    yield path, path.read_bytes()
            except FileNotFoundError:
                continue


def snapshot(url: str) -> Rows:
    """Return every row of every table of a database, those of extensions and jobs among them."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        found: Rows = {}
        for name in (each["tablename"] for each in tables):
            keys = connection.execute(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
                "ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY 1",
                [name],
            ).fetchall()
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall()
            named = [each["attname"] for each in keys] or sorted(rows[0] if rows else ())
            found[name] = {tuple(str(row[key]) for key in named): row for row in rows}
        return found


class Grown(NamedTuple):
    """A value that was not there before."""

    table: str
    column: str
    value: Any


def growth(before: Rows, after: Rows) -> list[Grown]:
    """Return the values that came or changed. What is empty holds nothing."""
    grown = []
    for table, rows in after.items():
        for key, row in rows.items():
            old = before.get(table, {}).get(key, {})
            new = [(name, value) for name, value in row.items() if value not in (None, [], {}, "", b"")]
            grown += [Grown(table, name, value) for name, value in new if old.get(name) != value]
    return grown


def dump(rows: Rows) -> Iterator[tuple[str, bytes]]:
    """Give every value of a snapshot as bytes, with its place."""
    for table, kept in rows.items():
        for row in kept.values():
            for column, value in row.items():
                place = f"{table}.{column}"
                yield place, bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
