"""Records of the portal: its links, and what followed for who files too much that is unfounded."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class PortalLinkIssued(Record, frozen=True, kw_only=True):
    """A link of the portal was made, for whoever is given it. Its token is kept nowhere."""

    kind: ClassVar[str] = "portal.link_issued"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    link: str
    opens: str
    ends_at: str
    by: str


class PortalLinkRevoked(Record, frozen=True, kw_only=True):
    """A link of the portal works no more."""

    kind: ClassVar[str] = "portal.link_revoked"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    link: str
    by: str


class FilerWarned(Record, frozen=True, kw_only=True):
    """Somebody who keeps filing what is manifestly unfounded was warned: how many of how many that were settled."""

    kind: ClassVar[str] = "filer.warned"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"filer", "by"})
    act: str
    filer: str
    files: str
    settled: int
    unfounded: int
    reason_code: str
    by: str


class FilerSuspended(FilerWarned, frozen=True, kw_only=True):
    """What somebody files is not processed for a while: they were warned, and went on."""

    kind: ClassVar[str] = "filer.suspended"
    until: str


class FilerRestored(Record, frozen=True, kw_only=True):
    """A warning or suspension of somebody who files was taken back."""

    kind: ClassVar[str] = "filer.restored"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"filer", "by"})
    act: str
    filer: str
    reason_code: str
    by: str


ALL: tuple[type[Record], ...] = (PortalLinkIssued, PortalLinkRevoked, FilerWarned, FilerSuspended, FilerRestored)
