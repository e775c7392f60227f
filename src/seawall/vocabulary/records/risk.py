"""Records of releases: proposed, signed off, refused, withdrawn. What a sign-off rests on stands in it by digest."""

from typing import ClassVar

from seawall.vocabulary.ids import ReleaseId
from seawall.vocabulary.records.record import Audience, Record


class _OfRelease(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    release: ReleaseId
    by: str


class ReleaseProposed(_OfRelease, frozen=True, kw_only=True):
    """Somebody proposed to release a version of a model, with what they state of its risk."""

    kind: ClassVar[str] = "release.proposed"
    model: str
    version: str
    applies: str
    risk: str
    documents: tuple[str, ...]
    expires_at: str


class ReleaseDocumentAttached(_OfRelease, frozen=True, kw_only=True):
    """A document was handed in for a proposed release, or put in the place of another."""

    kind: ClassVar[str] = "release.document_attached"
    part: str
    digest: str


class ReleaseDocumentRead(_OfRelease, frozen=True, kw_only=True):
    """Somebody read a document of a release that is not public."""

    kind: ClassVar[str] = "release.document_read"
    digest: str


class ReleaseSignedOff(_OfRelease, frozen=True, kw_only=True):
    """A release was signed off, on a statement with this digest; `missing` is what nobody measured or stated."""

    kind: ClassVar[str] = "release.signed_off"
    audience: ClassVar[Audience] = Audience.PUBLIC
    model: str
    version: str
    applies: str
    risk: str
    decision: str
    statement: str
    conditions: tuple[str, ...]
    missing: tuple[str, ...]
    expires_at: str


class ReleaseRefused(_OfRelease, frozen=True, kw_only=True):
    """A proposed release was refused."""

    kind: ClassVar[str] = "release.refused"
    reason_code: str


class ReleaseWithdrawn(_OfRelease, frozen=True, kw_only=True):
    """A proposal was taken back, or a sign-off ended before its time."""

    kind: ClassVar[str] = "release.withdrawn"
    audience: ClassVar[Audience] = Audience.PUBLIC
    signed_off: bool
    reason_code: str


ALL: tuple[type[Record], ...] = (
    ReleaseProposed,
    ReleaseDocumentAttached,
    ReleaseDocumentRead,
    ReleaseSignedOff,
    ReleaseRefused,
    ReleaseWithdrawn,
)
