"""How much a judge may be asked: calls in a minute, tokens in a day (UTC). Counted per process."""

from collections import deque
from datetime import date, datetime, timedelta

from seawall.vocabulary.clock import Clock


class Budget:
    """What is left of a judge's budget. Zero means without limit."""

    def __init__(self, calls_per_minute: int, tokens_per_day: int, clock: Clock) -> None:
        self._calls_per_minute, self._tokens_per_day, self._clock = calls_per_minute, tokens_per_day, clock
        self._calls: deque[datetime] = deque()
        self._day: date | None = None
        self._tokens = 0

    def take(self, calls: int) -> bool:
        """Count calls that are about to be made; False, and nothing counted, when they are not within the budget."""
        now = self._clock()
        if self._day != now.date():
            self._day, self._tokens = now.date(), 0
        while self._calls and self._calls[0] <= now - timedelta(minutes=1):
            self._calls.popleft()
        over_calls = self._calls_per_minute and len(self._calls) + calls > self._calls_per_minute
        if over_calls or (self._tokens_per_day and self._tokens >= self._tokens_per_day):
            return False
        self._calls.extend([now] * calls)
        return True

    def spend(self, tokens: int) -> None:
        """Count the tokens that a call took."""
        self._tokens += tokens
