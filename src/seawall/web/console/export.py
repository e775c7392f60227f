"""Tables as files: CSV, JSON, and JSON Lines. What a spreadsheet would take for a formula is marked as text."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from fastapi.responses import Response

from seawall.vocabulary.errors import InvalidInput
from seawall.web.console.times import iso

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NoSuchFormat(InvalidInput):
    """Nothing is exported in that format."""

    code = "web.no_such_format"

    def __init__(self, asked: str) -> None:
        super().__init__(f"There is no export as {asked[:20]!r}.", hint="Take csv, json or jsonl.")


def exported(wanted: str, name: str, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Response:
    """Return rows as a file to be saved. Raises NoSuchFormat."""
    plain = [{key: _plain(row.get(key)) for key in keys} for row in rows]
    if wanted == "csv":
        body, kind = _csv(keys, plain), "text/csv; charset=utf-8"
    elif wanted == "json":
        body, kind = msgspec.json.format(msgspec.json.encode(plain)), "application/json"
    elif wanted == "jsonl":
        body, kind = b"".join(msgspec.json.encode(row) + b"\n" for row in plain), "application/jsonl"
    else:
        raise NoSuchFormat(wanted)
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}.{wanted}"'})


def _csv(keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=keys)
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return list(value) if isinstance(value, tuple) else value
