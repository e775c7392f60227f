"""Wire two-party control: the rules in force, and who has no say in what, which other rooms know."""

from collections.abc import Mapping

from seawall.access.approvals import Desk
from seawall.app.instance import Instance
from seawall.app.risks import board
from seawall.risk import find
from seawall.risk.errors import NoSuchRelease
from seawall.store import Transaction

SIGN_OFF = "release.sign_off"
_PROPOSED = "proposed this release, or is another account of whoever did"


def voting(instance: Instance) -> Desk:
    """Return what requests are held against."""
    deciding = board(instance)

    def barred(tx: Transaction, action: str, thing: str) -> Mapping[str, str]:
        if action != SIGN_OFF:
            return {}
        try:
            return {find(tx, deciding, thing).proposed_human: _PROPOSED}
        except NoSuchRelease:
            return {}

    return Desk(rights=instance.rights(), barred=barred)
