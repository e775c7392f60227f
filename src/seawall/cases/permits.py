"""Who may do what in a case, asked anew in the transaction that does it: a right that was lost a moment ago is lost.

What a case asks for belongs to the case, not to its queue: one about child safety takes rights of its own, and one
that names its readers is theirs alone. Who may not see a case learns nothing of it, not even that it is there.
"""

from enum import StrEnum

from sqlalchemy import exists, select

from seawall.access.people import Person, people, roles
from seawall.access.people.model import NoSuchPerson
from seawall.access.people.tables import grants
from seawall.access.people.tables import people as persons
from seawall.access.rights import Permission, Principal, Resource, principal
from seawall.cases.errors import NoSuchCase, ReviewersAreHuman
from seawall.cases.model import Case, Origin, Stage
from seawall.cases.office import Office
from seawall.store import Transaction


class Step(StrEnum):
    """What somebody wants to do."""

    READ = "read"
    DECIDE = "decide"
    DECIDE_APPEAL = "decide_appeal"
    SETTLE = "settle"
    REOPEN = "reopen"
    CHANGE_READERS = "change_readers"


def action_of(step: Step, *, sealed: bool) -> tuple[str, str]:
    """Return the action that a step takes, and the kind of thing that it is done to."""
    if sealed:
        return ("child_safety.read" if step is Step.READ else "child_safety.decide"), "ChildSafetyCase"
    return f"case.{step}", "Case"


def settling(case: Case) -> Step:
    """Return the step that settling a case takes as it is now."""
    if case.stage is Stage.SETTLE:
        return Step.SETTLE
    return Step.DECIDE_APPEAL if case.origin is Origin.APPEAL else Step.DECIDE


def permit(tx: Transaction, office: Office, case: Case, step: Step, by: str) -> Person:
    """Return who asks, where they may. Raises NoSuchCase, NotPermitted, ReviewersAreHuman."""
    try:
        who = people.find(tx, by)
    except NoSuchPerson:
        raise NoSuchCase(case.id) from None
    asked = principal(who, (grant.role for grant in roles.held(tx, who.id)))
    if not _asked(office, case, Step.READ, asked).allowed:
        raise NoSuchCase(case.id)
    if step is not Step.READ:
        _asked(office, case, step, asked).required()
        if asked.service:
            raise ReviewersAreHuman(by)
    return who


def may(tx: Transaction, office: Office, case: Case, step: Step, by: str) -> bool:
    """Tell whether somebody may, without raising."""
    try:
        who = people.find(tx, by)
    except NoSuchPerson:
        return False
    asked = principal(who, (grant.role for grant in roles.held(tx, who.id)))
    return _asked(office, case, step, asked).allowed and not asked.service


def takers(tx: Transaction, office: Office, *, sealed: bool) -> tuple[bool, tuple[str, ...]]:
    """Tell whether anybody who is active could settle such cases, and by which roles."""
    action, kind = action_of(Step.DECIDE, sealed=sealed)
    wanted = office.rights.roles_for(action, Resource(kind=kind))
    held = (grants.c.person == persons.c.id) & grants.c.role.in_(wanted) & grants.c.withdrawn_at.is_(None)
    human = persons.c.active_since.is_not(None) & (persons.c.kind == "person")
    return bool(tx.scalar(select(exists().where(held & human)))), wanted


def _asked(office: Office, case: Case, step: Step, who: Principal) -> Permission:
    action, kind = action_of(step, sealed=case.sealed)
    readers = None if case.readers is None else frozenset(case.readers)
    return office.rights.may(who, action, Resource(kind=kind, id=case.id, readers=readers))
