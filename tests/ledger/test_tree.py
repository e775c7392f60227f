"""The tree against the vectors of certificate transparency, and every size against its definition."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.ledger.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    root,
    root_from_inclusion,
)

# The eight inputs and the roots of the reference tests of certificate-transparency.
ENTRIES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_roots_are_those_of_the_reference(size: int, expected: str) -> None:
    assert root(LEAVES[:size]).hex() == expected


def defined_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 6962, section 2.1."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    at = 1
    while at * 2 < len(leaves):
        at *= 2
    return node_hash(defined_root(leaves[:at]), defined_root(leaves[at:]))


def made(size: int) -> list[bytes]:
    return [leaf_hash(sha256(str(n).encode()).digest()) for n in range(size)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.data())
def test_every_leaf_and_every_older_size_can_be_proved(size: int, data: st.DataObject) -> None:
    leaves = made(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    whole = root(leaves)
    assert whole == defined_root(leaves)
    path = inclusion_proof(leaves, index)
    assert root_from_inclusion(leaves[index], index, size, path) == whole
    assert is_consistent(old, root(leaves[:old]), size, whole, consistency_proof(leaves, old))


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 300), st.data())
def test_a_proof_with_one_changed_byte_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves = made(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    whole = root(leaves)
    for proof, holds in (
        (inclusion_proof(leaves, index), lambda p: root_from_inclusion(leaves[index], index, size, p) == whole),
        (consistency_proof(leaves, old), lambda p: is_consistent(old, root(leaves[:old]), size, whole, p)),
    ):
        at, byte = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 31))
        changed = bytearray(proof[at])
        changed[byte] ^= 1
        assert holds(proof)
        assert not holds([*proof[:at], bytes(changed), *proof[at + 1 :]])
        assert not holds(proof[:-1])
        assert not holds([*proof, proof[0]])


def test_a_fork_is_not_consistent() -> None:
    leaves = made(20)
    forked = [*leaves[:5], leaf_hash(b"another"), *leaves[6:]]
    assert not is_consistent(10, root(leaves[:10]), 20, root(forked), consistency_proof(forked, 10))


def test_a_leaf_outside_the_tree_is_refused() -> None:
    with pytest.raises(IndexError, match="leaf 8 of a tree of 8"):
        inclusion_proof(LEAVES, 8)
    assert root_from_inclusion(LEAVES[0], 8, 8, []) is None
