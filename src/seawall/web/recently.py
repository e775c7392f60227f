"""What changes how somebody signs in asks for a proof of the last minutes, or a stolen session could stay."""

from datetime import timedelta

from seawall.access.people import Way
from seawall.access.people.held_keys import working
from seawall.access.people.proofs import StepUpNeeded, age, require_passkey
from seawall.access.rights.rights import FRESH
from seawall.store import Transaction
from seawall.web.house import House
from seawall.web.signed import Signed

LATELY = timedelta(minutes=15)


def require_recent(tx: Transaction, house: House, signed: Signed) -> None:
    """Ask for a fresh passkey or, from whoever has none, for a sign-in of the last minutes. Raises StepUpNeeded."""
    now, proofs = house.edges.clock(), signed.session.proofs
    if working(tx, signed.person.id):
        require_passkey(proofs, now, FRESH)
        return
    last = age(proofs, now, *Way)
    if last is None or last > LATELY:
        raise StepUpNeeded("You signed in a while ago.", hint="Sign out and in again, then repeat this.")
