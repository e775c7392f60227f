"""Set up, find and end engagements; validate the testers of one, give them keys, take them out.

Everything is told to every gateway process by NOTIFY. An engagement that is over stays as it was, for its statement.
"""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from seawall.access.model import Project
from seawall.access.people import Edges, Kind, people
from seawall.access.people.model import PersonInactive
from seawall.access.projects import CHANNEL
from seawall.access.projects import find as find_project
from seawall.access.tables import engagements, safeguards, tester_keys
from seawall.access.tables import keys as access_keys
from seawall.access.testers.model import BadEngagement, Engagement, EngagementOver, NoSuchEngagement, State
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.ids import EngagementId, PersonId, new_id
from seawall.vocabulary.records.access import KeyRevoked
from seawall.vocabulary.records.testers import EngagementCreated, EngagementEnded
from seawall.vocabulary.retention import Retention


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an engagement is to be. Addresses are networks such as 192.0.2.0/24; None is no budget."""

    organisation: str
    purpose: str
    project: str
    owner: str
    begins: datetime
    ends: datetime
    models: tuple[str, ...]
    addresses: tuple[str, ...]
    request_budget: int | None = None
    token_budget: int | None = None


def make(tx: Transaction, edges: Edges, plan: Plan, *, by: str) -> Engagement:
    """Set up an engagement, with its safeguards on. Raises BadEngagement, NoSuchProject, NoSuchPerson."""
    (project, owner), now = checked(tx, edges, plan), edges.clock()
    engagement = EngagementId(new_id("en"))
    made = Engagement(
        id=engagement,
        project=project.id,
        organisation=plan.organisation.strip(),
        purpose=edges.vault.put(tx, plan.purpose.encode(), owner=engagement, retention=Retention.EVIDENCE),
        owner=owner,
        begins=plan.begins,
        ends=plan.ends,
        models=tuple(sorted(set(plan.models))),
        addresses=networks(plan.addresses),
        request_budget=plan.request_budget,
        token_budget=plan.token_budget,
        safeguards=True,
        made_at=now,
        made_by=by,
    )
    tx.execute(insert(engagements).values(_row(made)))
    tx.execute(insert(safeguards).values(engagement=engagement, safeguards=True, approval=None, by=by, at=now))
    edges.record(tx, _made(made))
    notify(tx, CHANNEL, engagement)
    return made


def checked(tx: Transaction, edges: Edges, plan: Plan) -> tuple[Project, PersonId]:
    """Return the project and the owner of a plan with which nothing is wrong. Raises as `make`."""
    project, owner = find_project(tx, plan.project), _owner(tx, plan.owner)
    _check(plan, edges.clock())
    networks(plan.addresses)
    unknown = sorted(set(plan.models) - set(project.models))
    if unknown:
        raise BadEngagement(
            f"{project.name!r} has no model {unknown[0]!r}.", hint=f"It has: {', '.join(project.models) or 'none'}."
        )
    return project, owner


def find(tx: Transaction, engagement: str) -> Engagement:
    """Return an engagement. Raises NoSuchEngagement."""
    row = tx.execute(select(engagements).where(engagements.c.id == engagement)).first()
    if row is None:
        raise NoSuchEngagement(engagement)
    return _engagement(row)


def find_open(tx: Transaction, edges: Edges, engagement: str) -> Engagement:
    """Return an engagement that is not over, its row locked. Raises NoSuchEngagement, EngagementOver."""
    row = tx.execute(select(engagements).where(engagements.c.id == engagement).with_for_update()).first()
    if row is None:
        raise NoSuchEngagement(engagement)
    found = _engagement(row)
    if found.state(edges.clock()) is State.ENDED:
        raise EngagementOver(engagement)
    return found


def every(tx: Transaction) -> list[Engagement]:
    """Return all engagements, newest first."""
    return [_engagement(row) for row in tx.execute(select(engagements).order_by(engagements.c.id.desc()))]


def purpose_of(tx: Transaction, edges: Edges, engagement: Engagement) -> str:
    """Return what an engagement is for. Raises what the vault raises."""
    return edges.vault.get(tx, engagement.purpose).decode()


def end(tx: Transaction, edges: Edges, engagement: str, *, by: str, reason_code: str = "ended") -> Engagement:
    """End an engagement now, and its keys with it. Raises NoSuchEngagement, EngagementOver."""
    row = tx.execute(select(engagements).where(engagements.c.id == engagement).with_for_update()).first()
    if row is None:
        raise NoSuchEngagement(engagement)
    if row.ended_at is not None:
        raise EngagementOver(engagement)
    tx.execute(
        update(engagements).where(engagements.c.id == row.id).values(ended_at=edges.clock(), ended_why=reason_code)
    )
    gone = end_keys(tx, edges, tester_keys.c.engagement == row.id, by=by)
    edges.record(tx, EngagementEnded(engagement=row.id, reason_code=reason_code, keys=gone, by=by))
    notify(tx, CHANNEL, row.id)
    return find(tx, engagement)


def end_due(tx: Transaction, edges: Edges) -> int:
    """End the engagements whose time is over; return how many. Their keys are refused by the clock already."""
    due = select(engagements.c.id).where(engagements.c.ended_at.is_(None), engagements.c.ends <= edges.clock())
    found = list(tx.scalars(due.with_for_update(skip_locked=True)))
    for each in found:
        end(tx, edges, each, by="seawall", reason_code="time_over")
    return len(found)


def end_keys(tx: Transaction, edges: Edges, which: Any, *, by: str) -> int:
    """Revoke keys of testers; return how many worked."""
    mine = select(tester_keys.c.key).where(which)
    open_keys = access_keys.c.id.in_(mine) & access_keys.c.revoked_at.is_(None)
    values = {"revoked_at": edges.clock()}
    gone = tx.scalars(update(access_keys).where(open_keys).values(values).returning(access_keys.c.id)).all()
    for key in gone:
        edges.record(tx, KeyRevoked(key=key, by=by))
    return len(gone)


def _owner(tx: Transaction, person: str) -> PersonId:
    known = people.find(tx, person)
    if known.kind is not Kind.PERSON:
        raise BadEngagement(f"{person} is a service account.", hint="A person answers for an engagement.")
    if not known.active:
        raise PersonInactive(person)
    return known.id


def _check(plan: Plan, now: datetime) -> None:
    for what, value, longest in (("organisation", plan.organisation, 200), ("purpose", plan.purpose, 4000)):
        printable = all(letter.isprintable() or letter in "\n\t" for letter in value)
        if not value.strip() or len(value) > longest or not printable:
            raise BadEngagement(
                f"The {what} has {len(value)} characters, or none that can be read.", hint=f"1 to {longest} of them."
            )
    if plan.begins.tzinfo is None or plan.ends.tzinfo is None:
        raise BadEngagement("A time without its zone could be any.", hint="Such as 2026-02-01T09:00+00:00.")
    if plan.ends <= plan.begins or plan.ends <= now:
        raise BadEngagement(
            f"It would end on {plan.ends.isoformat()} and begin on {plan.begins.isoformat()}.",
            hint="It ends in the future, after it began.",
        )
    for what, budget in (("requests", plan.request_budget), ("tokens", plan.token_budget)):
        if budget is not None and not 1 <= budget < 2**62:
            raise BadEngagement(f"A budget of {budget} {what} lets nobody test.", hint="Give 1 or more, or none.")
    if not plan.models:
        raise BadEngagement("No model was named.", hint="Name each model that the testers may reach.")


def networks(given: Sequence[str]) -> tuple[str, ...]:
    """Return networks as they are kept. Raises BadEngagement."""
    made = []
    for each in given:
        try:
            made.append(str(ip_network(each.strip(), strict=False)))
        except ValueError:
            raise BadEngagement(f"{each!r} is no network.", hint="Such as 192.0.2.0/24 or 2001:db8::/32.") from None
    if not made:
        raise BadEngagement("No address was listed.", hint="List each network, such as 192.0.2.0/24.")
    return tuple(sorted(set(made)))


def _made(made: Engagement) -> EngagementCreated:
    return EngagementCreated(
        engagement=made.id,
        project=made.project,
        organisation=made.organisation,
        owner=made.owner,
        models=made.models,
        addresses=made.addresses,
        begins=made.begins.isoformat(),
        ends=made.ends.isoformat(),
        request_budget=made.request_budget,
        token_budget=made.token_budget,
        by=made.made_by,
    )


def _row(made: Engagement) -> dict[str, Any]:
    return msgspec.structs.asdict(made) | {"models": list(made.models), "addresses": list(made.addresses)}


def _engagement(row: Row[Any]) -> Engagement:
    fields = {name: getattr(row, name) for name in Engagement.__struct_fields__}
    return Engagement(**fields | {"models": tuple(row.models), "addresses": tuple(row.addresses)})
