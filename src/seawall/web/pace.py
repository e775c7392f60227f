"""How often an address may try to sign in: a bucket of tokens for each, in the memory of one process.

Limits: several web processes count apart; people behind one address share its bucket. What guesses at one person from
many addresses is bounded elsewhere, by `access.people.attempts`.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from seawall.vocabulary.errors import SeawallError

_MOST = 10_000


class TooManyAttempts(SeawallError):
    """Too many attempts came from one address."""

    code, status = "web.too_many_attempts", 429

    def __init__(self, wait_s: int) -> None:
        super().__init__("Too many attempts came from your address.", hint=f"Try again in {wait_s} s.")
        self.wait_s = wait_s


class Pace:
    """Buckets of tokens: `burst` at first, one more every sixty seconds divided by `per_minute`."""

    def __init__(
        self, *, per_minute: float, burst: int, now: Callable[[], float] = time.monotonic, most: int = _MOST
    ) -> None:
        self._rate, self._burst, self._now, self._most = per_minute / 60, float(burst), now, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> None:
        """Take a token of an address. Raises TooManyAttempts."""
        name, now = _neighbourhood(address), self._now()
        tokens, since = self._buckets.pop(name, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        self._buckets[name] = (max(tokens - 1, 0.0) if tokens >= 1 else tokens, now)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if tokens < 1:
            raise TooManyAttempts(ceil((1 - tokens) / self._rate))


def _neighbourhood(address: str) -> str:
    """Return whose bucket it is: an address, or the network of 64 bits that one subscriber has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
