"""Where records flow to: webhooks and syslog servers, each with a place in the log that is kept with it.

    add -> deliver: read from its place -> send -> the place moves, in one transaction -> read on

At least once: the place moves after the other side took the lines, so that a crash between the two sends them again,
under the same name. What fails is tried again after half a minute, then twice as long each time, an hour at most.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from seawall.audit.entry import Entry
from seawall.audit.formats import form_of
from seawall.audit.search import following, generation_of
from seawall.audit.tables import streams
from seawall.store import Database, Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import NotFound, SeawallError
from seawall.vocabulary.ids import ItemId, new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.audit import AuditStreamAdded, AuditStreamRemoved

log = logging.getLogger(__name__)
AT_ONCE = 500
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=1)
Write = Callable[[Transaction, Record], object]


class NoSuchStream(NotFound):
    """No stream has that id."""

    code = "audit.no_such_stream"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where records flow to: the way, the form, which kinds, what TLS trusts, from the first record or from now on."""

    way: str
    target: str
    form: str
    kinds: tuple[str, ...]
    authority: str
    private: bool
    from_now: bool


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A stream: `next` is the index that it reads from, `previous` that of the last line it sent."""

    id: str
    way: str
    form: str
    target: str
    private: bool
    kinds: tuple[str, ...]
    secret: ItemId | None
    authority: str
    added_at: datetime
    generation: int
    next: int
    previous: int | None
    sent: int
    sent_at: datetime | None
    failures: int
    error: str | None
    again_at: datetime | None


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """Lines for one delivery. `name` is the same when it is sent again."""

    name: str
    entries: tuple[Entry, ...]
    previous: int | None

    def lines(self, line: Callable[[Entry, int | None], bytes]) -> list[bytes]:
        """Return each entry as a line that names the one before."""
        before = (self.previous, *(entry.index for entry in self.entries))
        return [line(entry, previous) for entry, previous in zip(self.entries, before, strict=False)]


Send = Callable[[Transaction, Stream, Parcel], None]


def add(
    tx: Transaction, target: Target, secret: ItemId | None, *, start: int, by: str, record: Write, clock: Clock
) -> Stream:
    """Let records flow to a target, from an index on. Raises NoSuchForm."""
    form_of(target.form)
    said = {name: getattr(target, name) for name in ("way", "form", "target", "private", "authority")}
    row = said | {
        "id": new_id("st"), "kinds": list(target.kinds), "secret": secret, "added_at": clock(),
        "generation": generation_of(tx), "next": start, "sent": 0, "failures": 0,
    }  # fmt: skip
    made = _stream(tx.execute(insert(streams).values(row).returning(streams)).one())
    record(
        tx,
        AuditStreamAdded(
            stream=made.id, way=target.way, form=target.form, target=target.target, kinds=target.kinds, by=by
        ),
    )
    return made


def remove(tx: Transaction, stream: str, *, by: str, record: Write) -> Stream:
    """Let records flow there no more, and return what the stream was. Raises NoSuchStream."""
    row = tx.execute(delete(streams).where(streams.c.id == stream).returning(streams)).first()
    if row is None:
        raise NoSuchStream(f"There is no stream {stream!r}.", hint="`seawall audit streams` lists all.")
    record(tx, AuditStreamRemoved(stream=stream, by=by))
    return _stream(row)


def every(tx: Transaction) -> list[Stream]:
    """Return all streams, oldest first."""
    return [_stream(row) for row in tx.execute(select(streams).order_by(streams.c.id))]


def deliver(database: Database, send: Send, clock: Clock, *, at_once: int = AT_ONCE) -> int:
    """Send what every stream is due; return how many lines were taken. What fails waits for its next time."""
    with database.begin() as tx:
        names = list(tx.scalars(select(streams.c.id).order_by(streams.c.id)))
    total = 0
    for name in names:
        while taken := _step(database, name, send, clock, at_once):
            total += taken
    return total


def _step(database: Database, name: str, send: Send, clock: Clock, at_once: int) -> int:
    with database.begin() as tx:
        stream = _due(tx, name, clock())
        if stream is None:
            return 0
        entries, behind = following(tx, stream.next, stream.kinds, at_once)
        if behind == stream.next:
            return 0
        try:
            if entries:
                named = f"{stream.id}.{stream.generation}.{entries[0].index}-{entries[-1].index}"
                send(tx, stream, Parcel(name=named, entries=tuple(entries), previous=stream.previous))
        except SeawallError as error:
            log.warning("a stream of the audit failed", extra={"code": error.code})
            _failed(tx, stream, error.code, clock())
            return 0
        _moved(tx, stream, entries, behind, clock())
        return behind - stream.next


def _due(tx: Transaction, name: str, now: datetime) -> Stream | None:
    """Return a stream with its row locked; None where another process has it, or it waits."""
    row = tx.execute(select(streams).where(streams.c.id == name).with_for_update(skip_locked=True)).first()
    stream = None if row is None else _stream(row)
    if stream is None or (stream.again_at is not None and now < stream.again_at):
        return None
    generation = generation_of(tx)
    if stream.generation != generation:
        # After a recovery every record has another number: the whole log flows anew.
        return msgspec.structs.replace(stream, generation=generation, next=0, previous=None)
    return stream


def _moved(tx: Transaction, stream: Stream, entries: Sequence[Entry], behind: int, now: datetime) -> None:
    values = {
        "generation": stream.generation,
        "next": behind,
        "previous": entries[-1].index if entries else stream.previous,
        "sent": stream.sent + len(entries),
        "sent_at": now if entries else stream.sent_at,
        "failures": 0,
        "error": None,
        "again_at": None,
    }
    tx.execute(update(streams).where(streams.c.id == stream.id).values(values))


def _failed(tx: Transaction, stream: Stream, code: str, now: datetime) -> None:
    wait = min(_FIRST * 2 ** min(stream.failures, 10), _LONGEST)
    values = {"failures": stream.failures + 1, "error": code, "again_at": now + wait}
    tx.execute(update(streams).where(streams.c.id == stream.id).values(values))


def _stream(row: Row[tuple[object, ...]]) -> Stream:
    fields = {name: getattr(row, name) for name in Stream.__struct_fields__}
    return Stream(**(fields | {"kinds": tuple(fields["kinds"])}))
