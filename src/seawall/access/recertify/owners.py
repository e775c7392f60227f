"""Whether whoever answers for a grant still can."""

from seawall.access.people import people
from seawall.access.people.model import NoSuchPerson
from seawall.store import Transaction


def is_active(tx: Transaction, person: str) -> bool:
    """Tell whether somebody is known and may do anything."""
    try:
        return people.find(tx, person).active
    except NoSuchPerson:
        return False


def is_gone(tx: Transaction, owner: str) -> bool:
    """Tell whether an owner was somebody who is deactivated now; `host:<user>` never was anybody."""
    return people.human_of(tx, owner) is not None and not is_active(tx, owner)
