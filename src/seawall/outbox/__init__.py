"""The outbox: what happened, told to other systems and by e-mail, at least once and always under the same id.

    publish, in the transaction of what it tells of -> deliveries -> attempt -> taken | tried again | dead -> replay

Events are ids and codes, never words: whoever is told asks for the rest with a key. Webhooks are signed as Standard
Webhooks says; everything leaves through `net`. Imports `net`, `vault` and `store`. Limits: whether somebody read what
was taken, nobody knows.
"""

from seawall.outbox.kinds import KINDS, Channel, Delivery, Endpoint, Event, State
from seawall.outbox.publish import Letter, publish

__all__ = ["KINDS", "Channel", "Delivery", "Endpoint", "Event", "Letter", "State", "publish"]
