"""Time comes as an argument: a callable that gives the present moment in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment of this machine, in UTC."""
    return datetime.now(UTC)
