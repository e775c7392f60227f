"""How the ledger grew from the state at each earlier edition to that of this one, as consistency proofs. Pure.

The file lies beside the manifest and needs no signature: a proof holds or it does not.
"""

from collections.abc import Iterable

import msgspec

from seawall.ledger.note import Checkpoint
from seawall.ledger.tiles import Hashes
from seawall.ledger.tree import is_consistent


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From an older size and root. All hashes are hexadecimal."""

    size: int
    root: str
    proof: tuple[str, ...]


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """Every step to one size."""

    size: int = 0
    steps: tuple[Step, ...] = ()

    def encode(self) -> bytes:
        """Return the file."""
        return msgspec.json.encode(self)


def growth(hashes: Hashes, earlier: Iterable[tuple[int, str]]) -> Growth:
    """Return the steps from earlier sizes and roots. Raises TileMissing."""
    steps = (
        Step(size=size, root=root, proof=tuple(each.hex() for each in hashes.consistency(size)))
        for size, root in sorted(set(earlier))
        if 0 < size <= hashes.size
    )
    return Growth(size=hashes.size, steps=tuple(steps))


def grown(told: Growth, size: int, root: str, now: Checkpoint) -> str | None:
    """Return why a ledger cannot be shown to have grown out of one that was seen; None where it can."""
    if (size, root) == (now.size, now.root.hex()):
        return None
    if size == now.size:
        return f"the ledger of {size} entries is not the one that was seen before"
    step = next((each for each in told.steps if each.size == size), None)
    if told.size != now.size or step is None:
        return f"there is no proof here that the ledger grew out of the {size} entries that were seen before"
    try:
        held = is_consistent(
            size, bytes.fromhex(root), now.size, now.root, [bytes.fromhex(each) for each in step.proof]
        )
    except ValueError:
        held = False
    return None if held else f"the ledger did not grow out of the one with {size} entries that was seen before"
