"""Documents as the files that somebody would write, and back with some of them changed: for a draft that is tried.

    documents -> files_of -> texts by name -> (changed) -> drafted -> documents

What is as it would be without a word is not written. The order of keys is that of the documents; comments are not kept.
"""

import re
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import yaml

from seawall.policy.documents import Documents
from seawall.policy.problems import Place, PolicyInvalid, problem
from seawall.policy.read import read

_FILE = re.compile(r"policy|categories|rules|ladder|banners|exemptions|cascade|overlays/[a-z0-9][a-z0-9_.-]{0,79}")
_UNITS = ((86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))


def files_of(documents: Documents) -> dict[str, str]:
    """Return documents as texts by the names of their files; `read` makes the same documents of them."""
    parts: dict[str, Any] = {
        "policy.yaml": documents.policy,
        "categories.yaml": documents.categories,
        "rules.yaml": {"rules": documents.rules},
        "ladder.yaml": documents.ladder,
        "banners.yaml": {"banners": documents.banners} if documents.banners else {},
        "exemptions.yaml": {"exemptions": documents.exemptions} if documents.exemptions else {},
        "cascade.yaml": documents.cascade,
        **{f"overlays/{project}.yaml": overlay for project, overlay in documents.overlays.items()},
    }
    plain = {name: _plain(part) for name, part in parts.items()}
    return {
        name: yaml.safe_dump(part, sort_keys=False, allow_unicode=True, width=110)
        for name, part in plain.items()
        if part
    }


def drafted(documents: Documents, changed: Mapping[str, str]) -> Documents:
    """Return documents with some of their files written anew; an empty one is left out. Raises PolicyInvalid.

    Which detectors and judges there are is not asked here: publishing does.
    """
    files = {name: text for name, text in {**files_of(documents), **changed}.items() if text.strip()}
    strange = [name for name in files if not _FILE.fullmatch(name.removesuffix(".yaml")) or ".." in name]
    if strange:
        raise PolicyInvalid([problem(Place(name[:80]), "No document of a policy has this name.") for name in strange])
    with tempfile.TemporaryDirectory(prefix="seawall-draft-") as name:
        for path, text in files.items():
            file = Path(name) / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        return read(Path(name))


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _fields(value)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, timedelta):
        return _lasting(value)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    told = {}
    for each in msgspec.structs.fields(struct):
        value = getattr(struct, each.name)
        default = each.default if each.default_factory is msgspec.NODEFAULT else each.default_factory()
        if value is not msgspec.UNSET and value != default:
            told[each.encode_name] = _plain(value)
    return told


def _lasting(value: timedelta) -> str:
    seconds = value.total_seconds()
    for size, name in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)} {name}"
    return f"{seconds * 1000:g} ms"
