"""Records of what is published on the hub: documents for the public, and every edition of the site."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class DocumentPublished(Record, frozen=True, kw_only=True):
    """A document for the public was published: this version, with these bytes. `about` says what kind it is."""

    kind: ClassVar[str] = "document.published"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    document: str
    version: int
    about: str
    title: str
    language: str
    digest: str
    previous: str | None
    by: str


class HubPublished(Record, frozen=True, kw_only=True):
    """An edition of the hub was published. `digest` is that of its manifest, which lists every file with its own."""

    kind: ClassVar[str] = "hub.published"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    edition: int
    digest: str
    previous: str | None
    files: int
    by: str
