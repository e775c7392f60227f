"""Tiles against the worked example of the specification and against the plain tree."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.ledger.tiles import Edge, Hashes, TileMissing, edge_root, grow, number, pack, unpack
from seawall.ledger.tree import consistency_proof, inclusion_proof, leaf_hash, root

LEAVES = [leaf_hash(n.to_bytes(4, "big")) for n in range(4000)]


def tiled(*steps: int) -> dict[str, bytes]:
    edge: Edge = []
    tiles: dict[str, bytes] = {}
    size = 0
    for step in steps:
        tiles |= grow(edge, size, LEAVES[size : size + step])
        size += step
        assert edge_root(edge) == root(LEAVES[:size])
    return tiles


def test_numbers_are_written_in_groups_of_three() -> None:
    assert [number(n) for n in (0, 67, 1000, 1234067)] == ["000", "067", "x001/000", "x001/x234/067"]


def test_seventy_thousand_entries_make_the_tiles_of_the_specification() -> None:
    leaves = [leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)]
    edge: Edge = []
    tiles = grow(edge, 0, leaves)
    full = [name for name in tiles if ".p/" not in name]
    assert len([name for name in full if name.startswith("tile/0/")]) == 273
    assert {name for name in tiles if ".p/" in name} == {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}
    assert edge_root(edge) == root(leaves)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=5), st.data())
@settings(max_examples=60, deadline=None)
def test_proofs_from_tiles_are_those_of_the_tree(steps: list[int], data: st.DataObject) -> None:
    tiles, size = tiled(*steps), sum(steps)
    hashes = Hashes(tiles.get, size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert hashes.inclusion(index) == inclusion_proof(LEAVES[:size], index)
    assert hashes.consistency(old) == consistency_proof(LEAVES[:size], old)
    assert edge_root(hashes.edge()) == root(LEAVES[:size])


def test_a_missing_or_short_tile_is_named() -> None:
    tiles = tiled(300)
    del tiles["tile/0/000"]
    with pytest.raises(TileMissing, match="tile/0/000 is missing"):
        Hashes(tiles.get, 300).inclusion(3)
    tiles["tile/0/000"] = b"short"
    with pytest.raises(TileMissing, match="has 5 bytes"):
        Hashes(tiles.get, 300).inclusion(3)


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_bundles_come_back(entries: list[bytes]) -> None:
    assert unpack(pack(entries)) == entries


@given(st.binary(max_size=80))
def test_malformed_bundles_are_refused_not_guessed(held: bytes) -> None:
    found = unpack(held)
    assert found is None or pack(found) == held


def test_random_bytes_are_no_bundle() -> None:
    assert unpack(b"\xff\xff" + os.urandom(10)) is None
