"""Wire the hub: what it is built from, drafts of editions, and what a worker does once one is published.

build -> draft, under the digest of its manifest -> two people agree -> `hub.published` -> proof -> shown
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from seawall.app.casework import office
from seawall.app.hub_cards import cards
from seawall.app.hub_register import definitions_of, frameworks_of, practices_of
from seawall.app.hub_releases import sign_offs_of
from seawall.app.instance import Instance
from seawall.app.policy_words import words_of
from seawall.app.risks import board
from seawall.cases.feedback import reading as feedback
from seawall.commitments import register
from seawall.hub import folder, publishing
from seawall.hub.build import KINDS, Built, build
from seawall.hub.growth import Growth, growth
from seawall.hub.inputs import Inputs, Site, Version
from seawall.hub.manifest import GROWTH, MANIFEST, PROOF, Manifest, digest
from seawall.hub.published import read_log
from seawall.hub.scan import fit
from seawall.ledger.errors import NotSequenced
from seawall.ledger.files import Files
from seawall.ledger.note import Checkpoint, Verifier
from seawall.ledger.proof import Proof
from seawall.ledger.prove import prove
from seawall.ledger.tiles import Hashes
from seawall.metrics.definitions import newest as newest_definitions
from seawall.policy import publishing as policies
from seawall.risk import signed_off
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict

_MOST_POLICIES = 10_000
_NAME = re.compile(r"[0-9a-f]{64}")


class DraftLost(Conflict):
    """The files of an edition are not there, or not those that its digest is of."""

    code = "hub.draft_lost"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The files of the edition {name[:12]} are not here as they were built.",
            hint="Build and publish anew: seawall hub publish",
        )


def inputs_of(instance: Instance, tx: Transaction) -> Inputs:
    """Return what the next edition shows, beside the public ledger."""
    before, told = publishing.newest(tx), instance.settings
    address = told.public_url.rstrip("/") or f"http://localhost:{told.port}"
    site = Site(
        name=told.hub_name,
        address=f"{address}/hub",
        as_of=instance.clock().replace(second=0, microsecond=0),
        language=told.hub_language,
        register_language=told.register_language,
        edition=1 if before is None else before.edition + 1,
        previous=None if before is None else before.digest,
    )
    promised = register(tx, instance.book(), instance.clock())
    versions = (*_policies(tx), *publishing.published(tx))
    return Inputs(
        site=site,
        versions=versions,
        practices=practices_of(promised),
        frameworks=frameworks_of(promised, f"{address}/portal/feedback", feedback.public(tx, office(instance))),
        definitions=definitions_of(newest_definitions()),
        cards=cards(),
        sign_offs=sign_offs_of(signed_off(tx, board(instance)), versions),
    )


def built(instance: Instance, tx: Transaction) -> Built:
    """Build the next edition and look through it. Raises NoLedger, NotFitToPublish."""
    verifier = Verifier.parse(instance.ledger_key())
    made = build(inputs_of(instance, tx), read_log(Files(instance.ledger_dir).read, verifier, KINDS))
    fit(made.files, instance.settings.hub_contacts)
    return made


def drafted(instance: Instance, tx: Transaction) -> Manifest:
    """Build the next edition and keep it as a draft, shown to nobody. Raises as `built`."""
    made = built(instance, tx)
    folder.write(made.files, _editions(instance) / made.digest)
    return Manifest.parse(made.files[MANIFEST])


def name_of(manifest: Manifest) -> str:
    """Return the name of an edition: the digest of its manifest."""
    return digest(manifest.encode())


def draft(instance: Instance, name: str) -> Manifest:
    """Return the manifest of a draft whose every file is the one that it lists. Raises DraftLost."""
    place = _editions(instance) / name
    files = folder.read_all(place) if _NAME.fullmatch(name) else {}
    held = files.get(MANIFEST, b"")
    if digest(held) != name:
        raise DraftLost(name)
    manifest = Manifest.parse(held)
    if any(digest(files.get(each.path, b"")) != each.sha256 for each in manifest.files):
        raise DraftLost(name)
    fit(files, instance.settings.hub_contacts)
    return manifest


def publish(instance: Instance, tx: Transaction, manifest: Manifest, name: str, *, by: str) -> publishing.Edition:
    """Publish a draft: a record now, and a worker shows it once the ledger has it. Raises EditionMoved."""
    return publishing.publish_edition(
        tx,
        digest=name,
        previous=manifest.previous,
        files=len(manifest.files),
        by=by,
        record=instance.record,
        clock=instance.clock,
    )


def show_newest(instance: Instance) -> bool:
    """Show the newest edition with its proof, once the published ledger has its record; tell whether it changed.

    Raises DraftLost.
    """
    with instance.database().begin() as tx:
        newest = publishing.newest(tx)
        if newest is None or shown(instance) == newest.digest:
            return False
        place, files = _editions(instance) / newest.digest, Files(instance.ledger_dir)
        if not (place / MANIFEST).is_file():
            raise DraftLost(newest.digest)
        try:
            proof = prove(tx, files, newest.record)
        except NotSequenced:
            return False
    size = _checkpoint(proof.checkpoint).size
    steps = growth(Hashes(files.read, size), _seen_before(instance))
    Files(place).write({PROOF: proof.encode().encode(), GROWTH: steps.encode()})
    folder.show(instance.hub_dir, place)
    return True


def shown(instance: Instance) -> str:
    """Return the digest of the edition that is shown, or nothing."""
    return instance.hub_dir.readlink().name if instance.hub_dir.is_symlink() else ""


def _seen_before(instance: Instance) -> Iterator[tuple[int, str]]:
    """Return the states of the ledger at earlier editions, from what the edition before says of them."""
    before = Files(instance.hub_dir)
    proof, told = before.read(PROOF), before.read(GROWTH)
    last = [_checkpoint(Proof.parse(proof.decode()).checkpoint)] if proof is not None else []
    steps = msgspec.json.decode(told, type=Growth).steps if told is not None else ()
    return chain(((each.size, each.root.hex()) for each in last), ((each.size, each.root) for each in steps))


def _checkpoint(note: str) -> Checkpoint:
    return Checkpoint.parse(note.rpartition("\n\n")[0] + "\n")


def _editions(instance: Instance) -> Path:
    return folder.editions_of(instance.hub_dir)


def _policies(tx: Transaction) -> tuple[Version, ...]:
    found = sorted(policies.versions(tx, _MOST_POLICIES), key=lambda each: each.version)
    return tuple(words_of(each, policies.load_documents(tx, str(each.version))) for each in found)
