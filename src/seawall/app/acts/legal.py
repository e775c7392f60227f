"""Hand data over in answer to a request of an authority: exactly what was prepared, to whom it was prepared for."""

from base64 import b64encode

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.approvals.requests import executed_now, find
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.app.legalwork import bureau
from seawall.cases.legal.permits import readers
from seawall.cases.legal.producing import Approved, handing_of, of_request, produce, ready
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId

ACTION, KIND = "legal.produce", "LegalRequest"


class Produced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which request, and the digest of the manifest that was prepared: it names the file and who gets it."""

    request: str
    manifest_sha256: str


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""
    working = bureau(instance)

    def about(tx: Transaction, given: Produced) -> Resource:
        found = ready(tx, working, given.request, given.manifest_sha256)
        # Whoever may know nothing of legal requests learns nothing from what is asked for.
        return Resource(kind=KIND, id=found.id, readers=readers(tx, working))

    def says(tx: Transaction, given: Produced) -> str:
        found = ready(tx, working, given.request, given.manifest_sha256)
        prepared, scope = of_request(tx, found.id), found.grants
        items, accounts = (prepared.items if prepared else 0), len(scope.accounts if scope else ())
        return (
            f"Hands {items} items of {accounts} {'account' if accounts == 1 else 'accounts'} over in answer to "
            f"{found.id} ({found.kind.value.replace('_', ' ')}, {found.country}, {found.tier.value} data), as the "
            f"manifest lists them, to whom it names. {_how(tx, found.id)} The file is made once and is not kept."
        )

    def _how(tx: Transaction, request: str) -> str:
        handing = handing_of(tx, working, request)
        if handing.recipient is not None:
            return f"It is encrypted so that only the holder of {handing.recipient} opens it."
        return f"It goes in clear, because: {handing.in_clear_because}"

    def carry_out(tx: Transaction, by: PersonId, given: Produced) -> Given:
        approval = executed_now(tx, ACTION, given.request)
        said = Approved(approval=approval, alone=find(tx, instance.edges(), approval).glass)
        file = produce(tx, working, given.request, given.manifest_sha256, said, by=by)
        name = f"{given.request}.jsonl" + (".age" if handing_of(tx, working, given.request).recipient else "")
        return {"legal_request": given.request, "file": b64encode(file).decode(), "name": name}

    return (Act(action=ACTION, takes=Produced, about=about, says=says, carry_out=carry_out),)
