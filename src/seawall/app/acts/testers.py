"""Let outside testers past the safeguards, for one engagement."""

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.approvals.requests import executed_now
from seawall.access.rights import Resource
from seawall.access.testers import lift_safeguards
from seawall.access.testers.engagements import find_open
from seawall.access.testers.safeguards import ACTION, KIND
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId


class Lifted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose safeguards."""

    engagement: str


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def about(tx: Transaction, given: Lifted) -> Resource:
        return Resource(kind=KIND, id=find_open(tx, instance.edges(), given.engagement).id)

    def says(tx: Transaction, given: Lifted) -> str:
        found = find_open(tx, instance.edges(), given.engagement)
        return (
            f"Lifts the safeguards for the testers of {found.organisation} ({found.id}) until somebody puts them back, "
            f"at the latest on {found.ends:%d %B %Y}. Everything is screened and recorded as ever; child sexual "
            "exploitation is never let through."
        )

    def carry_out(tx: Transaction, by: PersonId, given: Lifted) -> Given:
        approval = executed_now(tx, ACTION, given.engagement)
        found = lift_safeguards(tx, instance.edges(), given.engagement, by=by, approval=approval)
        return {"engagement": found.id, "safeguards": found.safeguards}

    return (Act(action=ACTION, takes=Lifted, about=about, says=says, carry_out=carry_out),)
