"""Put a usage policy into force: exactly the documents whose digest was agreed on, in place of those that hold now."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from seawall import policy as room
from seawall.access.approvals import Act
from seawall.access.approvals.acts import BadParameters, Given
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.app.listeners import detector_names, judge_names
from seawall.policy import publishing
from seawall.policy.documents import Documents
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId

_FILE = re.compile(r"[A-Za-z0-9_-]{1,60}(/[A-Za-z0-9_. -]{1,80})?\.ya?ml")
_SHOWN = 40


class Files(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files of a policy, by their names in its directory."""

    files: dict[str, str]


class Publication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which documents, and which ones they replace; nothing on the first publication."""

    digest: str
    replaces: str | None


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def staged(tx: Transaction, given: Files) -> Publication:
        judges = judge_names(instance.settings)
        documents = _read(given.files, detector_names(judges), judges)
        return Publication(digest=publishing.stage(tx, documents), replaces=_held(tx))

    def about(tx: Transaction, given: Publication) -> Resource:
        publishing.staged(tx, given.digest)
        return Resource(kind="Policy", id="usage")

    def carry_out(tx: Transaction, by: PersonId, given: Publication) -> Given:
        made = publishing.publish_staged(
            tx, given.digest, replaces=given.replaces, by=by, record=instance.record, clock=instance.clock
        )
        return {"version": made.version, "digest": made.digest, "changed": made.changed}

    return (
        Act(
            action="policy.publish",
            takes=Publication,
            about=about,
            says=_says,
            carry_out=carry_out,
            hands_in=Files,
            staged=staged,
        ),
    )


def _says(tx: Transaction, given: Publication) -> str:
    documents = publishing.staged(tx, given.digest)
    before = publishing.load_documents(tx, given.replaces) if given.replaces else None
    told = f"Puts the usage policy {documents.policy.name!r} ({given.digest[:12]}) into force, in every process"
    if before is None:
        return f"{told}; none was in force."
    changes = [str(each) for each in room.diff(before, documents)]
    more = [f"… and {len(changes) - _SHOWN} more"] if len(changes) > _SHOWN else []
    lines = "\n".join([*changes[:_SHOWN], *more]) or "Nothing changes."
    return f"{told}, in place of {(given.replaces or '')[:12]}.\n{lines}"


def _held(tx: Transaction) -> str | None:
    held = publishing.latest(tx)
    return None if held is None else held.digest


def _read(files: Mapping[str, str], detectors: frozenset[str], judges: frozenset[str]) -> Documents:
    with tempfile.TemporaryDirectory(prefix="seawall-policy-") as name:
        for path, text in files.items():
            if not _FILE.fullmatch(path) or ".." in path:
                raise BadParameters(f"{path!r} is no file of a policy.", hint="Such as rules.yaml or overlays/x.yaml.")
            target = Path(name) / path
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
        return room.read(Path(name), detectors=detectors, judges=judges)
