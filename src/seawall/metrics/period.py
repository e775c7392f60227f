"""Periods: a month or a half-year, in UTC. Pure."""

import re
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from seawall.vocabulary.errors import InvalidInput

_MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")
_HALF = re.compile(r"(2\d{3})-H([12])")
_MONTHS = 12
_HALF_MONTHS = 6


class NoSuchPeriod(InvalidInput):
    """Words that name no period."""

    code = "metrics.no_such_period"

    def __init__(self, given: str) -> None:
        super().__init__(f"{given[:20]!r} is no period.", hint="A month such as 2026-01, or a half-year: 2026-H1.")


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    HALF_YEAR = "half-year"


class Period(msgspec.Struct, frozen=True, order=True):
    """A period: from its first moment up to, not including, its end."""

    since: datetime
    until: datetime

    @property
    def kind(self) -> PeriodKind:
        """Return whether it is a month or a half-year."""
        return PeriodKind.MONTH if _after(self.since, 1) == self.until else PeriodKind.HALF_YEAR

    @property
    def name(self) -> str:
        """Return its name: 2026-01, or 2026-H1."""
        if self.kind is PeriodKind.MONTH:
            return f"{self.since:%Y-%m}"
        return f"{self.since:%Y}-H{1 if self.since.month <= _HALF_MONTHS else 2}"

    @property
    def months(self) -> tuple["Period", ...]:
        """Return the months of a half-year; of a month nothing."""
        if self.kind is PeriodKind.MONTH:
            return ()
        begins = [_after(self.since, each) for each in range(_HALF_MONTHS)]
        return tuple(Period(each, _after(each, 1)) for each in begins)

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment is in it."""
        return self.since <= at < self.until


def period(name: str) -> Period:
    """Return the period of a name. Raises NoSuchPeriod."""
    if found := _MONTH.fullmatch(name):
        since = datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
        return Period(since, _after(since, 1))
    if found := _HALF.fullmatch(name):
        since = datetime(int(found[1]), 1 + _HALF_MONTHS * (int(found[2]) - 1), 1, tzinfo=UTC)
        return Period(since, _after(since, _HALF_MONTHS))
    raise NoSuchPeriod(name)


def at(kind: PeriodKind, moment: datetime) -> Period:
    """Return the period of a kind that a moment is in."""
    if kind is PeriodKind.MONTH:
        return period(f"{moment:%Y-%m}")
    return period(f"{moment:%Y}-H{1 if moment.month <= _HALF_MONTHS else 2}")


def half_year_of(month: Period) -> Period:
    """Return the half-year that a month is in."""
    return at(PeriodKind.HALF_YEAR, month.since)


def before(one: Period) -> Period:
    """Return the period of the same kind that went before."""
    return at(one.kind, _after(one.since, -1))


def _after(since: datetime, months: int) -> datetime:
    count = since.year * _MONTHS + since.month - 1 + months
    return datetime(count // _MONTHS, count % _MONTHS + 1, 1, tzinfo=UTC)
