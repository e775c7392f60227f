"""Records of the audit itself: who took records out, where they flow to, and what was done at the host."""

from typing import ClassVar

from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records.record import Audience, Record


class _ByStaff(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    by: str


class AuditExported(_ByStaff, frozen=True, kw_only=True):
    """Records were taken out as a file: which ones were asked for, how many lines, and the digest of the file."""

    kind: ClassVar[str] = "audit.exported"
    private: ClassVar[frozenset[str]] = frozenset({"by", "actor", "subject"})
    form: str
    kinds: tuple[str, ...]
    actor: str
    subject: str
    since: str
    until: str
    lines: int
    first: int | None
    last: int | None
    file_digest: str


class AuditSearched(_ByStaff, frozen=True, kw_only=True):
    """Somebody looked for records: of which kinds, by whom, about what, of which period. Its pages are one search."""

    kind: ClassVar[str] = "audit.searched"
    private: ClassVar[frozenset[str]] = frozenset({"by", "actor", "subject"})
    kinds: tuple[str, ...]
    actor: str
    subject: str
    since: str
    until: str


class AuditFollowed(_ByStaff, frozen=True, kw_only=True):
    """Somebody began to follow records as they are written, from one of them on."""

    kind: ClassVar[str] = "audit.followed"
    form: str
    kinds: tuple[str, ...]
    first: int


class AuditStreamAdded(_ByStaff, frozen=True, kw_only=True):
    """Records flow to another system from now on."""

    kind: ClassVar[str] = "audit.stream_added"
    private: ClassVar[frozenset[str]] = frozenset({"by", "target"})
    stream: str
    way: str
    form: str
    target: str
    kinds: tuple[str, ...]


class AuditStreamRemoved(_ByStaff, frozen=True, kw_only=True):
    """Records do not flow there any more."""

    kind: ClassVar[str] = "audit.stream_removed"
    stream: str


class FieldDisclosed(_ByStaff, frozen=True, kw_only=True):
    """One private field of a record was opened, with the salt by which anyone can check it."""

    kind: ClassVar[str] = "ledger.field_disclosed"
    record: RecordId
    field: str


class SecretRotated(_ByStaff, frozen=True, kw_only=True):
    """A secret of the installation has a new version; `moved` is how much was moved to it at once."""

    kind: ClassVar[str] = "secret.rotated"
    name: str
    version: int
    moved: int


class SecretRetired(_ByStaff, frozen=True, kw_only=True):
    """Earlier versions of a secret were destroyed; `ended` is how much had rested on them alone."""

    kind: ClassVar[str] = "secret.retired"
    name: str
    versions: tuple[int, ...]
    ended: int


class JobRetried(_ByStaff, frozen=True, kw_only=True):
    """A job that had failed for good was queued again."""

    kind: ClassVar[str] = "job.retried"
    job: int
