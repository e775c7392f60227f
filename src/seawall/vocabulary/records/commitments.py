"""Records of commitments: which register is in force, what is kept and what is not, and what people did themselves."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class RegisterChanged(Record, frozen=True, kw_only=True):
    """Another register of commitments is in force, by its digest: what is promised, by which practices and rules."""

    kind: ClassVar[str] = "commitment.register_changed"
    audience: ClassVar[Audience] = Audience.PUBLIC
    digest: str
    previous: str | None
    adopted: tuple[str, ...]
    practices: int
    off: tuple[str, ...]


class CommitmentStateChanged(Record, frozen=True, kw_only=True):
    """A practice or a commitment is in another state. `records` carry it, `lapses_at` is when they no longer do."""

    kind: ClassVar[str] = "commitment.state_changed"
    audience: ClassVar[Audience] = Audience.PUBLIC
    what: str
    name: str
    from_state: str
    to_state: str
    lapses_at: str | None
    records: tuple[str, ...]
    activities: tuple[str, ...]
    register: str


class _OfActivity(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    activity: str
    practice: str
    by: str


class ActivityRecorded(_OfActivity, frozen=True, kw_only=True):
    """A person stated that something was done for a practice, and for how long that counts.

    Its words are in no record: `entry_digest` commits to them, `document_digest` to the document that they name.
    """

    kind: ClassVar[str] = "activity.recorded"
    private: ClassVar[frozenset[str]] = frozenset({"by", "entry_digest"})
    activity_kind: str
    begins: str
    ends: str | None
    expires_at: str
    document_digest: str
    entry_digest: str


class ActivityWithdrawn(_OfActivity, frozen=True, kw_only=True):
    """What a person stated about a practice does not count any more."""

    kind: ClassVar[str] = "activity.withdrawn"
    reason_code: str
