"""Hand a decided case about child safety over to an authority: exactly what was agreed to, to the key it names."""

from base64 import b64encode

import msgspec
from sqlalchemy import select

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.approvals.requests import executed_now
from seawall.access.people.tables import grants
from seawall.access.rights import Resource
from seawall.access.rights.actions import BY_NAME
from seawall.app.casework import office
from seawall.app.instance import Instance
from seawall.cases import exports, rows
from seawall.cases.errors import PackageChanged
from seawall.cases.permits import Step, permit
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId

ACTION, KIND = "child_safety.export", "ChildSafetyCase"


class Handed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which case, to which public key of age, and whose that is."""

    case: str
    recipient: str
    to: str


class Exported(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, and exactly what: the digest of the manifest, which lists every file by its own."""

    case: str
    recipient: str
    to: str
    manifest_sha256: str

    @property
    def wanted(self) -> exports.Wanted:
        """Return it as the room takes it."""
        return exports.Wanted(case=self.case, recipient=self.recipient, to=self.to)


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""
    working = office(instance)

    def admits(tx: Transaction, by: PersonId, given: Handed | Exported) -> object:
        # One that is sealed to somebody is to them as one that is not there.
        return permit(tx, working, rows.find(tx, given.case), Step.READ, by)

    def planned(tx: Transaction, given: Exported) -> exports.Package:
        made = exports.planned(tx, working, given.wanted)
        if made.manifest_sha256 != given.manifest_sha256:
            raise PackageChanged(given.case)
        return made

    def staged(tx: Transaction, given: Handed) -> Exported:
        named = msgspec.structs.asdict(given)
        made = exports.planned(tx, working, exports.Wanted(**named))
        return Exported(**named, manifest_sha256=made.manifest_sha256)

    def about(tx: Transaction, given: Exported) -> Resource:
        planned(tx, given)
        case = rows.find(tx, given.case)
        # Whoever may know nothing of such cases learns nothing from what is asked for.
        readers = frozenset(case.readers) if case.readers is not None else _readers(tx, instance)
        return Resource(kind=KIND, id=case.id, readers=readers)

    def says(tx: Transaction, given: Exported) -> str:
        made = planned(tx, given)
        unread = f" {made.unread} parts cannot be read; the package lists them." if made.unread else ""
        return (
            f"Hands {given.case} over to {given.to}: {made.files} files about {made.exchanges} "
            f"{'exchange' if made.exchanges == 1 else 'exchanges'}, encrypted so that only the holder of "
            f"{given.recipient} opens them.{unread} What is in it is kept from every deletion for a year. Nothing is "
            "filed with the CyberTipline or any other authority: whoever carries this out hands the file over."
        )

    def carry_out(tx: Transaction, by: PersonId, given: Exported) -> Given:
        approval = executed_now(tx, ACTION, given.case)
        agreed = exports.Agreed(manifest_sha256=given.manifest_sha256, approval=approval)
        file = exports.export(tx, working, given.wanted, agreed, by=by)
        return {"case": given.case, "file": b64encode(file).decode(), "name": f"{given.case}.zip.age"}

    return (
        Act(
            action=ACTION,
            takes=Exported,
            about=about,
            says=says,
            carry_out=carry_out,
            hands_in=Handed,
            staged=staged,
            admits=admits,
        ),
    )


def _readers(tx: Transaction, instance: Instance) -> frozenset[str]:
    """Return everybody who may know of a case about child safety: who may read them, and who may agree to an export."""
    able = {*instance.rights().roles_for("child_safety.read", Resource(kind=KIND))}
    able |= {role for seat in BY_NAME[ACTION].seats for role in seat}
    held = select(grants.c.person).where(grants.c.role.in_(able), grants.c.withdrawn_at.is_(None)).distinct()
    return frozenset(tx.scalars(held))
