"""Activities: what people did for a practice, such as a membership, a consultation, a grant or a course.

    entry -> checks -> row with its words, activity.recorded with digests -> counts until it ends or is withdrawn

An entry has a named person, the digest of a document and an end. It is their word, and is shown as that. Limits: the
document itself is not kept here, and nobody but a person compares it with its digest.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from seawall.commitments.documents import Practice
from seawall.commitments.model import Book
from seawall.commitments.problems import nearest
from seawall.commitments.status import Valid
from seawall.commitments.tables import activities as table
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound
from seawall.vocabulary.ids import new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.commitments import ActivityRecorded, ActivityWithdrawn

Write = Callable[[Transaction, Record], object]
LONGEST = timedelta(days=3 * 366)
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ActivityKind(StrEnum):
    """What sort of thing was done."""

    MEMBERSHIP = "membership"
    AGREEMENT = "agreement"
    CONSULTATION = "consultation"
    BRIEFING = "briefing"
    GRANT = "grant"
    GIFT = "gift"
    COURSE = "course"
    POLICY_POSITION = "policy_position"
    PUBLICATION = "publication"
    AUDIT = "audit"
    CERTIFICATE = "certificate"
    REVIEW = "review"
    TEST = "test"
    OTHER = "other"


class Withdrawal(StrEnum):
    """Why an activity does not count any more."""

    MISTAKE = "mistake"
    REPLACED = "replaced"
    ENDED = "ended_early"
    NOT_TRUE = "not_true"


class BadActivity(InvalidInput):
    """An entry cannot be taken as it is."""

    code = "commitments.bad_activity"


class NoSuchActivity(NotFound):
    """No activity has that id."""

    code = "commitments.no_such_activity"


class ActivityGone(Conflict):
    """An activity was withdrawn before."""

    code = "commitments.activity_gone"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody states. Without `expires` it counts as long as the practice's cadence says, from its end on."""

    practice: str
    kind: ActivityKind
    title: str
    begins: date
    document_digest: str
    document_name: str = ""
    people: str = ""
    ends: date | None = None
    expires: date | None = None
    notes: str = ""


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """An activity as it is kept."""

    id: str
    practice: str
    kind: ActivityKind
    title: str
    people: str
    notes: str
    begins: date
    ends: date | None
    expires_at: datetime
    document_name: str
    document_digest: str
    by: str
    recorded_at: datetime
    record: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    reason_code: str | None

    def state(self, now: datetime) -> str:
        """Return `withdrawn`, `ended` or `counts`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "ended" if now >= self.expires_at else "counts"


def check(book: Book, entry: Entry, now: datetime) -> datetime:
    """Return until when an entry would count. Raises BadActivity."""
    practice = book.practices.get(entry.practice)
    if practice is None:
        raise BadActivity(
            f"practice: there is no practice {entry.practice[:40]!r}.", hint=nearest(entry.practice, book.practices)
        )
    if entry.practice in book.off:
        raise BadActivity(f"practice: {entry.practice} is switched off here.", hint=book.off[entry.practice])
    _texts(entry)
    if not _DIGEST.fullmatch(entry.document_digest):
        raise BadActivity(
            "document_digest: this is no SHA-256 digest of 64 small hexadecimal digits.",
            hint="`sha256sum FILE` prints it; the command line and the form work it out of a file.",
        )
    return _dates(practice, entry, now)


def add(
    tx: Transaction, book: Book, entry: Entry, *, by: str, record: Write, clock: Clock, identity: str = ""
) -> Activity:
    """Keep an activity and put it on record. Raises BadActivity."""
    now = clock()
    expires_at = check(book, entry, now)
    name = identity or new_id("act")
    stated = ActivityRecorded(
        activity=name,
        practice=entry.practice,
        activity_kind=entry.kind.value,
        begins=entry.begins.isoformat(),
        ends=None if entry.ends is None else entry.ends.isoformat(),
        expires_at=expires_at.isoformat(),
        document_digest=entry.document_digest,
        entry_digest=entry_digest(entry),
        by=by,
    )
    row = {
        **{each: getattr(entry, each) for each in _KEPT},
        "kind": entry.kind.value,
        "id": name,
        "expires_at": expires_at,
        "by": by,
        "recorded_at": now,
        "record": str(record(tx, stated)),
    }
    return _activity(tx.execute(insert(table).values(row).returning(table)).one())


_KEPT = ("practice", "title", "people", "notes", "begins", "ends", "document_name", "document_digest")


def withdraw(tx: Transaction, name: str, *, reason: Withdrawal, by: str, record: Write, clock: Clock) -> Activity:
    """Let an activity count no more, and erase who took part and the notes. Raises NoSuchActivity, ActivityGone."""
    known = find(tx, name, lock=True)
    if known.withdrawn_at is not None:
        raise ActivityGone(f"{name} was withdrawn on {known.withdrawn_at:%-d %B %Y}.", hint="There is nothing to do.")
    values = {
        "withdrawn_at": clock(), "withdrawn_by": by, "reason_code": reason.value, "people": "", "notes": "",
    }  # fmt: skip
    row = tx.execute(update(table).where(table.c.id == name).values(values).returning(table)).one()
    record(tx, ActivityWithdrawn(activity=name, practice=known.practice, reason_code=reason.value, by=by))
    return _activity(row)


def find(tx: Transaction, name: str, *, lock: bool = False) -> Activity:
    """Return an activity. Raises NoSuchActivity."""
    chosen = select(table).where(table.c.id == name)
    row = tx.execute(chosen.with_for_update() if lock else chosen).first()
    if row is None:
        raise NoSuchActivity(f"There is no activity {name[:60]!r}.", hint="`seawall activities list` shows all.")
    return _activity(row)


def every(tx: Transaction, practice: str = "") -> list[Activity]:
    """Return activities, newest first."""
    chosen = select(table).order_by(table.c.id.desc())
    return [_activity(row) for row in tx.execute(chosen.where(table.c.practice == practice) if practice else chosen)]


def valid(tx: Transaction) -> dict[str, list[Valid]]:
    """Return by practice the activities that were not withdrawn."""
    found: dict[str, list[Valid]] = {}
    chosen = select(table.c.practice, table.c.id, table.c.recorded_at, table.c.expires_at)
    for row in tx.execute(chosen.where(table.c.withdrawn_at.is_(None)).order_by(table.c.expires_at.desc())):
        one = Valid(id=row.id, recorded_at=row.recorded_at, expires_at=row.expires_at)
        found.setdefault(row.practice, []).append(one)
    return found


def entry_digest(entry: Entry) -> str:
    """Return the digest of an entry's words, which the record holds as a private field."""
    return sha256(msgspec.json.encode(entry, order="sorted")).hexdigest()


