"""Give committed records their order and publish it: tiles, entries, then the checkpoint; later, public bodies.

    rows without a number -> numbered in one transaction -> files -> checkpoint -> state

The transaction decides the order and the files follow it, so a crash between the two is made good by the next step.
One sequencer works at a time. It never signs behind, or beside, the checkpoint that it finds published: a database
restored from a backup stops it, and `recover` begins a new origin.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, text

from seawall.ledger.bodies import BODIES, line, release_path
from seawall.ledger.commitment import leaf_salt
from seawall.ledger.errors import BehindPublished, PublishedDiffers, ReleaseLost
from seawall.ledger.files import Files
from seawall.ledger.handover import handover_path, handovers
from seawall.ledger.note import Checkpoint
from seawall.ledger.signer import Signer
from seawall.ledger.tables import records, state
from seawall.ledger.tiles import WIDTH, Edge, Hashes, edge_root, grow, pack, path, unpack
from seawall.ledger.tree import EMPTY_ROOT, leaf_hash, root
from seawall.ledger.witness import Witness, cosignatures
from seawall.store import Database, Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records import Audience

log = logging.getLogger(__name__)

_LOCK = 0x5EA3A11
_AT_ONCE = 20_000
_NUMBER = text("""
    UPDATE ledger_records r SET sequence = :next + t.place - 1
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM (
        SELECT id FROM ledger_records WHERE sequence IS NULL ORDER BY id LIMIT :most) AS due) AS t
    WHERE r.id = t.id
""")


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What was last published, as the database knows it."""

    generation: int = 1
    size: int = 0
    root: bytes = EMPTY_ROOT
    releases: int = 0
    released_to: int = 0
    ends: tuple[int, ...] = ()


