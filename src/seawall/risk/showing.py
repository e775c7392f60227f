"""A release as it is shown, to commands, by the API and on pages alike: where its decision is, and what it lacks."""

from datetime import datetime

import msgspec

from seawall.risk.model import Release
from seawall.risk.ready import Missing, ready


# Closed words are plain text here: a command may be older than the server whose answer it reads.
class ShownDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document by its digest; `public` where the hub publishes it."""

    part: str
    title: str
    sha256: str
    public: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A release. `missing` is what it lacks now or, once it is signed off, what its statement said was missing."""

    id: str
    model: str
    version: str
    applies: str
    risk: str
    conditions: tuple[str, ...]
    expires_at: datetime
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    statement: str | None
    record: str | None
    reason_code: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    documents: tuple[ShownDocument, ...]
    missing: tuple[Missing, ...]


def shown(release: Release) -> Shown:
    """Return a release as it is shown."""
    told = {each.code: each.says for each in ready(release)}
    codes = tuple(told) if release.statement is None else release.missing
    made = {name: getattr(release, name) for name in Shown.__struct_fields__}
    made |= {
        "documents": tuple(
            ShownDocument(part=each.part, title=each.title, sha256=each.sha256, public=each.item is None)
            for each in release.documents
        ),
        "missing": tuple(Missing(code=each, says=told.get(each, "")) for each in codes),
    }
    return Shown(**made)
