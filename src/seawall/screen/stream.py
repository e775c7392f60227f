"""Screen a stream: what may be the beginning of a match is held back, so no completed match of a detector leaves.

    feed(text) -> Release(text that may leave, findings) -> mask(span) | go_on() | stop

In `window` mode text leaves as soon as no detector's match can begin in it; in `full` mode nothing leaves before
`finish`. Held back is at most the longest match of any detector, or `LONGEST_RUN` characters where that is more: of a
longer encoded or spaced-out run the beginning may leave before it is decoded. Classifiers judge the last `CONTEXT`
characters each `STRIDE` and at the end, so they see a violation after its first part has left; choose `full` where that
is too late.
"""

import re
from typing import Literal

import msgspec

from seawall.screen.classifying import Given
from seawall.screen.engine import Screen
from seawall.screen.fold import fold, places
from seawall.screen.views import UNLEET
from seawall.vocabulary.findings import Finding, Span, Surface

_LEET = re.compile(f"[{re.escape(''.join(map(chr, UNLEET)))}]")
LONGEST_RUN = 512
CONTEXT = 1000
STRIDE = 400


class Release(msgspec.Struct, frozen=True):
    """What may leave, and what was found. With findings, `text` ends at or before the first of them."""

    text: str
    findings: tuple[Finding, ...] = ()


class StreamScreen:
    """The screening of one run of text. Spans are places in the whole original text of the run."""

    def __init__(
        self,
        screen: Screen,
        surface: Surface,
        *,
        piece: int = 0,
        mode: Literal["window", "full"] = "window",
    ) -> None:
        self._screen, self._surface, self._piece, self._mode = screen, surface, piece, mode
        self._beginning = screen.beginning(surface)
        # The bound is on what is seen: invisible characters, however many, push no beginning out.
        self._most = max(screen.longest, LONGEST_RUN)
        self._parts: list[str] = []
        self._length = 0
        # `_tail` is the end of the original text: what was not released yet, with a little before it as context.
        self._tail, self._base, self._left = "", 0, 0
        # Up to where what was found from a place on was told: one detector may find less and more from there.
        self._told: dict[tuple[str, int], int] = {}
        self._masks: list[tuple[Span, str]] = []
        self._classified = 0
        self._scores: dict[tuple[str, str], float] = {}
        self._ended = False

    @property
    def original(self) -> str:
        """Return the whole text so far, as it came in."""
        return "".join(self._parts)

    def feed(self, text: str) -> Release:
        """Take more text and return what may leave. With findings, call `go_on` once they are settled."""
        self._parts.append(text)
        self._length += len(text)
        if self._mode == "full":
            return Release("")
        self._tail += text
        found = self._matches()
        if self._screen.classifiers and self._length - self._classified >= STRIDE:
            found += self._classify()
        return self._released(found) if found else self.go_on()

    def finish(self) -> Release:
        """Say that no more text comes and return the rest. With findings, call `go_on` once they are settled."""
        self._ended = True
        if self._mode == "full":
            self._tail = self.original
            found = self._screen.screen(self._tail, self._surface, piece=self._piece)
        else:
            found = self._matches()
            if self._screen.classifiers and self._length > self._classified:
                found += self._classify()
        return self._released(found) if found else self.go_on()

    def _released(self, found: tuple[Finding, ...]) -> Release:
        # What is before the first finding may itself be the beginning of another match.
        start = min((each.span.start for each in found if each.span), default=self._left)
        return Release(self._take(start if self._ended else min(start, self._hold())), found)

    def mask(self, span: Span, replacement: str) -> None:
        """Let another text leave in place of a range that has not left."""
        self._masks.append((span, replacement))

    def go_on(self) -> Release:
        """Return what may leave now that the findings so far are settled."""
        return Release(self._take(self._length if self._ended else self._hold()))

    def _matches(self) -> tuple[Finding, ...]:
        """Return the findings in the tail that cannot grow any more and were not told before."""
        fresh = []
        for each in self._screen.match(self._tail, self._surface, piece=self._piece):
            span = each.span and Span(each.span.start + self._base, each.span.end + self._base)
            if span is not None:
                known = span.end <= max(self._left, self._told.get((each.detector, span.start), 0))
                if known or self._may_grow(span):
                    continue
                self._told[each.detector, span.start] = span.end
            elif (each.detector, -1) in self._told:
                continue
            else:
                self._told[each.detector, -1] = 0
            fresh.append(msgspec.structs.replace(each, span=span))
        return tuple(fresh)

    def _may_grow(self, span: Span) -> bool:
        """Tell whether more text can make a match longer, while there is room to wait for it."""
        if self._ended:
            return False
        start, end = (len(fold(self._tail[: place - self._base])) for place in (span.start, span.end))
        folded = fold(self._tail)
        if len(folded) - start >= self._most:
            return False
        return end >= len(folded) or any(
            self._beginning.match(reading, start) for reading in (folded, folded.translate(UNLEET))
        )

    def _classify(self) -> tuple[Finding, ...]:
        self._classified = self._length
        text = self.original[-CONTEXT:]
        fresh = []
        for each in self._screen.classify([[Given(text, self._surface, self._piece)]])[0]:
            key = (each.detector, each.category)
            if each.failed or each.score > self._scores.get(key, 0.0):
                self._scores[key] = each.score
                fresh.append(each)
        return tuple(fresh)

    def _hold(self) -> int:
        """Return the place in the original before which everything may leave."""
        start, tail = self._left - self._base, self._tail
        if start >= len(tail):
            return self._left
        folded = fold(tail)
        skip = start if folded is tail else len(fold(tail[:start]))
        found = self._beginning.search(folded, skip)
        at = found.start() if found else len(folded)
        # From a character of context on, so that a word's middle is not taken for its beginning.
        if _LEET.search(folded, max(skip - 1, 0)):
            other = self._beginning.search(folded.translate(UNLEET), skip)
            at = min(at, other.start() if other else at)
        at = max(at, len(folded) - self._most)
        if folded is not tail:
            at = places(tail)[at]
        return self._base + max(at, start)

    def _take(self, upto: int) -> str:
        """Return the text up to a place, masked, and forget it but for a little context."""
        if self._masks:
            text = self._masked(upto)
        else:
            upto = max(upto, self._left)
            text, self._left = self._slice(self._left, upto), upto
        keep = max(_visible(self._tail, self._left - self._base) - 1, 0)
        self._tail, self._base = self._tail[keep:], self._base + keep
        return text

    def _masked(self, upto: int) -> str:
        """Return the text up to a place, or up to a masked range that reaches beyond it."""
        parts: list[str] = []
        at = self._left
        for span, replacement in sorted(self._masks, key=lambda each: each[0].start):
            if span.start >= upto:
                continue
            if span.end > upto:
                # Another match may begin within this one: both leave together.
                upto = max(span.start, at)
                break
            if span.end > at:
                parts += [self._slice(at, max(span.start, at)), replacement]
                at = span.end
        parts.append(self._slice(at, max(upto, at)))
        self._left = max(upto, at)
        self._masks = [each for each in self._masks if each[0].end > self._left]
        return "".join(parts)

    def _slice(self, start: int, end: int) -> str:
        return self._tail[start - self._base : end - self._base]


def _visible(text: str, end: int) -> int:
    """Return the end of a text's beginning up to a place, without the invisible characters that it ends with."""
    while end and not fold(text[end - 1]):
        end -= 1
    return end
