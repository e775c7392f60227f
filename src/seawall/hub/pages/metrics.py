"""Numbers: each with its definition, period, parts and the record that states it. Only where they are given."""

from collections.abc import Iterator

from seawall.hub.book import Book, Page
from seawall.hub.inputs import Figure, Metric

_WIDTH = 320


def pages(book: Book) -> Iterator[Page]:
    """Return the list of numbers, and a page for each metric with its periods, newest first."""
    ready = [each for each in book.inputs.metrics if each.record in book.records]
    if not ready:
        return
    by_id: dict[str, list[Metric]] = {}
    for each in sorted(ready, key=lambda metric: metric.period, reverse=True):
        by_id.setdefault(each.id, []).append(each)
    yield Page(
        path="metrics/index.html",
        template="metrics.html",
        title=book.words.gettext("Numbers"),
        section="metrics",
        stamped=book.stamp(*(book.records[each.record].at for each in ready)),
        values={"metrics": [found[0] for found in by_id.values()]},
    )
    for name, found in by_id.items():
        yield Page(
            path=f"metrics/{name}.html",
            template="metric.html",
            title=found[0].title,
            section="metrics",
            stamped=book.stamp(*(book.records[each.record].at for each in found)),
            values={"periods": [(each, _bars(each)) for each in found], "public": book.records},
        )


def _bars(metric: Metric) -> list[tuple[Figure, int]]:
    """Return each figure with the length of its bar."""
    largest = max((each.count or 0 for each in metric.figures), default=0) or 1
    return [(each, round(_WIDTH * (each.count or 0) / largest)) for each in metric.figures]
