"""Let outside testers in, which gives them models and keys of which nothing is kept; let them past the safeguards."""

from datetime import datetime
from typing import Annotated

import msgspec

from seawall.access import projects
from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.approvals.requests import executed_now
from seawall.access.rights import Resource
from seawall.access.testers import Plan, lift_safeguards, make
from seawall.access.testers.engagements import checked, find_open, networks
from seawall.access.testers.safeguards import ACTION, KIND
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId

BEGIN = "tester.begin"
Listed = Annotated[tuple[str, ...], msgspec.Meta(max_length=200)]


class Lifted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose safeguards."""

    engagement: str


class Begun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an engagement is to be: who tests which models of a project, from when to when, from where, how much."""

    organisation: str
    purpose: str
    project: str
    owner: str
    begins: datetime
    ends: datetime
    models: Listed
    addresses: Listed
    request_budget: int | None = None
    token_budget: int | None = None


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the acts."""
    return (_begin(instance), _lift(instance))


def _begin(instance: Instance) -> Act:
    def about(tx: Transaction, given: Begun) -> Resource:
        project, _ = checked(tx, instance.edges(), _plan(given))
        return Resource(kind=KIND, id=f"{project.id}/{given.organisation.strip()}")

    def carry_out(tx: Transaction, by: PersonId, given: Begun) -> Given:
        return {"engagement": make(tx, instance.edges(), _plan(given), by=by).id}

    return Act(action=BEGIN, takes=Begun, about=about, says=_begin_says, carry_out=carry_out)


def _plan(given: Begun) -> Plan:
    return Plan(**msgspec.structs.asdict(given))


def _begin_says(tx: Transaction, given: Begun) -> str:
    project = projects.find(tx, given.project)
    budgets = [f"at most {given.request_budget} requests"] if given.request_budget else []
    budgets += [f"at most {given.token_budget} tokens"] if given.token_budget else []
    when = " to ".join(f"{each:%d %B %Y %H:%M %Z}" for each in (given.begins, given.ends))
    return (
        f"Lets testers of {given.organisation} reach {', '.join(given.models)} of project {project.name} "
        f"({project.id}) from {when}, from the networks {', '.join(networks(given.addresses))}, "
        f"{' and '.join(budgets) or 'without a budget'}. {given.owner} answers for it. Each tester is looked at before "
        f"they get a key; nothing of what they send is kept, and the safeguards are on. What for: {given.purpose}"
    )


def _lift(instance: Instance) -> Act:
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

    return Act(action=ACTION, takes=Lifted, about=about, says=says, carry_out=carry_out)
