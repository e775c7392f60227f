"""Who may do what in an investigation, asked anew in the transaction that does it.

An investigation that names its readers is theirs alone; who may not see it learns nothing of it. What is about child
safety is shown in none to anybody without that right.
"""

from enum import StrEnum

from seawall.access.people import Person, people, roles
from seawall.access.people.model import NoSuchPerson
from seawall.access.rights import Permission, Principal, Resource, principal
from seawall.investigations.desk import Desk
from seawall.investigations.errors import NoSuchInvestigation
from seawall.investigations.model import Investigation
from seawall.store import Transaction


class Step(StrEnum):
    """What somebody wants to do."""

    READ = "investigation.read"
    MANAGE = "investigation.manage"
    LOOK = "investigation.look"


def permit(tx: Transaction, desk: Desk, found: Investigation, step: Step, by: str) -> Person:
    """Return who asks, where they may. Raises NoSuchInvestigation, NotPermitted."""
    try:
        who = people.find(tx, by)
    except NoSuchPerson:
        raise NoSuchInvestigation(found.id) from None
    asked = _principal(tx, who)
    if not _asked(desk, found, Step.READ, asked).allowed:
        raise NoSuchInvestigation(found.id)
    if step is not Step.READ:
        _asked(desk, found, step, asked).required()
    return who


def may(tx: Transaction, desk: Desk, found: Investigation, step: Step, by: str) -> bool:
    """Tell whether somebody may, without raising."""
    try:
        asked = _principal(tx, people.find(tx, by))
    except NoSuchPerson:
        return False
    return _asked(desk, found, step, asked).allowed


def sees_sealed(tx: Transaction, desk: Desk, by: str) -> bool:
    """Tell whether somebody may see what is about child safety."""
    try:
        asked = _principal(tx, people.find(tx, by))
    except NoSuchPerson:
        return False
    return desk.rights.may(asked, "child_safety.read", Resource(kind="ChildSafetyCase")).allowed


def _principal(tx: Transaction, who: Person) -> Principal:
    return principal(who, (grant.role for grant in roles.held(tx, who.id)))


def _asked(desk: Desk, found: Investigation, step: Step, who: Principal) -> Permission:
    readers = None if found.readers is None else frozenset(found.readers)
    return desk.rights.may(who, step.value, Resource(kind="Investigation", id=found.id, readers=readers))
