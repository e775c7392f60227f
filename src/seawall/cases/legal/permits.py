"""Who may do what with a legal request, asked anew in the transaction that does it. People decide, no service account.

That a passkey was used a moment ago is held at the door, by whoever serves the step.
"""

from sqlalchemy import select

from seawall.access.people import people, roles
from seawall.access.people.model import NoSuchPerson
from seawall.access.people.tables import grants
from seawall.access.rights import Asked, Resource, principal
from seawall.access.rights.actions import BY_NAME
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import PeopleDecide
from seawall.cases.words import checked
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, LegalRequestId
from seawall.vocabulary.retention import Retention

_AT_THE_DOOR = Asked(passkey_seconds=0, approved=True)


def permit(tx: Transaction, bureau: Bureau, action: str, request: str, by: str) -> str:
    """Return the human behind whoever does something, where they may. Raises PeopleDecide, NotPermitted."""
    try:
        who = people.find(tx, by)
    except NoSuchPerson:
        raise PeopleDecide(by) from None
    asked = principal(who, (grant.role for grant in roles.held(tx, who.id)))
    if asked.service:
        raise PeopleDecide(by)
    bureau.rights.may(asked, action, Resource(kind="LegalRequest", id=request), _AT_THE_DOOR).required()
    return who.human


def readers(tx: Transaction, bureau: Bureau) -> frozenset[str]:
    """Return everybody who may know of a legal request: who may read them, and who may agree to a production."""
    able = {*bureau.rights.roles_for("legal.read", Resource(kind="LegalRequest"))}
    able |= {role for seat in BY_NAME["legal.produce"].seats for role in seat}
    held = select(grants.c.person).where(grants.c.role.in_(able), grants.c.withdrawn_at.is_(None)).distinct()
    return frozenset(tx.scalars(held))


def keep(tx: Transaction, bureau: Bureau, what: str, said: str, request: LegalRequestId) -> ItemId:
    """Put what somebody wrote about a request into the vault, as evidence. Raises BadWords."""
    return store(tx, bureau, checked(what, said).encode("utf-8", "surrogatepass"), request)


def store(tx: Transaction, bureau: Bureau, content: bytes, request: LegalRequestId) -> ItemId:
    """Put what belongs to a request into the vault, as evidence."""
    return bureau.edges.vault.put(tx, content, owner=request, retention=Retention.EVIDENCE)
