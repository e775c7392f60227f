"""Cells and tables in Markdown."""

from collections.abc import Iterable, Sequence

from seawall.screen.measure import Interval

NONE = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, or a sentence where it would be empty."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return "Not measured.\n"
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]) + "\n"


def section(title: str, *parts: str) -> str:
    """Return a section with its heading."""
    return "\n".join([f"## {title}\n", *parts])


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure."""
    return NONE if value is None else f"{value:.{digits}f}"


def bounded(value: Interval | None) -> str:
    """Return a figure with its bounds at 95 %."""
    return NONE if value is None else f"{value.value:.3f} ({value.low:.2f} to {value.high:.2f})"


def percent(value: Interval) -> str:
    """Return a share with its bounds at 95 %."""
    return f"{value.value:.2%} ({value.low:.2%} to {value.high:.2%})"


def held(is_held: bool | None) -> str:
    """Return whether a bar holds."""
    return "not measured" if is_held is None else "holds" if is_held else "**fails**"
