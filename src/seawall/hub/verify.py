"""Check a hub from its files alone: manifest, every file, every record's proof, every number, growth. Pure.

    key -> proof of `hub.published` -> digest of manifest.json -> every file -> records/*.tlog-proof -> numbers

Nothing that could not be checked counts as right. Whether this is the newest edition, only memory can tell (`Seen`).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from seawall.hub import claims
from seawall.hub.growth import Growth, grown
from seawall.hub.manifest import BESIDE, GROWTH, MANIFEST, PROOF, Manifest, ManifestUnreadable, digest
from seawall.ledger.note import Checkpoint, NoteInvalid, Verifier
from seawall.ledger.proof import Proof, check
from seawall.ledger.tiles import Read
from seawall.ledger.verify import Problem
from seawall.vocabulary.errors import SeawallError

_RECORDS, _SUFFIX = "records/", ".tlog-proof"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader remembers of a hub: key, edition, and the ledger as it was then. The root is hexadecimal."""

    key: str
    edition: int
    size: int
    root: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `verified` is true only when everything was checked and held."""

    verified: bool
    name: str = ""
    edition: int = 0
    as_of: str = ""
    files: int = 0
    records: int = 0
    numbers: int = 0
    problems: list[Problem] = []
    seen: Seen | None = None


def verify(read: Read, verifier: Verifier, *, paths: Iterable[str] | None = None, seen: Seen | None = None) -> Report:
    """Check a site. `paths` are the files that there are, where they can be listed: one too many is a problem."""
    problems: list[Problem] = []
    manifest = _manifest(read, problems)
    if manifest is None:
        return Report(verified=False, problems=problems)
    stated = _stated(read, verifier, problems)
    held, size = read(MANIFEST) or b"", None
    if stated is not None:
        _bound(manifest, digest(held), stated[0], problems)
        size = stated[1]
    files = _files(read, manifest, paths, problems)
    bodies = _records(files, verifier, problems)
    _documents(files, bodies, problems)
    _sums(bodies, problems)
    numbers = _numbers(files, bodies, problems)
    if seen is not None and size is not None:
        _remembered(read, seen, manifest, size, problems)
    return Report(
        verified=not problems,
        name=manifest.name,
        edition=manifest.edition,
        as_of=manifest.as_of,
        files=len(manifest.files),
        records=len(bodies),
        numbers=numbers,
        problems=problems,
        seen=_seen(verifier, manifest, size),
    )


def _manifest(read: Read, problems: list[Problem]) -> Manifest | None:
    held = read(MANIFEST)
    if held is None:
        problems.append(Problem("the manifest is missing, so nothing can be checked", MANIFEST))
        return None
    try:
        return Manifest.parse(held)
    except ManifestUnreadable as error:
        problems.append(Problem(error.message, MANIFEST))
        return None


def _stated(read: Read, verifier: Verifier, problems: list[Problem]) -> tuple[dict[str, Any], Checkpoint] | None:
    """Return what the ledger says of this edition, and the ledger's state."""
    held = read(PROOF)
    if held is None:
        problems.append(Problem("the proof that the ledger holds this manifest is missing", PROOF))
        return None
    try:
        proof = Proof.parse(held.decode())
        proven = check(proof, verifier)
    except (SeawallError, UnicodeDecodeError) as error:
        problems.append(Problem(str(error), PROOF))
        return None
    # Its signature was checked just now.
    checkpoint = Checkpoint.parse(proof.checkpoint.rpartition("\n\n")[0] + "\n")
    if proven.record.get("kind") != "hub.published":
        problems.append(Problem(f"the proof is of a record {proven.record.get('kind')!r}, not of an edition", PROOF))
        return None
    return proven.record, checkpoint


def _bound(manifest: Manifest, found: str, record: dict[str, Any], problems: list[Problem]) -> None:
    if found == record.get("digest") and manifest.edition == record.get("edition"):
        return
    if found == record.get("previous"):
        what = f"this is the manifest of an older edition, the one before edition {record.get('edition')}"
    elif manifest.edition < int(record.get("edition", 0)):
        what = f"this is the manifest of edition {manifest.edition}, the ledger's proof is of {record.get('edition')}"
    else:
        what = f"the manifest is not the one that the ledger committed to as edition {record.get('edition')}"
    problems.append(Problem(what, MANIFEST))


