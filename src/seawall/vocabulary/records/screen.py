"""Records of screening: which classifiers judge, and what left the vault to teach them."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class ClassifierReleased(Record, frozen=True, kw_only=True):
    """A release of a classifier went to work: its weights and its manifest, which says how it was made and measured."""

    kind: ClassVar[str] = "classifier.released"
    audience: ClassVar[Audience] = Audience.PUBLIC
    classifier: str
    release: str
    weights_digest: str
    manifest_digest: str


class LabelsExported(Record, frozen=True, kw_only=True):
    """Labelled texts were written to a file from reviewed decisions, to teach classifiers."""

    kind: ClassVar[str] = "labels.exported"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    rows: int
    file_digest: str
    by: str
