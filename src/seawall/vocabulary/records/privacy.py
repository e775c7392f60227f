"""Records of privacy requests: that somebody asked, that it was checked, what was done, in codes and numbers."""

from typing import ClassVar

from seawall.vocabulary.ids import PrivacyId
from seawall.vocabulary.records.record import Audience, Record


class PrivacyRequested(Record, frozen=True, kw_only=True):
    """Somebody asked for what is stored of them, or for something to be done with it, until a day."""

    kind: ClassVar[str] = "privacy.requested"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"subjects", "by"})
    request: PrivacyId
    wish: str
    whose: str
    subjects: tuple[str, ...]
    due_at: str
    by: str


class PrivacyChecked(Record, frozen=True, kw_only=True):
    """Somebody found out, in one of the known ways, that whoever asks is who they say."""

    kind: ClassVar[str] = "privacy.identity_checked"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    request: PrivacyId
    how: str
    by: str


class PrivacyAnswered(Record, frozen=True, kw_only=True):
    """A request was answered: how much was given, removed, kept and for which reasons."""

    kind: ClassVar[str] = "privacy.answered"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by", "file_digest"})
    request: PrivacyId
    wish: str
    counts: dict[str, int]
    file_digest: str | None
    by: str


class PrivacyRefused(Record, frozen=True, kw_only=True):
    """A request was refused, for a reason that a code names."""

    kind: ClassVar[str] = "privacy.refused"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    request: PrivacyId
    reason_code: str
    by: str


class RetentionChanged(Record, frozen=True, kw_only=True):
    """For how many days each class of content is kept changed; -1 is until it is erased. `sooner` items go earlier."""

    kind: ClassVar[str] = "retention.changed"
    audience: ClassVar[Audience] = Audience.PUBLIC
    days: dict[str, int]
    backups_kept_days: int
    sooner: int
