"""OCSF 1.3 events, one JSON object a line. Which class a kind is stands in `audit.classes`.

Records hold no network address, so that the endpoint of an API activity is Seawall itself.
"""

from importlib.metadata import version
from typing import Any

import msgspec

from seawall.audit.classes import ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION, Mapped, mapped
from seawall.audit.entry import Entry
from seawall.audit.formats.form import Form

SCHEMA = "1.3.0"


def event(entry: Entry, previous: int | None) -> dict[str, Any]:
    """Return the event of an entry."""
    kind = mapped(entry.kind)
    told = {
        "class_uid": kind.event_class,
        "category_uid": kind.event_class // 1000,
        "activity_id": kind.activity,
        "type_uid": kind.event_class * 100 + kind.activity,
        "time": int(entry.at.timestamp() * 1000),
        "severity_id": kind.severity,
        "status_id": 2 if kind.failed else 1,
        "message": kind.says,
        "metadata": _metadata(entry),
        "unmapped": {"previous": previous, "kind": entry.kind, "subjects": entry.subjects, "fields": entry.fields},
    }
    if kind.activity == 99:
        told["activity_name"] = entry.kind
    return told | _of_class(entry, kind)


def _metadata(entry: Entry) -> dict[str, Any]:
    product = {"name": "Seawall", "vendor_name": "Seawall", "version": version("seawall")}
    return {
        "version": SCHEMA,
        "product": product,
        "uid": entry.id,
        "sequence": entry.index,
        "log_name": f"ledger/{entry.generation}",
        "event_code": entry.kind,
    }


def _of_class(entry: Entry, kind: Mapped) -> dict[str, Any]:
    fields, actor = entry.fields, {"user": {"uid": entry.actor or "seawall"}}
    user = {"uid": str(fields.get("person") or entry.actor or "unknown")}
    if kind.event_class == AUTHENTICATION:
        session = {"session": {"uid": fields["session"]}} if "session" in fields else {}
        return {"user": user, "actor": actor, "service": {"name": "Seawall"}, **session}
    if kind.event_class == ACCOUNT_CHANGE:
        policy = {"policy": {"name": fields["role"]}} if "role" in fields else {}
        return {"user": user, "actor": actor, **policy}
    if kind.event_class == API_ACTIVITY:
        resources = [{"uid": each} for each in entry.subjects]
        return {
            "actor": actor,
            "api": {"operation": entry.kind, "service": {"name": "Seawall"}},
            "src_endpoint": {"name": "seawall"},
            **({"resources": resources} if resources else {}),
        }
    raise AssertionError(f"no fields are known for class {kind.event_class}")


def _line(entry: Entry, previous: int | None) -> bytes:
    return msgspec.json.encode(event(entry, previous)) + b"\n"


OCSF = Form(name="ocsf", media="application/jsonl", suffix="ocsf.jsonl", line=_line)
