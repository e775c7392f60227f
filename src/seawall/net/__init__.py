"""The one guarded client for outgoing requests: no private addresses, no redirects, deadlines, bounded retries."""

from seawall.net.client import GuardedClient, Reply
from seawall.net.errors import AddressRefused, Cut, NetError, TimedOut, TooLong, Unreachable

__all__ = ["AddressRefused", "Cut", "GuardedClient", "NetError", "Reply", "TimedOut", "TooLong", "Unreachable"]
