"""ArcSight's Common Event Format, version 0: a head with escaped bars, then keys with escaped equals signs."""

from importlib.metadata import version

import msgspec

from seawall.audit.classes import mapped
from seawall.audit.entry import Entry
from seawall.audit.formats.form import Form

_SEVERITY = {1: 2, 2: 4, 3: 6, 4: 8, 5: 10}


def _line(entry: Entry, previous: int | None) -> bytes:
    kind = mapped(entry.kind)
    head = ("CEF:0", "Seawall", "Seawall", version("seawall"), entry.kind, kind.says, str(_SEVERITY[kind.severity]))
    told = {
        "rt": str(int(entry.at.timestamp() * 1000)),
        "externalId": entry.id,
        "suid": entry.actor,
        "act": entry.kind,
        "outcome": "failure" if kind.failed else "success",
        "cn1Label": "ledgerIndex",
        "cn1": str(entry.index),
        "cn2Label": "previousIndex",
        "cn2": "" if previous is None else str(previous),
        "cs1Label": "subjects",
        "cs1": " ".join(entry.subjects),
        "cs2Label": "fields",
        "cs2": "" if entry.sealed else msgspec.json.encode(entry.fields).decode(),
    }
    extension = " ".join(f"{key}={_value(value)}" for key, value in told.items() if value)
    return ("|".join([head[0], *map(_head, head[1:])]) + "|" + extension + "\n").encode()


def _head(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r", " ").replace("\n", " ")


def _value(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("\r", "\\r").replace("\n", "\\n")


CEF = Form(name="cef", media="text/plain; charset=utf-8", suffix="cef", line=_line)
