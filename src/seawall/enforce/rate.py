"""How fast a restricted account may go on: a sliding minute for each, in the memory of one process.

Limits: each process counts for itself, so N gateway processes let up to N times the rate through; a restart starts
an empty minute. Only accounts that are restricted now take room.
"""

from collections import deque
from datetime import datetime

from seawall.vocabulary.ids import AccountId

_WINDOW_S = 60.0
_ROOM = 4096


class RateLimit:
    """Which requests of restricted accounts go through. Used from one thread."""

    def __init__(self) -> None:
        self._passed: dict[AccountId, deque[float]] = {}

    def __len__(self) -> int:
        """Return how many accounts are remembered."""
        return len(self._passed)

    def allow(self, account: AccountId, per_minute: int, now: datetime) -> bool:
        """Tell whether a request may pass, and count it if so. One that is refused costs nothing."""
        passed, moment = self._recent(account, now), now.timestamp()
        if len(passed) >= per_minute:
            return False
        passed.append(moment)
        if account not in self._passed:
            self._make_room(moment)
            self._passed[account] = passed
        return True

    def wait_s(self, account: AccountId, per_minute: int, now: datetime) -> float:
        """Return the seconds until the next request may pass; 0 when it may now."""
        passed = self._recent(account, now)
        if len(passed) < per_minute:
            return 0.0
        # A lowered rate may need more than one of the earlier requests to leave the window.
        return max(passed[len(passed) - per_minute] + _WINDOW_S - now.timestamp(), 0.0)

    def _recent(self, account: AccountId, now: datetime) -> deque[float]:
        passed = self._passed.get(account, deque())
        oldest = now.timestamp() - _WINDOW_S
        while passed and passed[0] <= oldest:
            passed.popleft()
        return passed

    def _make_room(self, moment: float) -> None:
        if len(self._passed) >= _ROOM and len(self._passed) % _ROOM == 0:
            self._passed = {
                account: passed for account, passed in self._passed.items()
                if passed and passed[-1] > moment - _WINDOW_S
            }  # fmt: skip
