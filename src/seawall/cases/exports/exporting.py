"""Export a case: list exactly what would go to whom, have others agree to that, make it anew, encrypt it, give it once.

The file is not kept, here or anywhere; whoever lost it asks the others again, and each time is on record.
"""

from hashlib import sha256

import msgspec

from seawall.cases import words
from seawall.cases.encrypting import encrypted, recipient
from seawall.cases.errors import NotExportable, PackageChanged
from seawall.cases.exports.keeping import keep
from seawall.cases.exports.packing import Package, pack
from seawall.cases.model import Case, State
from seawall.cases.office import Office
from seawall.cases.permits import Step, permit
from seawall.cases.rows import find, lock, trail
from seawall.store import Transaction
from seawall.vocabulary.records.cases import ChildSafetyExported


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which case goes to whom: the public key that it is encrypted to, and whose that is, in words."""

    case: str
    recipient: str
    to: str


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What others agreed to: the digest of the manifest, and under which request."""

    manifest_sha256: str
    approval: str


def planned(tx: Transaction, office: Office, wanted: Wanted) -> Package:
    """Return what would be exported now; nothing leaves. Raises NoSuchCase, NotExportable, BadRecipient, BadWords."""
    return _packed(tx, office, _exportable(find(tx, wanted.case)), wanted)


def export(tx: Transaction, office: Office, wanted: Wanted, agreed: Agreed, *, by: str) -> bytes:
    """Return the encrypted package, exactly as it was agreed to, and keep what is in it for a year.

    Raises what `planned` raises, NoSuchCase for whoever may not see it, ReviewersAreHuman, PackageChanged.
    """
    case = lock(tx, wanted.case)
    permit(tx, office, case, Step.DECIDE, by)
    _exportable(case)
    made = _packed(tx, office, case, wanted)
    if made.manifest_sha256 != agreed.manifest_sha256:
        raise PackageChanged(case.id)
    file, key = encrypted(made.file, wanted.recipient), recipient(wanted.recipient)
    row = {
        "case": case.id,
        "recipient": key,
        "to_item": words.keep(tx, office, words.checked("recipient", wanted.to, 300), owner=case.id),
        "manifest_sha256": made.manifest_sha256,
        "file_sha256": sha256(file).hexdigest(),
        "approval": agreed.approval,
    }
    kept = keep(tx, office, made.items, row, by=by)
    told = {"files": made.files, "unread": made.unread, "manifest_sha256": made.manifest_sha256}
    trail(tx, office.edges, case, "exported", by, told=told)
    office.edges.record(
        tx,
        ChildSafetyExported(
            case=case.id,
            export=kept.id,
            items=made.items,
            unread=made.unread,
            recipient=key,
            manifest_sha256=made.manifest_sha256,
            file_sha256=kept.file_sha256,
            approval=agreed.approval,
            preserved_until=kept.preserved_until.isoformat(),
            by=by,
        ),
    )
    return file


def _packed(tx: Transaction, office: Office, case: Case, wanted: Wanted) -> Package:
    to = words.checked("recipient", wanted.to, 300)
    return pack(tx, office, case, recipient(wanted.recipient), to)


def _exportable(case: Case) -> Case:
    if not case.sealed or case.state is not State.DECIDED:
        raise NotExportable(case)
    return case
