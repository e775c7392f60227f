"""What screening one text costs in process: rules, classifier, a stream's events. CPU time of one thread."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.gateway import asked
from benchmarks.stub import WORDS
from seawall.screen import Screen, StreamScreen
from seawall.screen.linear import LinearClassifier
from seawall.vocabulary.findings import Surface


def timed(act: Callable[[], object], calls: int) -> dict[str, float]:
    """Return the median and 99th percentile of one call, in microseconds of this thread's CPU."""
    act()
    took = []
    for _ in range(calls):
        began = time.thread_time_ns()
        act()
        took.append((time.thread_time_ns() - began) / 1000)
    took.sort()
    return {"p50_us": round(statistics.median(took), 1), "p99_us": round(took[int(len(took) * 0.99)], 1)}


def measure(calls: int) -> list[dict[str, Any]]:
    """Return a row for each kind of screening and length of text."""
    screen, classifier = Screen(), LinearClassifier.load()
    rows = []
    for length in (200, 784):
        text = asked(length)
        rows.append({"what": "rules, all detectors", "characters": length} | timed(
            lambda text=text: screen.match(text, Surface.INPUT), calls))  # fmt: skip
        rows.append({"what": "fast classifier, all categories", "characters": length} | timed(
            lambda text=text: classifier.scores(text), calls))  # fmt: skip

    def stream() -> None:
        run = StreamScreen(screen, Surface.OUTPUT)
        for word in WORDS:
            run.feed(word)
        run.finish()

    whole = sum(map(len, WORDS))
    rows.append({"what": f"rules, a stream of {len(WORDS)} words", "characters": whole} | timed(stream, calls // 20))
    return rows
