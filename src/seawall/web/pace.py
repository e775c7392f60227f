"""How many requests somebody may make in a minute, counted in this process."""

from collections.abc import Hashable
from datetime import datetime

from seawall.vocabulary.clock import Clock

_MOST_KNOWN = 10_000


class Pace:
    """Counts requests by whose they are, minute by minute of the clock."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._most, self._clock = per_minute, clock
        self._counted: dict[Hashable, tuple[datetime, int]] = {}

    def take(self, whose: Hashable) -> int:
        """Count one request; return in how many seconds another may come, 0 where this one may."""
        now = self._clock()
        minute = now.replace(second=0, microsecond=0)
        since, count = self._counted.get(whose, (minute, 0))
        count = count + 1 if since == minute else 1
        if whose not in self._counted and len(self._counted) >= _MOST_KNOWN:
            self._counted.clear()
        self._counted[whose] = (minute, count)
        return 0 if count <= self._most else 60 - now.second
