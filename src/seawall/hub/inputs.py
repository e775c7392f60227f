"""What a hub is built from, beside the public ledger: frozen values that `app` fills from the rooms that know them."""

from datetime import date, datetime
from typing import Literal

import msgspec

State = Literal["kept", "lapsing", "lapsed", "not started", "not applicable", "recorded only"]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Whose hub it is. `address` is where it will stand, for feeds; `as_of` is the moment that it tells of.

    `register_language` is that of practices, frameworks and commitments, which no catalogue translates.
    """

    name: str
    address: str
    as_of: datetime
    language: str = "en"
    register_language: str = "en"
    edition: int = 1
    previous: str | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a document: Markdown in `body`. `digest` is what its record states.

    A usage policy is written out from its documents, whose digest is not that of this text: then `source` is empty.
    """

    document: str
    version: int
    kind: str
    title: str
    date: date
    language: str
    digest: str
    body: str
    summary: str = ""
    model: str = ""
    source: bytes = b""


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """A practice with where it stands. `records` are the public records that carry its state."""

    id: str
    theme: str
    title: str
    says: str = ""
    state: State = "recorded only"
    lapses_at: datetime | None = None
    attested: bool = False
    records: tuple[str, ...] = ()


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to feedback that everybody may read. `record` states the digest of its words."""

    at: datetime
    words: str
    record: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a framework. An unofficial `number` is ours, and shown as such."""

    id: str
    says: str
    number: str = ""
    official: bool = False
    practices: tuple[str, ...] = ()
    state: State = "not started"
    answers: tuple[Answered, ...] = ()


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """A set of commitments that somebody published. `certainty` says what is not sure about our rendering of it.

    `feedback` is the address below which the operator has a form for it and for each item; none is linked without one.
    """

    id: str
    title: str
    publisher: str = ""
    date: str = ""
    address: str = ""
    certainty: str = ""
    items: tuple[Item, ...] = ()
    feedback: str = ""
    answers: tuple[Answered, ...] = ()


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What one number of `metrics.closed` means. The numbers themselves come from the ledger."""

    id: str
    title: str
    says: str
    unit: str


class SignOff(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about the release of a model version, named as documents name it. `record` is public."""

    model: str
    decision: str
    at: datetime
    digest: str
    record: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a classifier reaches in one category on rows that it never saw; None where there are too few."""

    category: str
    positives: int
    negatives: int
    auroc: float | None
    auprc: float | None
    recall: float | None


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """A source that a classifier learned from."""

    origin: str
    rows: int
    licence: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a release of a classifier. `manifest` is the file whose digest its record states."""

    classifier: str
    release: str
    says: str
    not_for: str
    manifest: bytes
    figures: tuple[Figure, ...] = ()
    sources: tuple[Learned, ...] = ()


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is shown and is not a record itself."""

    site: Site
    versions: tuple[Version, ...] = ()
    practices: tuple[Practice, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    definitions: tuple[Definition, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    cards: tuple[Card, ...] = ()
