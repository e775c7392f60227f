"""Ban an organisation: every key of its projects is refused until it is reinstated."""

from typing import Annotated

import msgspec

from seawall.access import organisations
from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId


class Barred(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which organisation, by its id or name, and what it did; that is kept, and shown to staff."""

    organisation: str
    what_it_did: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def about(tx: Transaction, given: Barred) -> Resource:
        known = organisations.find(tx, given.organisation)
        if known.banned_at is not None:
            raise organisations.OrganisationState(f"{known.name!r} is banned already.", hint="Nothing is left to do.")
        return Resource(kind="Organisation", id=known.id)

    def says(tx: Transaction, given: Barred) -> str:
        known = organisations.find(tx, given.organisation)
        count = len(known.projects)
        return (
            f"Bans {known.name!r} ({known.id}): within a second every gateway refuses all keys of its {count} "
            f"{'project' if count == 1 else 'projects'}, and of what is assigned to it later. It can be reinstated. "
            f"What it did: {given.what_it_did}"
        )

    def carry_out(tx: Transaction, by: PersonId, given: Barred) -> Given:
        made = organisations.ban(tx, instance.edges(), given.organisation, reason=given.what_it_did, by=by)
        return {"organisation": made.id}

    return (Act(action="organisation.ban", takes=Barred, about=about, says=says, carry_out=carry_out),)
