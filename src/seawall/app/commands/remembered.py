"""What a verification saw, kept in a file of whoever verifies, so that the next one knows what must have grown."""

from pathlib import Path
from typing import TypeVar

import msgspec

from seawall.vocabulary.errors import InvalidInput

T = TypeVar("T")


def recall(state: Path | None, takes: type[T], unreadable: type[InvalidInput]) -> T | None:
    """Return what an earlier verification kept; None where there was none. Raises `unreadable`."""
    if state is None or not state.exists():
        return None
    try:
        return msgspec.json.decode(state.read_bytes(), type=takes)
    except (msgspec.DecodeError, OSError):
        raise unreadable(
            f"{state} is not what an earlier verification wrote.", hint="Remove it to begin anew with --key."
        ) from None


def keep(state: Path, seen: object) -> None:
    """Keep what this verification saw, whole or not at all."""
    fresh = state.with_name(state.name + ".new")
    fresh.write_bytes(msgspec.json.encode(seen))
    fresh.replace(state)
