"""Tiles of C2SP tlog-tiles: where they are, what is in them, how a tree grows, what hashes proofs need. Pure.

A tile holds up to 256 hashes of one level; an entry bundle holds up to 256 entries. `Hashes` reads tiles through a
function from path to bytes, so the same code serves a directory, a URL and the log itself.
"""

from collections.abc import Callable, Sequence

from seawall.ledger.tree import EMPTY_ROOT, node_hash, root
from seawall.vocabulary.errors import SeawallError

WIDTH = 256
_HASH = 32
Read = Callable[[str], bytes | None]
Edge = list[list[bytes]]
"""Per level, the hashes of the tile that is not full yet."""


class TileMissing(SeawallError):
    """A tile that the tree needs is not there or has a wrong length."""

    code, status = "ledger.tile_missing", 502

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} {why}.", hint="Fetch the log again, or ask its operator.")
        self.path = path


def number(n: int) -> str:
    """Return a tile's number in groups of three digits: 1234067 is ``x001/x234/067``."""
    digits = f"{n:03d}".zfill(-(-len(f"{n:03d}") // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def path(level: int | str, n: int, width: int) -> str:
    """Return the path of a tile (`level` a number) or of an entry bundle (`level` is ``entries``)."""
    return f"tile/{level}/{number(n)}" + ("" if width == WIDTH else f".p/{width}")


def width_at(n: int, count: int) -> int:
    """Return how many of `count` hashes stand in tile `n`."""
    return min(WIDTH, count - n * WIDTH)


def pack(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry with its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes] | None:
    """Return the entries of a bundle; None when it is malformed."""
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            return None
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def grow(edge: Edge, size: int, leaves: Sequence[bytes]) -> dict[str, bytes]:
    """Add leaf hashes to a tree of `size` whose edge is given, in place; return the tiles to write."""
    tiles: dict[str, bytes] = {}
    level, start, fresh = 0, size, list(leaves)
    while fresh:
        if level == len(edge):
            edge.append([])
        hashes = edge[level] + fresh
        first = start // WIDTH
        chunks = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
        tiles |= {path(level, first + k, len(chunk)): b"".join(chunk) for k, chunk in enumerate(chunks)}
        full = [chunk for chunk in chunks if len(chunk) == WIDTH]
        edge[level] = chunks[-1] if len(chunks[-1]) < WIDTH else []
        level, start, fresh = level + 1, first, [root(chunk) for chunk in full]
    return tiles


def edge_root(edge: Edge) -> bytes:
    """Return the root of the tree with this edge."""
    rest: list[bytes] = []
    for hashes in edge:
        below = [*hashes, *rest]
        rest = [root(below)] if below else []
    return rest[0] if rest else EMPTY_ROOT


class Hashes:
    """The hashes of a tree of one size, read from its tiles as they are needed."""

    def __init__(self, read: Read, size: int) -> None:
        self._read, self.size = read, size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._ranges: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, n: int) -> list[bytes]:
        """Return the hashes of one tile. Raises TileMissing."""
        if (level, n) not in self._tiles:
            width = width_at(n, self.size >> 8 * level)
            name = path(level, n, width)
            held = self._read(name)
            if held is None and width < WIDTH:
                held = (self._read(path(level, n, WIDTH)) or b"")[: width * _HASH] or None
            if held is None:
                raise TileMissing(name, "is missing")
            if len(held) != width * _HASH:
                raise TileMissing(name, f"has {len(held)} bytes, not {width * _HASH}")
            self._tiles[level, n] = [held[at : at + _HASH] for at in range(0, len(held), _HASH)]
        return self._tiles[level, n]

    def edge(self) -> Edge:
        """Return the edge of the tree. Raises TileMissing."""
        edge: Edge = []
        count = self.size
        while count:
            edge.append(self.tile(len(edge), count // WIDTH) if count % WIDTH else [])
            count //= WIDTH
        return [list(hashes) for hashes in edge]

    def inclusion(self, index: int) -> list[bytes]:
        """Return the audit path of one leaf, from the leaf to the root. Raises IndexError, TileMissing."""
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} of a tree of {self.size}")
        found, start, end = [], 0, self.size
        while end - start > 1:
            at = start + _split(end - start)
            if index < at:
                found.append(self._range(at, end))
                end = at
            else:
                found.append(self._range(start, at))
                start = at
        return found[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that the tree over the first `old` leaves is a prefix. Raises IndexError, TileMissing."""
        if not 0 <= old <= self.size:
            raise IndexError(f"an older size of {old} for a tree of {self.size}")
        if old in (0, self.size):
            return []
        found, start, end, whole = [], 0, self.size, True
        while old != end:
            at = start + _split(end - start)
            if old <= at:
                found.append(self._range(at, end))
                end = at
            else:
                found.append(self._range(start, at))
                start, whole = at, False
        return [*([] if whole else [self._range(start, end)]), *found[::-1]]

    def _range(self, start: int, end: int) -> bytes:
        # Many proofs of one tree go by the same hashes.
        found = self._ranges.get((start, end))
        if found is None:
            found = self._ranges[start, end] = self._hashed(start, end)
        return found

    def _hashed(self, start: int, end: int) -> bytes:
        count = end - start
        level = (count.bit_length() - 1) // 8
        if count != 1 << 8 * level:
            at = start + _split(count)
            return node_hash(self._range(start, at), self._range(at, end))
        first = start >> 8 * level
        return self.tile(level, first // WIDTH)[first % WIDTH]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
