"""Why somebody may do something, or not: a person, a service account, or an application."""

from collections.abc import Iterable

from seawall.access import applications
from seawall.access.people import people, roles
from seawall.access.rights.rights import NEVER, Asked, Permission, Principal, Resource, Rights, applying, principal
from seawall.store import Transaction


def explained(
    tx: Transaction,
    rights: Rights,
    who: str,
    action: str,
    resource: str,
    *,
    readers: Iterable[str] = (),
    proven: bool = False,
    approved: bool = False,
) -> Permission:
    """Decide for `who`, a person's id or that of a key, on `resource`, a kind or Kind:id.

    `proven` is as if they had just used a passkey, `approved` as if others had agreed. Raises NoSuchPerson, NoSuchKey,
    NoSuchAction.
    """
    kind, _, name = resource.partition(":")
    thing = Resource(kind=kind, id=name or "any", readers=frozenset(readers) or None)
    return rights.may(asker(tx, who), action, thing, Asked(passkey_seconds=0 if proven else NEVER, approved=approved))


def asker(tx: Transaction, who: str) -> Principal:
    """Return somebody as the rules see them. Raises NoSuchPerson, NoSuchKey."""
    if who.startswith(applications.PREFIX):
        return applying(applications.find(tx, who))
    known = people.find(tx, who)
    return principal(known, (grant.role for grant in roles.held(tx, known.id)))
