"""Publish a document for the public, or an edition of the hub: exactly the bytes whose digest was agreed on."""

from typing import Annotated

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource
from seawall.app import hubbing
from seawall.app.instance import Instance
from seawall.hub import folder, publishing
from seawall.hub.documents import LONGEST
from seawall.hub.manifest import MANIFEST, Manifest
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document as its file holds it: Markdown with front matter."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST)]


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which document, by its digest."""

    digest: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That an edition is to be built from what is public now."""

    build: bool


class Edition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which edition, by the digest of its manifest, and which one it follows; nothing before the first."""

    digest: str
    previous: str | None


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the acts."""
    return (_document(instance), _edition(instance))


def _document(instance: Instance) -> Act:
    def staged(tx: Transaction, given: Text) -> Document:
        return Document(digest=publishing.stage(tx, given.text.encode()))

    def about(tx: Transaction, given: Document) -> Resource:
        return Resource(kind="Publication", id=publishing.staged(tx, given.digest).document)

    def says(tx: Transaction, given: Document) -> str:
        found = publishing.staged(tx, given.digest)
        head = f"Publishes {found.title!r}, version {found.version} of {found.document!r}, for everybody and for good."
        return f"{head} The next edition of the hub shows it.\n\n{found.body}"

    def carry_out(tx: Transaction, by: PersonId, given: Document) -> Given:
        made = publishing.publish(tx, given.digest, by=by, record=instance.record, clock=instance.clock)
        return {"document": made.document, "version": made.version, "digest": made.digest}

    return Act(
        action="document.publish",
        takes=Document,
        about=about,
        says=says,
        carry_out=carry_out,
        hands_in=Text,
        staged=staged,
    )


def _edition(instance: Instance) -> Act:
    def staged(tx: Transaction, given: Wanted) -> Edition:
        made = hubbing.drafted(instance, tx)
        return Edition(digest=hubbing.name_of(made), previous=made.previous)

    def about(tx: Transaction, given: Edition) -> Resource:
        hubbing.draft(instance, given.digest)
        return Resource(kind="Publication", id="hub")

    def says(tx: Transaction, given: Edition) -> str:
        made = hubbing.draft(instance, given.digest)
        changed = _changed(instance, made)
        lines = [f"{what} {path}" for path, what in changed[:60]]
        more = [f"… and {len(changed) - 60} more"] if len(changed) > 60 else []
        return "\n".join([_head(made), *lines, *more])

    def carry_out(tx: Transaction, by: PersonId, given: Edition) -> Given:
        made = hubbing.draft(instance, given.digest)
        edition = hubbing.publish(instance, tx, made, given.digest, by=by)
        return {"edition": edition.edition, "digest": edition.digest, "files": len(made.files)}

    return Act(
        action="report.publish",
        takes=Edition,
        about=about,
        says=says,
        carry_out=carry_out,
        hands_in=Wanted,
        staged=staged,
    )


def _head(made: Manifest) -> str:
    return (
        f"Publishes edition {made.edition} of the hub of {made.name}: {len(made.files)} files, as of {made.as_of}. "
        "No identifier of a person, account, key or item, no address and no secret was found in them."
    )


def _changed(instance: Instance, made: Manifest) -> list[tuple[str, str]]:
    """Return which pages are new, other or gone, against what is shown now."""
    shown = folder.read_all(instance.hub_dir).get(MANIFEST) if instance.hub_dir.exists() else None
    old = {each.path: each.sha256 for each in Manifest.parse(shown).files} if shown else {}
    new = {each.path: each.sha256 for each in made.files}
    paths = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    return [(path, "new" if path not in old else "gone" if path not in new else "changed") for path in paths]