def _texts(entry: Entry) -> None:
    if not entry.title.strip():
        raise BadActivity("title: it has none.", hint="Say in a few words what was done.")
    for name, longest in (("title", 200), ("people", 500), ("document_name", 200), ("notes", 4000)):
        value: str = getattr(entry, name)
        if len(value) > longest or "\0" in value:
            raise BadActivity(f"{name}: it has {len(value)} characters, at most {longest}.", hint="Say it shorter.")


def _dates(practice: Practice, entry: Entry, now: datetime) -> datetime:
    if entry.begins > now.date() + timedelta(days=1):
        raise BadActivity(f"begins: {entry.begins} is not here yet.", hint="Enter it once it has begun.")
    if entry.ends is not None and entry.ends < entry.begins:
        raise BadActivity(f"ends: {entry.ends} is before {entry.begins}.", hint="Look at both days.")
    last = min(entry.ends or entry.begins, now.date()) if entry.kind is not ActivityKind.MEMBERSHIP else now.date()
    expires = entry.expires or last + timedelta(days=practice.cadence.days)
    expires_at = datetime.combine(expires, time(), UTC)
    if expires_at <= now:
        raise BadActivity(f"expires: it counted until {expires}, which is over.", hint="Record what was done since.")
    if expires_at > now + LONGEST:
        raise BadActivity(
            f"expires: {expires} is more than three years away.", hint="State it anew when the time comes."
        )
    return expires_at


def _activity(row: Row[Any]) -> Activity:
    fields = {name: getattr(row, name) for name in Activity.__struct_fields__}
    return Activity(**(fields | {"kind": ActivityKind(row.kind)}))
