"""Digests of networks by address, remembered: what came from one network can be told together, and from where cannot.

Used from the thread of the event loop. A digest that is remembered costs a look into a table.
"""

from collections import OrderedDict
from collections.abc import Callable

from seawall.vocabulary.networks import PURPOSE, network_of

_ROOM = 20_000


class Networks:
    """The digests of one process. `digest` keys them with a secret that is in no database."""

    def __init__(self, digest: Callable[[str, str], bytes]) -> None:
        self._digest = digest
        self._known: OrderedDict[str, bytes | None] = OrderedDict()

    def of(self, address: str | None) -> bytes | None:
        """Return the digest of an address's network; None where it says nothing."""
        if not address:
            return None
        if address in self._known:
            return self._known[address]
        network = network_of(address)
        made = self._known[address] = None if network is None else self._digest(PURPOSE, network)
        if len(self._known) > _ROOM:
            self._known.popitem(last=False)
        return made
