"""What was written in an exchange, cut where something was found, so that a page can mark it. Pure.

Places are characters of one piece. What is longer than a page can bear is cut, and says so; places beyond are not
marked.
"""

import itertools
from collections.abc import Sequence

import msgspec

from seawall.vocabulary.findings import Surface
from seawall.vocabulary.retained import Found, Said

LONGEST = 20_000
MOST = 40


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a text; `found` numbers the findings that cover it."""

    text: str
    found: tuple[int, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One text with what was found in it; `left_out` counts the characters that are not shown."""

    stage: str
    surface: str
    newest: bool
    parts: tuple[Part, ...]
    left_out: int


def marked(said: Sequence[Said], findings: Sequence[Found]) -> tuple[Shown, ...]:
    """Return the texts, the last `MOST` of them, with the findings by their number in the list."""
    return tuple(_shown(each, findings) for each in said[-MOST:])


def _shown(said: Said, findings: Sequence[Found]) -> Shown:
    text = said.text[:LONGEST]
    places = [
        (each.finding.span.start, each.finding.span.end, number)
        for number, each in enumerate(findings, 1)
        if each.finding.span is not None and speaks_of(each, said)
    ]
    return Shown(
        stage=said.stage,
        surface=said.surface,
        newest=said.newest,
        parts=cut(text, places),
        left_out=len(said.text) - len(text),
    )


def cut(text: str, places: Sequence[tuple[int, int, int]]) -> tuple[Part, ...]:
    """Return a text in stretches, each with the numbers of the places that cover it."""
    inside = [(start, end, number) for start, end, number in places if 0 <= start < end <= len(text)]
    edges = sorted({0, len(text), *(start for start, _, _ in inside), *(end for _, end, _ in inside)})
    return tuple(
        Part(text=text[begin:end], found=tuple(n for start, stop, n in inside if start <= begin and end <= stop))
        for begin, end in itertools.pairwise(edges)
    )


def speaks_of(found: Found, said: Said) -> bool:
    """Tell whether a finding is about a text."""
    finding = found.finding
    return (found.stage, finding.piece) == (said.stage, said.number) and (
        finding.surface == said.surface or said.surface == Surface.OUTPUT
    )
