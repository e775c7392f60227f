"""Moments as people read them. All of them are UTC, and say so."""

from datetime import UTC, datetime, timedelta

_STEPS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_NEAR = timedelta(days=14)


def relative(at: datetime, now: datetime) -> str:
    """Return how far a moment is from now, in the largest unit that fits; the date where it is far."""
    away = abs(at - now)
    if away > _NEAR:
        return f"{at.astimezone(UTC):%-d %b %Y}"
    for step, name in _STEPS:
        count = away // step
        if count:
            told = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {told}" if at > now else f"{told} ago"
    return "in a moment" if at > now else "just now"


def absolute(at: datetime) -> str:
    """Return a moment in full."""
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M:%S} UTC"


def stamp(at: datetime) -> str:
    """Return a moment for columns that are read one below the other."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def iso(at: datetime) -> str:
    """Return a moment for machines."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def typed(at: datetime) -> str:
    """Return a moment as the field of a form takes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def utc(given: str) -> str:
    """Return a moment as a browser gives it, which says no zone, as one of UTC."""
    try:
        stated = datetime.fromisoformat(given)
    except ValueError:
        return given
    return f"{given}+00:00" if stated.tzinfo is None and "T" in given else given
