"""Check a hub whose addresses are doors into editions: the edition that is shown, and every door and copy. Pure.

While an edition is being published, addresses may still be those of the one before: then that one is checked too. Once
the last door leads where the start page does, everything must.
"""

from collections.abc import Iterable, Mapping

import msgspec

from seawall.hub.doors import EDITIONS, FORM, LAST, START, door, has_door, leads, within
from seawall.hub.manifest import MANIFEST, Manifest, ManifestUnreadable, digest
from seawall.hub.verify import Report, Seen, verify
from seawall.ledger.note import Verifier
from seawall.ledger.tiles import Read
from seawall.ledger.verify import Problem

# Whoever publishes while somebody checks is waited for so often.
_TRIES = 3


class _Led(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that doors lead into: what its doors are, and the digest of each file."""

    name: str
    form: bytes
    files: Mapping[str, str]

    def has(self, path: str, held: bytes) -> bool:
        """Tell whether that may stand at an address."""
        if has_door(path):
            return path in self.files and held == door(self.form, path, self.name)
        return self.files.get(path) == digest(held)


def verify_place(
    read: Read, verifier: Verifier, *, paths: Iterable[str] | None = None, seen: Seen | None = None
) -> Report:
    """Check what an address or a folder holds: one edition, or doors into editions."""
    listed = None if paths is None else list(paths)
    for _ in range(_TRIES):
        shown = leads(read(START))
        if not shown:
            return verify(read, verifier, paths=listed, seen=seen)
        report = _verify_doors(read, verifier, shown, listed, seen)
        if report.verified or leads(read(START)) == shown:
            break
    return report


def _verify_doors(read: Read, verifier: Verifier, shown: str, listed: list[str] | None, seen: Seen | None) -> Report:
    report = _edition(read, verifier, shown, listed, seen)
    problems, led = list(report.problems), [_led(read, shown)]
    before = leads(read(LAST))
    if before not in (shown, ""):
        problems += _edition(read, verifier, before, listed).problems
        led.append(_led(read, before))
    problems += _addresses(read, led, listed, finished=before == shown)
    return msgspec.structs.replace(report, verified=not problems, problems=problems)


def _edition(read: Read, verifier: Verifier, name: str, listed: list[str] | None, seen: Seen | None = None) -> Report:
    home = f"{EDITIONS}{name}/"
    paths = None if listed is None else [each.removeprefix(home) for each in listed if each.startswith(home)]
    report = verify(within(read, name), verifier, paths=paths, seen=seen)
    problems = [Problem(each.what, home + each.where) for each in report.problems]
    if digest(within(read, name)(MANIFEST) or b"") != name:
        problems.append(Problem("the manifest is not the one that the doors name", home + MANIFEST))
    return msgspec.structs.replace(report, verified=not problems, problems=problems)


def _led(read: Read, name: str) -> _Led:
    inside = within(read, name)
    try:
        files = Manifest.parse(inside(MANIFEST) or b"").files
    except ManifestUnreadable:
        files = ()
    return _Led(name=name, form=inside(FORM) or b"", files={each.path: each.sha256 for each in files})


def _addresses(read: Read, led: list[_Led], listed: list[str] | None, *, finished: bool) -> list[Problem]:
    shown = led[0]
    named = {path for each in led for path in each.files}
    there = {path for path in listed or () if not path.startswith(EDITIONS)}
    problems = []
    for path in sorted({*named, *there, START}):
        held = read(path)
        if held is None:
            # Until the last door is there, others may not be yet.
            missing = finished and path in shown.files
            problems += [Problem("the file is missing", path)] if missing else []
        elif path not in named:
            problems.append(Problem("the file is not of this edition", path))
        elif not any(each.has(path, held) for each in (led[:1] if path == START else led)):
            what = "the door was changed" if has_door(path) else "the file was changed"
            problems.append(Problem(f"{what}: it is not as the edition {shown.name[:12]} has it", path))
    return problems
