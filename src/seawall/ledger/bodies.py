"""Released bodies of public records: JSON lines in numbered files beside the tiles. Pure.

The releases are a small log of their own: `bodies/checkpoint` is signed under ``<origin>/bodies`` and its leaves are
the files, so that none can be changed, dropped or reordered unseen.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from seawall.ledger.commitment import NotCanonical, canonical, entry
from seawall.ledger.tiles import number

BODIES = "bodies"


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a release. `salt` is hexadecimal."""

    index: int
    salt: str
    body: dict[str, Any]


def release_path(n: int) -> str:
    """Return the path of a release."""
    return f"{BODIES}/{number(n)}.jsonl"


def line(index: int, salt: bytes, body: bytes) -> bytes:
    """Return one line of a release; the body stands in it as it was committed to."""
    return b'{"index":%d,"salt":"%s","body":%s}\n' % (index, salt.hex().encode(), body)


def check_line(held: bytes, entries: Sequence[bytes]) -> str | None:
    """Return what is wrong with a line of a release; None when it opens its entry."""
    try:
        told = msgspec.json.decode(held, type=Released)
        found = entry(canonical(told.body, "body"), bytes.fromhex(told.salt))
    except (msgspec.DecodeError, NotCanonical, ValueError):
        return "the line cannot be read"
    if not 0 <= told.index < len(entries):
        return f"the body is of entry {told.index}, which the log does not have"
    if entries[told.index] != found:
        return f"the body does not open entry {told.index}"
    return None