class Sequencer:
    """The one writer of a published log."""

    def __init__(
        self,
        database: Database,
        signer: Signer,
        directory: Path,
        clock: Clock,
        witnesses: Sequence[Witness] = (),
        *,
        release_after: timedelta = timedelta(hours=1),
    ) -> None:
        self._database, self._signer, self._clock = database, signer, clock
        self._files = Files(directory)
        self._witnesses = tuple(witnesses)
        self._release_after = release_after

    def step(self) -> int:
        """Number and publish what is due; return how many records that were.

        Raises BehindPublished, PublishedDiffers, NotPublished, ReleaseLost.
        """
        with self._database.begin() as guard:
            if not guard.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
                return 0
            with self._database.begin() as tx:
                known = read_state(tx)
                signer = self._signer.named(origin_of(self._signer.origin, known.generation))
                published = self._published(signer)
                size = self._number(tx, published)
            fresh = self._publish(signer, known, published, size)
            self._release(signer)
            return fresh

    def _published(self, signer: Signer) -> Checkpoint | None:
        note = self._files.read("checkpoint")
        return Checkpoint.parse(signer.open(note.decode())) if note is not None else None

    def _number(self, tx: Transaction, published: Checkpoint | None) -> int:
        """Number the rows that are due and return the size of the log after it."""
        last = tx.scalar(select(func.max(records.c.sequence)))
        size = 0 if last is None else last + 1
        if published is not None and published.size > size:
            raise BehindPublished(published.size, size)
        return size + tx.execute(_NUMBER, {"next": size, "most": _AT_ONCE}).rowcount

    def _publish(self, signer: Signer, known: State, published: Checkpoint | None, size: int) -> int:
        old = published.size if published else 0
        if published is not None and old == size == known.size:
            return 0
        if published is None and size == 0:
            self._files.write({"checkpoint": signer.sign(Checkpoint(signer.origin, 0, EMPTY_ROOT).text()).encode()})
        edge = self._edge(published)
        tail = self._tail(old)
        while old < size:
            upto = min(size, old + _AT_ONCE)
            tail = self._extend(edge, old, upto, tail)
            old = upto
        found = edge_root(edge)
        # A log that is rebuilt after its directory was lost must be the one that was published.
        if published is None and known.size == size and known.root != found:
            raise PublishedDiffers(size)
        before = published.size if published else 0
        if size > before or published is None:
            note = signer.sign(Checkpoint(signer.origin, size, found).text())
            note += cosignatures(self._witnesses, note, before, Hashes(self._files.read, size).consistency)
            self._files.write({**self._handovers(), "checkpoint": note.encode()})
        with self._database.begin() as tx:
            write_state(tx, msgspec.structs.replace(known, size=size, root=found))
        return size - before

    def _handovers(self) -> dict[str, bytes]:
        """Return the notes by which each key hands over to the next, as files."""
        with self._database.begin() as tx:
            notes = handovers(tx)
        return {handover_path(number): note.encode() for number, note in enumerate(notes)}

    def _edge(self, published: Checkpoint | None) -> Edge:
        if published is None:
            return []
        edge = Hashes(self._files.read, published.size).edge()
        if edge_root(edge) != published.root:
            raise PublishedDiffers(published.size)
        return edge

    def _tail(self, size: int) -> list[bytes]:
        """Return the entries of the bundle that is not full, and check them against the database."""
        if size % WIDTH == 0:
            return []
        held = self._files.read(path("entries", size // WIDTH, size % WIDTH))
        tail = unpack(held) if held is not None else None
        with self._database.begin() as tx:
            if tail is None or tail != self._entries(tx, size - size % WIDTH, size):
                raise PublishedDiffers(size)
        return tail

    def _extend(self, edge: Edge, old: int, size: int, tail: list[bytes]) -> list[bytes]:
        with self._database.begin() as tx:
            fresh = self._entries(tx, old, size)
        entries, first = tail + fresh, old // WIDTH
        chunks = [entries[at : at + WIDTH] for at in range(0, len(entries), WIDTH)]
        files = {path("entries", first + k, len(chunk)): pack(chunk) for k, chunk in enumerate(chunks)}
        self._files.write(files | grow(edge, old, [leaf_hash(each) for each in fresh]))
        return chunks[-1] if chunks and len(chunks[-1]) < WIDTH else []

    def _entries(self, tx: Transaction, start: int, end: int) -> list[bytes]:
        chosen = (records.c.sequence >= start) & (records.c.sequence < end)
        found = list(tx.scalars(select(records.c.entry).where(chosen).order_by(records.c.sequence)))
        if len(found) != end - start:
            raise BehindPublished(end, start + len(found))
        return [bytes(each) for each in found]

    def _release(self, signer: Signer) -> None:
        """Put out the bodies of public records that are old enough, and again what was lost of the earlier ones."""
        with self._database.begin() as tx:
            known = read_state(tx)
            rows, upto = self._due(tx, known)
        listed = f"{BODIES}/checkpoint"
        lost = known.releases > 0 and self._files.read(listed) is None
        if not rows and not lost:
            return
        held = [self._released(number, known) for number in range(known.releases)]
        if rows:
            held.append(_lines(rows))
            self._files.write({release_path(known.releases): held[-1]})
        bodies = signer.named(f"{signer.origin}/{BODIES}").origin
        note = signer.sign(Checkpoint(bodies, len(held), root([leaf_hash(each) for each in held])).text())
        self._files.write({listed: note.encode()})
        if rows:
            ends = (*known.ends, upto)
            with self._database.begin() as tx:
                write_state(tx, msgspec.structs.replace(known, releases=len(held), released_to=upto, ends=ends))

    def _released(self, number: int, known: State) -> bytes:
        """Return a release as it was published, made again where its file is gone. Raises ReleaseLost."""
        held = self._files.read(release_path(number))
        if held is not None:
            return held
        if len(known.ends) != known.releases:
            raise ReleaseLost(release_path(number))
        start, end = (0, *known.ends)[number], known.ends[number]
        with self._database.begin() as tx:
            held = _lines(_public(tx, start, end))
        self._files.write({release_path(number): held})
        return held

    def _due(self, tx: Transaction, known: State) -> tuple[list[Row[Any]], int]:
        before = self._clock() - self._release_after
        held = (records.c.sequence >= known.released_to) & (records.c.sequence < known.size)
        first_young = tx.scalar(select(func.min(records.c.sequence)).where(held, records.c.at > before))
        upto = min(known.size if first_young is None else first_young, known.released_to + _AT_ONCE)
        return _public(tx, known.released_to, upto), upto


def _public(tx: Transaction, start: int, end: int) -> list[Row[Any]]:
    """Return what a release says of the public records of a range, in order."""
    chosen = (records.c.sequence >= start) & (records.c.sequence < end) & (records.c.audience == Audience.PUBLIC.value)
    columns = select(records.c.sequence, records.c.secret, records.c.body)
    return list(tx.execute(columns.where(chosen).order_by(records.c.sequence)))


def _lines(rows: Sequence[Row[Any]]) -> bytes:
    return b"".join(line(row.sequence, leaf_salt(row.secret), row.body) for row in rows)


def origin_of(base: str, generation: int) -> str:
    """Return the origin of a generation of a log: the second is ``<base>/2``."""
    return base if generation == 1 else f"{base}/{generation}"


def read_state(tx: Transaction) -> State:
    """Return what was last published."""
    row = tx.execute(select(state).order_by(state.c.generation.desc()).limit(1)).mappings().first()
    return State(**{**row, "ends": tuple(row["ends"])}) if row else State()


def write_state(tx: Transaction, known: State) -> None:
    """Note what was published."""
    tx.execute(
        text(
            "INSERT INTO ledger_state (generation, size, root, releases, released_to, ends) "
            "VALUES (:generation, :size, :root, :releases, :released_to, :ends) ON CONFLICT (generation) DO UPDATE SET "
            "size = excluded.size, root = excluded.root, releases = excluded.releases, "
            "released_to = excluded.released_to, ends = excluded.ends"
        ),
        msgspec.structs.asdict(known) | {"ends": list(known.ends)},
    )
