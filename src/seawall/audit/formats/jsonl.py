"""JSON Lines: everything, with the salt by which `seawall audit check` compares a line with the published log."""

from typing import Any

import msgspec

from seawall.audit.entry import Entry
from seawall.audit.formats.form import Form


def _line(entry: Entry, previous: int | None) -> bytes:
    told: dict[str, Any] = {"index": entry.index, "previous": previous, "generation": entry.generation, "id": entry.id}
    told |= {"at": entry.at.isoformat(), "kind": entry.kind, "audience": entry.audience, "actor": entry.actor}
    told |= {"subjects": entry.subjects}
    if not entry.sealed:
        told |= {"body": entry.body, "private": entry.private, "salt": entry.salt}
    return msgspec.json.encode(told) + b"\n"


JSONL = Form(name="jsonl", media="application/jsonl", suffix="jsonl", line=_line)