def _files(read: Read, manifest: Manifest, paths: Iterable[str] | None, problems: list[Problem]) -> dict[str, bytes]:
    files = {}
    for entry in manifest.files:
        held = read(entry.path)
        if held is None:
            problems.append(Problem("the file is missing", entry.path))
            continue
        files[entry.path] = held
        if digest(held) != entry.sha256:
            problems.append(Problem(_differs(len(held), entry.bytes), entry.path))
    known = {entry.path for entry in manifest.files} | BESIDE
    problems += [Problem("the file is not of this edition", path) for path in sorted(set(paths or ()) - known)]
    return files


def _differs(held: int, stated: int) -> str:
    if held != stated:
        return f"the file was changed: it has {held} bytes, {stated} were published"
    return "the file was changed: at least one byte differs from what was published"


def _records(files: dict[str, bytes], verifier: Verifier, problems: list[Problem]) -> dict[str, dict[str, Any]]:
    bodies = {}
    for path, held in files.items():
        if not (path.startswith(_RECORDS) and path.endswith(_SUFFIX)):
            continue
        name = path.removeprefix(_RECORDS).removesuffix(_SUFFIX)
        try:
            proven = check(Proof.parse(held.decode()), verifier)
        except (SeawallError, UnicodeDecodeError) as error:
            problems.append(Problem(f"the proof does not hold: {error}", path))
            continue
        if proven.record.get("id") != name:
            problems.append(Problem(f"the proof is of {proven.record.get('id')}", path))
            continue
        bodies[name] = proven.record
    return bodies


def _documents(files: dict[str, bytes], bodies: dict[str, dict[str, Any]], problems: list[Problem]) -> None:
    """Check the archive: every text whose digest a record of its own states is that one."""
    for body in bodies.values():
        path, stated = _text_of(body)
        if path in files and digest(files[path]) != stated:
            problems.append(Problem(f"the text is not the one that {body.get('id')} states", path))


def _text_of(body: dict[str, Any]) -> tuple[str, Any]:
    match body.get("kind"):
        case "document.published":
            return f"publications/{body.get('document')}/{body.get('version')}.md", body.get("digest")
        case "feedback.answer_published":
            return f"answers/{body.get('id')}.txt", body.get("digest")
        case "classifier.released":
            return f"classifiers/{body.get('classifier')}/{body.get('release')}.json", body.get("manifest_digest")
        case _:
            return "", None


def _sums(bodies: dict[str, dict[str, Any]], problems: list[Problem]) -> None:
    """Check that the parts of signed numbers add up; where small ones are withheld, that the rest are not too many."""
    for name, body in bodies.items():
        if body.get("kind") == "metrics.closed":
            wrong = filter(None, map(claims.sum_wrong, body.get("numbers", ())))
            problems += [Problem(what, f"{_RECORDS}{name}{_SUFFIX}") for what in wrong]


def _numbers(files: dict[str, bytes], bodies: dict[str, dict[str, Any]], problems: list[Problem]) -> int:
    number = 0
    for path, claim in claims.walk(files):
        number += 1
        what = claims.wrong(claim, bodies)
        if what is not None:
            problems.append(Problem(what, path))
    return number


def _remembered(read: Read, seen: Seen, manifest: Manifest, now: Checkpoint, problems: list[Problem]) -> None:
    if manifest.edition < seen.edition:
        problems.append(
            Problem(f"this is edition {manifest.edition}; edition {seen.edition} was seen before", MANIFEST)
        )
    if now.size < seen.size:
        problems.append(Problem(f"the ledger has shrunk: {seen.size} entries were seen, now {now.size}", PROOF))
        return
    try:
        growth = msgspec.json.decode(read(GROWTH) or b"", type=Growth)
    except msgspec.DecodeError:
        growth = Growth()
    what = grown(growth, seen.size, seen.root, now)
    if what is not None:
        problems.append(Problem(what, GROWTH))


def _seen(verifier: Verifier, manifest: Manifest, size: Checkpoint | None) -> Seen | None:
    if size is None:
        return None
    return Seen(key=str(verifier), edition=manifest.edition, size=size.size, root=size.root.hex())


def own_key(read: Read) -> Verifier:
    """Return the key that the site states itself, which proves nothing about who runs it. Raises NoteInvalid."""
    held = read(MANIFEST)
    if held is None:
        raise NoteInvalid("There is no manifest here.", hint="Name the folder or the address of a hub.")
    return Verifier.parse(Manifest.parse(held).key)
