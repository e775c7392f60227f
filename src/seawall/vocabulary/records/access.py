"""Records of who may use what: projects, keys, models."""

from typing import ClassVar

from seawall.vocabulary.ids import KeyId, OrganisationId, ProjectId
from seawall.vocabulary.records.record import Audience, Record


class ProjectCreated(Record, frozen=True, kw_only=True):
    """A project began."""

    kind: ClassVar[str] = "project.created"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"name"})
    project: ProjectId
    name: str
    by: str


class ProjectChanged(Record, frozen=True, kw_only=True):
    """Settings of a project changed; each is written as text."""

    kind: ClassVar[str] = "project.changed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    project: ProjectId
    settings: dict[str, str]
    by: str


class KeyCreated(Record, frozen=True, kw_only=True):
    """A key of a project was made, for an application that `owner` answers for."""

    kind: ClassVar[str] = "key.created"
    audience: ClassVar[Audience] = Audience.AUDITOR
    key: KeyId
    project: ProjectId
    zero_retention: bool | None
    owner: str = ""
    by: str


class KeyConfirmed(Record, frozen=True, kw_only=True):
    """Whoever answers for a key confirmed that it is still needed."""

    kind: ClassVar[str] = "key.confirmed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    key: KeyId
    review_at: str
    by: str


class KeyRevoked(Record, frozen=True, kw_only=True):
    """A key stopped working."""

    kind: ClassVar[str] = "key.revoked"
    audience: ClassVar[Audience] = Audience.AUDITOR
    key: KeyId
    by: str


class ModelMapped(Record, frozen=True, kw_only=True):
    """A model's name leads to an upstream, or to none any more. The credential is not in it."""

    kind: ClassVar[str] = "model.mapped"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"base_url"})
    project: ProjectId
    model: str
    api: str
    base_url: str
    by: str


class OrganisationAdded(Record, frozen=True, kw_only=True):
    """An organisation is known from now on; projects can be its own."""

    kind: ClassVar[str] = "organisation.added"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"name"})
    organisation: OrganisationId
    name: str
    by: str


class OrganisationBanned(Record, frozen=True, kw_only=True):
    """An organisation was banned, with as many projects as it had then. What it did lies in the vault."""

    kind: ClassVar[str] = "organisation.banned"
    audience: ClassVar[Audience] = Audience.AUDITOR
    organisation: OrganisationId
    projects: int
    by: str


class OrganisationReinstated(Record, frozen=True, kw_only=True):
    """An organisation is banned no more."""

    kind: ClassVar[str] = "organisation.reinstated"
    audience: ClassVar[Audience] = Audience.AUDITOR
    organisation: OrganisationId
    by: str
