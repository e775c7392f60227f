"""What whoever receives records does with them: notice a line that is missing, and one that was changed. Pure.

Imports nothing of the server. A chain shows what was taken out between two lines; what was cut off at the end shows by
the `lines` and `last` of the `audit.exported` record, or, of a stream, by the next line that comes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from seawall.ledger.commitment import NotCanonical, canonical, entry


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, and in which line, counted from 1."""

    line: int
    what: str


class Link(msgspec.Struct, frozen=True):
    """The place of a line: its index, that of the line before, and the origin that both belong to."""

    index: int
    previous: int | None
    generation: int = 1


def gaps(links: Iterable[Link | None], last: int | None = None) -> list[Fault]:
    """Return where lines are missing, twice or out of order; None stands for a line that cannot be read.

    `last` is the index of the last line that was received before. A line that comes again is no fault: deliveries
    happen at least once.
    """
    faults, before, generation = [], last, None
    for number, link in enumerate(links, 1):
        if link is None:
            faults.append(Fault(line=number, what="the line cannot be read"))
            continue
        if generation is not None and link.generation != generation:
            before = None  # a new origin: everything has a new number
        generation = link.generation
        if before is not None and link.index <= before:
            continue
        if link.previous != before:
            shown = "the first" if link.previous is None else f"entry {link.previous}"
            faults.append(Fault(line=number, what=f"it follows {shown}, but entry {before} came before"))
        before = link.index
    return faults


def links_of(lines: Iterable[bytes]) -> list[Link | None]:
    """Return the places of JSON lines."""
    return [_link(line) for line in lines]


def changed(lines: Iterable[bytes], entries: Sequence[bytes]) -> list[Fault]:
    """Return which JSON lines do not open the entry of the published log that they name."""
    found = ((number, _opens(line, entries)) for number, line in enumerate(lines, 1))
    return [Fault(line=number, what=what) for number, what in found if what is not None]


def _link(line: bytes) -> Link | None:
    try:
        return msgspec.json.decode(line, type=Link)
    except msgspec.DecodeError:
        return None


def _opens(line: bytes, entries: Sequence[bytes]) -> str | None:
    try:
        told: dict[str, Any] = msgspec.json.decode(line)
        index, body, salt = told["index"], told.get("body"), told.get("salt", "")
        held = entry(canonical(body, "body"), bytes.fromhex(salt)) if body is not None else None
    except (msgspec.DecodeError, NotCanonical, ValueError, KeyError, TypeError):
        return "the line cannot be read"
    if not isinstance(index, int) or not 0 <= index < len(entries):
        return f"the log has no entry {index}"
    # A sealed record shows no body: that it is there is all that can be compared.
    return None if held is None or held == entries[index] else f"the body does not open entry {index}"
