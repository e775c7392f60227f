"""Take records out as a file, and say so in the ledger before anybody has it."""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from seawall.audit.formats import Form
from seawall.audit.search import Filter, every, generation_of, last_index
from seawall.audit.stated import stated
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.audit import AuditExported

Write = Callable[[Transaction, Record], object]


class TooManyRecords(InvalidInput):
    """More records fit than may be taken out at once."""

    code = "audit.too_many_records"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds. The same stands in the ledger as `audit.exported`."""

    lines: int
    first: int | None
    last: int | None
    generation: int
    digest: str


def export(
    tx: Transaction,
    wanted: Filter,
    form: Form,
    put: Callable[[bytes], object],
    *,
    by: str,
    record: Write,
    most: int | None = None,
) -> Exported:
    """Put the lines of every record that fits, and record it. The file may be handed on once this committed.

    Raises TooManyRecords.
    """
    digest, first, last, lines = sha256(form.head), None, None, 0
    put(form.head)
    for entry in every(tx, wanted, upto=last_index(tx)):
        lines += 1
        if most is not None and lines > most:
            raise TooManyRecords(
                f"More than {most} records fit.", hint="Narrow the period, or use `seawall audit export` on the host."
            )
        line = form.line(entry, last)
        digest.update(line)
        put(line)
        first, last = entry.index if first is None else first, entry.index
    made = Exported(lines=lines, first=first, last=last, generation=generation_of(tx), digest=digest.hexdigest())
    record(tx, _told(wanted, form, made, by))
    return made


def _told(wanted: Filter, form: Form, made: Exported, by: str) -> AuditExported:
    return AuditExported(
        form=form.name,
        **msgspec.structs.asdict(stated(wanted)),
        lines=made.lines,
        first=made.first,
        last=made.last,
        file_digest=made.digest,
        by=by,
    )
