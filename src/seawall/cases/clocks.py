"""The clocks of a case, pure: when it is due, when it waits, and until which second something may be done.

They are compared with the host's clock alone. One that is put back never makes a case due earlier than it was.
"""

from datetime import datetime, timedelta

_SECOND = timedelta(seconds=1)


def resumed(due_at: datetime, paused_at: datetime, now: datetime) -> datetime:
    """Return when a case is due that waited from one moment to another."""
    return due_at + max(now - paused_at, timedelta())


def last_second(since: datetime, period: timedelta) -> datetime:
    """Return the last second of a period that begins at a moment; what was begun counts as whole."""
    ends = since + period
    whole = ends.replace(microsecond=0)
    return whole if ends == whole else whole + _SECOND


def in_time(until: datetime, now: datetime) -> bool:
    """Tell whether a moment still lies in the last second, or before it."""
    return now.replace(microsecond=0) <= until
