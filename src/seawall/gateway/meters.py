"""What the gateway counts, in Prometheus' form. Labels are closed words: no model, key or account is in them."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import Protocol

import msgspec
import prometheus_client
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from seawall.screen.pool import Pool

REGISTRY = CollectorRegistry()
_BOUNDS_S = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0)
_BOUNDS = (*map(str, _BOUNDS_S), "+Inf")
_ERRORS = prometheus_client.Counter(
    "seawall_errors", "Requests that ended in an error, by its code.", ("code",), registry=REGISTRY
)
UNWRITTEN = Gauge("seawall_groups_unwritten", "Groups of entries that are not committed yet.", registry=REGISTRY)
ACCURATE_CPU = Gauge("seawall_accurate_cpu_seconds", "CPU time of the accurate tier's workers.", registry=REGISTRY)
ACCURATE_SCORED = Gauge("seawall_accurate_scored", "Texts that the accurate tier has scored.", registry=REGISTRY)
ACCURATE_WAITING = Gauge("seawall_accurate_waiting", "Texts that wait for the accurate tier.", registry=REGISTRY)


_NOTICES = Gauge("seawall_notices_waiting", "Notices that nobody took over yet.", registry=REGISTRY)
_DEAD = Gauge("seawall_deliveries_dead", "Webhooks and letters that are tried no more.", registry=REGISTRY)


class _Took(msgspec.Struct):
    """How long exchanges took: how many up to each bound and beyond the last, and all together."""

    counts: list[int] = msgspec.field(default_factory=lambda: [0] * len(_BOUNDS))
    seconds: float = 0.0


class _Exchanges:
    """Exchanges by how they ended. The event loop alone counts them: without locks, which cost as much as the rest."""

    def __init__(self) -> None:
        self.open = 0
        self._ended: Counter[tuple[str, str, str]] = Counter()
        self._took: defaultdict[str, _Took] = defaultdict(_Took)

    def end(self, kind: tuple[str, str, str], seconds: float) -> None:
        """Count one by its API, outcome and measure."""
        self.open -= 1
        self._ended[kind] += 1
        took = self._took[kind[0]]
        took.counts[bisect_left(_BOUNDS_S, seconds)] += 1
        took.seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """Give the counts."""
        yield GaugeMetricFamily("seawall_exchanges_open", "Exchanges that are being answered.", self.open)
        ended = CounterMetricFamily("seawall_exchanges", "Exchanges that ended.", labels=("api", "outcome", "measure"))
        for kind, count in self._ended.items():
            ended.add_metric(kind, count)
        yield ended
        told = "From the request to the end of the answer, upstream included."
        took = HistogramMetricFamily("seawall_exchange_seconds", told, labels=("api",))
        for api, each in self._took.items():
            took.add_metric((api,), list(zip(_BOUNDS, accumulate(each.counts), strict=True)), each.seconds)
        yield took


_EXCHANGES = _Exchanges()
REGISTRY.register(_EXCHANGES)


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


def began() -> None:
    """Count an exchange that is being answered from now on."""
    _EXCHANGES.open += 1


def ended(api: str, outcome: str, measure: str, seconds: float) -> None:
    """Count an exchange that ended."""
    _EXCHANGES.end((api, outcome, measure), seconds)


def failed(code: str) -> None:
    """Count an error that a client was shown."""
    _ERRORS.labels(code).inc()


def page() -> bytes:
    """Return the page that Prometheus reads."""
    return generate_latest(REGISTRY)
