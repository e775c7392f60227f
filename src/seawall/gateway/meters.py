"""What the gateway counts, in Prometheus' form. Labels are closed words: no model, key or account is in them."""

from collections.abc import Iterator
from functools import cache
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from seawall.screen.pool import Pool

REGISTRY = CollectorRegistry()
_EXCHANGES = Counter("seawall_exchanges", "Exchanges that ended.", ("api", "outcome", "measure"), registry=REGISTRY)
_SECONDS = Histogram(
    "seawall_exchange_seconds",
    "From the request to the end of the answer, upstream included.",
    ("api",),
    registry=REGISTRY,
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300),
)
_ERRORS = Counter("seawall_errors", "Requests that ended in an error, by its code.", ("code",), registry=REGISTRY)
_OPEN = Gauge("seawall_exchanges_open", "Exchanges that are being answered.", registry=REGISTRY)
UNWRITTEN = Gauge("seawall_groups_unwritten", "Groups of entries that are not committed yet.", registry=REGISTRY)
ACCURATE_CPU = Gauge("seawall_accurate_cpu_seconds", "CPU time of the accurate tier's workers.", registry=REGISTRY)
ACCURATE_SCORED = Gauge("seawall_accurate_scored", "Texts that the accurate tier has scored.", registry=REGISTRY)
ACCURATE_WAITING = Gauge("seawall_accurate_waiting", "Texts that wait for the accurate tier.", registry=REGISTRY)


_NOTICES = Gauge("seawall_notices_waiting", "Notices that nobody took over yet.", registry=REGISTRY)
_DEAD = Gauge("seawall_deliveries_dead", "Webhooks and letters that are tried no more.", registry=REGISTRY)


class GlassCounts(Protocol):
    """How often somebody acted alone, and how that was reviewed."""

    @property
    def broken(self) -> int:
        """Count all."""

    @property
    def reviewed(self) -> int:
        """Count those that were reviewed in time."""

    @property
    def overdue(self) -> int:
        """Count those whose reviews are missing."""


class _Glass:
    """Counts of the database, not of this process: every process gives the same."""

    def __init__(self) -> None:
        self.counts: GlassCounts | None = None

    def collect(self) -> Iterator[Metric]:
        """Give them, once they were read."""
        told = self.counts
        broken, reviewed, overdue = (0, 0, 0) if told is None else (told.broken, told.reviewed, told.overdue)
        yield CounterMetricFamily("seawall_glass_broken", "How often somebody acted alone.", broken)
        yield CounterMetricFamily("seawall_glass_reviewed", "Of these, reviewed by two in time.", reviewed)
        yield GaugeMetricFamily("seawall_glass_overdue", "Of these, with reviews missing.", overdue)


_GLASS = _Glass()
REGISTRY.register(_GLASS)


def glass(counts: GlassCounts) -> None:
    """Take down how often somebody acted alone."""
    _GLASS.counts = counts


def notices(waiting: int, dead: int) -> None:
    """Take down how many notices wait, and how many deliveries are dead."""
    _NOTICES.set(waiting)
    _DEAD.set(dead)


def accurate(pool: Pool) -> None:
    """Take down where the accurate tier's pool is."""
    ACCURATE_CPU.set(pool.cpu_s)
    ACCURATE_SCORED.set(pool.scored)
    ACCURATE_WAITING.set(pool.waiting)


class _Open:
    """How many exchanges are being answered. The event loop alone counts them, so it needs no lock as a gauge does."""

    count = 0


_OPEN.set_function(lambda: _Open.count)


def began() -> None:
    """Count an exchange that is being answered from now on."""
    _Open.count += 1


def ended(api: str, outcome: str, measure: str, seconds: float) -> None:
    """Count an exchange that ended."""
    _Open.count -= 1
    exchanges, taken = _of_kind(api, outcome, measure)
    exchanges.inc()
    taken.observe(seconds)


@cache
def _of_kind(api: str, outcome: str, measure: str) -> tuple[Counter, Histogram]:
    """Return what counts one kind of exchange: looking it up each time costs as much as counting."""
    return _EXCHANGES.labels(api, outcome, measure), _SECONDS.labels(api)


def failed(code: str) -> None:
    """Count an error that a client was shown."""
    _ERRORS.labels(code).inc()


def page() -> bytes:
    """Return the page that Prometheus reads."""
    return generate_latest(REGISTRY)
