"""Verify a whole log: its signature, every tile, every entry, every released body, and that it only ever grew. Pure.

Nothing that could not be checked counts as right: it is a problem, with what is wrong and where.
"""

from typing import Any

import msgspec

from seawall.ledger.bodies import BODIES, check_line, release_path
from seawall.ledger.commitment import ENTRY_BYTES
from seawall.ledger.note import Checkpoint, NoteInvalid, Verifier, open_note
from seawall.ledger.tiles import WIDTH, Read, path, unpack, width_at
from seawall.ledger.tree import leaf_hash, root


class Problem(msgspec.Struct, frozen=True):
    """One thing that does not hold: what, and in which file."""

    what: str
    where: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier remembers of a log: its key and the last sizes and roots that held. Roots are hexadecimal."""

    key: str
    size: int = 0
    root: str = ""
    releases: int = 0
    releases_root: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `verified` is true only when everything was checked and held."""

    verified: bool
    origin: str
    size: int = 0
    entries: int = 0
    bodies: int = 0
    problems: list[Problem] = []
    seen: Seen | None = None


def verify(read: Read, verifier: Verifier, seen: Seen | None = None) -> Report:
    """Check a log against its key and, where there is one, against what was seen of it before."""
    problems: list[Problem] = []
    checkpoint = _checkpoint(read, "checkpoint", verifier.name, verifier, problems)
    if checkpoint is None:
        return Report(verified=False, origin=verifier.name, problems=problems)
    entries = _entries(read, checkpoint.size, problems)
    leaves = [leaf_hash(each) for each in entries]
    if len(leaves) == checkpoint.size:
        _tiles(read, leaves, problems)
        if root(leaves) != checkpoint.root:
            problems.append(Problem("the entries do not add up to the signed root", "checkpoint"))
        _grown("log", "checkpoint", leaves, (seen.size, seen.root) if seen else (0, ""), problems)
    releases, bodies = _bodies(read, verifier, entries, problems)
    _grown(
        "list of released bodies",
        f"{BODIES}/checkpoint",
        releases,
        (seen.releases, seen.releases_root) if seen else (0, ""),
        problems,
    )
    now = Seen(
        key=str(verifier),
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        releases=len(releases),
        releases_root=root(releases).hex(),
    )
    return Report(
        verified=not problems,
        origin=checkpoint.origin,
        size=checkpoint.size,
        entries=len(entries),
        bodies=bodies,
        problems=problems,
        seen=now,
    )


def entries_of(read: Read, verifier: Verifier) -> list[bytes]:
    """Return the entries of a log that holds as a whole. Raises NoteInvalid where it does not."""
    report = verify(read, verifier)
    if not report.verified:
        first = report.problems[0]
        raise NoteInvalid(
            f"The log does not hold: {first.where}: {first.what}.", hint="`seawall ledger verify` tells all."
        )
    return _entries(read, report.size, [])


def _checkpoint(read: Read, where: str, origin: str, verifier: Verifier, problems: list[Problem]) -> Checkpoint | None:
    held = read(where)
    if held is None:
        problems.append(Problem("there is no checkpoint", where))
        return None
    try:
        checkpoint = Checkpoint.parse(open_note(held.decode(), verifier))
    except (NoteInvalid, UnicodeDecodeError) as error:
        problems.append(Problem(str(error), where))
        return None
    if checkpoint.origin != origin:
        problems.append(Problem(f"the checkpoint is of {checkpoint.origin!r}, not of {origin!r}", where))
        return None
    return checkpoint


def _entries(read: Read, size: int, problems: list[Problem]) -> list[bytes]:
    """Return every entry; what is missing or malformed is a problem and ends the list."""
    entries: list[bytes] = []
    for n in range(-(-size // WIDTH)):
        width = width_at(n, size)
        where = path("entries", n, width)
        held = read(where)
        found = unpack(held) if held is not None else None
        if held is None:
            problems.append(Problem("the bundle of entries is missing", where))
        elif found is None or len(found) != width:
            problems.append(Problem(f"the bundle does not hold {width} entries", where))
        elif any(len(each) != ENTRY_BYTES for each in found):
            at = next(k for k, each in enumerate(found) if len(each) != ENTRY_BYTES)
            problems.append(Problem(f"entry {n * WIDTH + at} has not {ENTRY_BYTES} bytes", where))
        else:
            entries += found
            continue
        return entries
    return entries


def _tiles(read: Read, leaves: list[bytes], problems: list[Problem]) -> None:
    level, hashes = 0, leaves
    while hashes:
        chunks = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
        for n, chunk in enumerate(chunks):
            where = path(level, n, len(chunk))
            held = read(where)
            if held is None:
                problems.append(Problem("the tile is missing", where))
            elif held != b"".join(chunk):
                problems.append(Problem(_differs(held, chunk, n, level), where))
        level, hashes = level + 1, [root(chunk) for chunk in chunks if len(chunk) == WIDTH]


def _differs(held: bytes, chunk: list[bytes], n: int, level: int) -> str:
    for at, wanted in enumerate(chunk):
        if held[32 * at : 32 * at + 32] != wanted:
            what = "entry" if level == 0 else f"hash of level {level}"
            return f"the tile does not fit {what} {n * WIDTH + at}"
    return f"the tile has {len(held)} bytes, not {32 * len(chunk)}"


def _grown(what: str, where: str, leaves: list[bytes], before: tuple[int, str], problems: list[Problem]) -> None:
    size, known = before
    if size > len(leaves):
        problems.append(Problem(f"the {what} has shrunk: {size} were seen, now {len(leaves)}", where))
    elif size and root(leaves[:size]).hex() != known:
        problems.append(Problem(f"the {what} is not the one seen before: its first {size} differ", where))


def _bodies(read: Read, verifier: Verifier, entries: list[bytes], problems: list[Problem]) -> tuple[list[bytes], int]:
    """Return the leaf hashes of the releases, and how many bodies in them fit their entries."""
    where = f"{BODIES}/checkpoint"
    if read(where) is None:
        return [], 0
    checkpoint = _checkpoint(read, where, f"{verifier.name}/{BODIES}", verifier, problems)
    releases: list[bytes] = []
    good = 0
    for number in range(checkpoint.size if checkpoint else 0):
        held = read(release_path(number))
        if held is None:
            problems.append(Problem("the release of bodies is missing", release_path(number)))
            return releases, good
        releases.append(leaf_hash(held))
        good += _lines(held, number, entries, problems)
    if checkpoint and root(releases) != checkpoint.root:
        problems.append(Problem("the releases do not add up to the signed root", where))
    return releases, good


def _lines(held: bytes, number: int, entries: list[bytes], problems: list[Problem]) -> int:
    good = 0
    for at, line in enumerate(held.splitlines(), 1):
        wrong = check_line(line, entries)
        good += wrong is None
        if wrong is not None:
            problems.append(Problem(wrong, f"{release_path(number)} line {at}"))
    return good


def told(report: Report) -> dict[str, Any]:
    """Return a report as the command line prints it in JSON."""
    shown: dict[str, Any] = msgspec.to_builtins(report)
    del shown["seen"]
    return shown
