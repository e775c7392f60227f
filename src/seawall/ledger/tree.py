"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion and consistency proofs, made and checked. Pure.

Hashes are 32 bytes of SHA-256. Proofs are computed from all leaf hashes; tiles come on top of this.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of one leaf, from the leaf to the root. Raises IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    at = _split(len(leaves))
    if index < at:
        return [*inclusion_proof(leaves[:at], index), root(leaves[at:])]
    return [*inclusion_proof(leaves[at:], index - at), root(leaves[:at])]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the tree over the first `old_size` leaves is a prefix. Raises IndexError."""
    if not 0 <= old_size <= len(leaves):
        raise IndexError(f"an older size of {old_size} for a tree of {len(leaves)}")
    return [] if old_size in (0, len(leaves)) else _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    at = _split(len(leaves))
    if old_size <= at:
        return [*_subproof(leaves[:at], old_size, whole=whole), root(leaves[at:])]
    return [*_subproof(leaves[at:], old_size - at, whole=False), root(leaves[:at])]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that an audit path leads to, or None for a path that no such tree has (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old_size: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a tree grew out of an older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= size:
        return False
    if old_size in (0, size):
        return not proof and old_root == (EMPTY_ROOT if old_size == 0 else new_root)
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root
