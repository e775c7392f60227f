"""Screen one text with every detector: one compiled pass tells which patterns occur, Python's `re` tells where.

Hyperscan runs in block mode only; its stream mode in the Python binding keeps no reference to the callback and crashes.
Whatever raises or is late is reported as a failed finding of its category. Limits: at most 500 findings a detector and
text; what is beyond them is reported as failed.
"""

import logging
import re
import time
from collections.abc import Iterator, Sequence

import hyperscan

from seawall.screen.classifying import Classifier, Classifying, Given, Group
from seawall.screen.detector import Confirm, Detector
from seawall.screen.detectors import DETECTORS
from seawall.screen.fold import fold, is_plain, places
from seawall.screen.prefix import any_beginning
from seawall.screen.views import ENCODED, LEET, SPACED, readings
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.findings import Finding, Span, Surface

log = logging.getLogger(__name__)

_MOST = 500
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
# What may be the beginning of spaced-out letters or of an encoded run. It is held from its first character: what has
# left cannot be joined or decoded with the rest any more.
_RUNS = (
    r"\b[A-Za-z0-9](?:[ ._*+-]{1,2}[A-Za-z0-9]){0,80}[ ._*+-]{0,2}\Z",
    r"[A-Za-z0-9+/_-]++={0,2}\Z",
    r"(?:%[0-9A-Fa-f]{2})*%[0-9A-Fa-f]{0,2}\Z",
)


class DetectorsUnusable(SeawallError):
    """Two detectors share a name, or a pattern cannot be used."""

    code = "screen.detectors_unusable"


class Screen:
    """Detectors and classifiers, compiled. Safe to share between threads that each call `screen`."""

    def __init__(
        self,
        detectors: Sequence[Detector] = DETECTORS,
        classifiers: Sequence[Classifier] = (),
        deadline_s: float = 0.05,
        *,
        floor: float = 0.5,
    ) -> None:
        names = [detector.name for detector in detectors]
        if len(set(names)) < len(names):
            raise DetectorsUnusable("Two detectors share a name.", hint=", ".join(sorted(names)))
        self.detectors, self.classifiers = tuple(detectors), tuple(classifiers)
        self._classifying = Classifying(self.classifiers, deadline_s, floor)
        self.deadline_s = deadline_s
        self.longest = max((detector.max_span for detector in detectors), default=0)
        self._patterns = [(detector, pattern) for detector in self.detectors for pattern in detector.patterns]
        self._exact = [_compile(detector, pattern) for detector, pattern in self._patterns]
        self._database = _database(self._patterns)
        self._wording = [n for n, (detector, _) in enumerate(self._patterns) if detector.wording]
        self._beginnings: dict[Surface, re.Pattern[str]] = {}

    def screen(self, text: str, surface: Surface, *, piece: int = 0, newest: bool = True) -> tuple[Finding, ...]:
        """Return what every detector and classifier says of a text."""
        return self.screen_all([Given(text, surface, piece, newest)])

    def screen_all(self, given: Sequence[Given]) -> tuple[Finding, ...]:
        """Return what every detector and classifier says of several texts: cheaper than one by one."""
        found: list[Finding] = []
        for each in given:
            found += self.match(each.text, each.surface, piece=each.piece, newest=each.newest)
        return (*found, *self.classify([given])[0]) if self.classifiers else tuple(found)

    def match(self, text: str, surface: Surface, *, piece: int = 0, newest: bool = True) -> tuple[Finding, ...]:
        """Return what the detectors say of a text."""
        folded = fold(text)
        hits = self._hits(folded)
        if not hits:
            return ()
        until = time.monotonic() + self.deadline_s + len(text) * 2e-6
        seen: dict[tuple[str, int, int], Detector] = {}
        failed: dict[str, Detector] = {}
        for view, start, end, exact, numbers in self._views(folded, hits):
            for number in numbers:
                detector = self._patterns[number][0]
                if surface not in detector.surfaces:
                    continue
                if time.monotonic() > until or not self._collect(number, view, start, end, exact, seen):
                    failed[detector.name] = detector
        where = None if is_plain(text) else places(text)
        made = [self._finding(each, surface, piece, newest, _span(where, s, e)) for (_, s, e), each in seen.items()]
        lost = [self._finding(each, surface, piece, newest, None, failed=True) for each in failed.values()]
        return tuple(sorted(made, key=lambda each: (each.span or Span(0, 0)).start)) + tuple(lost)

    def beginning(self, surface: Surface) -> re.Pattern[str]:
        """Return the expression that finds the first place where a match, or an evasion, may be beginning."""
        made = self._beginnings.get(surface)
        if made is None:
            on_surface = [(pattern, each.wording) for each, pattern in self._patterns if surface in each.surfaces]
            made = self._beginnings[surface] = any_beginning(on_surface, _RUNS)
        return made

    def classify(self, groups: Sequence[Group]) -> list[list[Finding]]:
        """Return what the classifiers say of the texts of several exchanges, each a group of its own."""
        return self._classifying.findings(groups)

    def _hits(self, folded: str) -> list[int]:
        hits: list[int] = []

        def on_match(number: int, start: int, end: int, flags: int, context: object) -> None:
            hits.append(number)

        self._database.scan(folded.encode("utf-8", "surrogatepass"), match_event_handler=on_match)
        return hits

    def _views(self, folded: str, hits: list[int]) -> Iterator[tuple[str, int, int, bool, list[int]]]:
        """Give every reading of the text with the patterns that occur in it."""
        triggers = len(self._patterns)
        plain = [number for number in hits if number < triggers]
        if plain:
            yield folded, 0, len(folded), True, plain
        if len(plain) < len(hits):
            for segment in readings(folded):
                inside = fold(segment.text)
                numbers = [n for n in self._hits(inside) if n < triggers and (not segment.exact or n in self._wording)]
                if numbers:
                    yield inside, segment.start, segment.end, segment.exact, numbers

    def _collect(
        self, number: int, view: str, start: int, end: int, exact: bool, seen: dict[tuple[str, int, int], Detector]
    ) -> bool:
        """Add the confirmed matches of one pattern; tell whether all could be."""
        detector = self._patterns[number][0]
        count = 0
        try:
            for found in _confirmed(self._exact[number], detector.confirm, view):
                at = found if exact else (start, end)
                seen[detector.name, *at] = detector
                count += 1
                if count >= _MOST:
                    return False
        except Exception:
            log.exception("detector failed", extra={"detector": detector.name})
            return False
        return True

    def _finding(
        self, detector: Detector, surface: Surface, piece: int, newest: bool, span: Span | None, *, failed: bool = False
    ) -> Finding:
        return Finding(
            category=detector.category,
            detector=detector.name,
            release=detector.release,
            surface=surface,
            score=detector.score,
            span=span,
            piece=piece,
            newest=newest,
            deterministic=not failed,
            failed=failed,
        )


def _confirmed(pattern: re.Pattern[str], confirm: Confirm | None, view: str) -> Iterator[tuple[int, int]]:
    """Give the places of matches that hold. One that does not may hold without its last words, or hide another."""
    at = 0
    while (found := pattern.search(view, at)) is not None:
        start, end = found.span()
        if confirm is not None and not confirm(found.group()):
            end = next((each for each in _shorter(pattern, view, start, end) if confirm(view[start:each])), start)
        if end > start:
            yield start, end
        at = max(end, start + 1)


def _shorter(pattern: re.Pattern[str], view: str, start: int, end: int) -> Iterator[int]:
    """Give the ends of shorter matches from the same place, each the end of a word."""
    for each in range(end - 1, start, -1):
        if view[each - 1].isalnum() and not view[each].isalnum() and pattern.fullmatch(view, start, each):
            yield each


def _span(where: list[int] | None, start: int, end: int) -> Span:
    if where is None:
        return Span(start, end)
    # The end is after the last matched character, with the invisible ones that hang on to it left out.
    return Span(where[start], where[end - 1] + 1 if end > start else where[end])


def _compile(detector: Detector, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.ASCII | re.DOTALL | (re.IGNORECASE if detector.wording else 0))
    except re.error as error:
        raise DetectorsUnusable(f"{detector.name}: {pattern!r}: {error}") from None


def _database(patterns: Sequence[tuple[Detector, str]]) -> hyperscan.Database:
    triggers = [LEET, SPACED.replace("{3,80}", "{3}"), ENCODED.replace("{20,64000}", "{20}").replace("{6,2000}", "{6}")]
    expressions = [pattern for _, pattern in patterns] + [each.removesuffix(r"\b") for each in triggers]
    flags = [_FLAGS | (hyperscan.HS_FLAG_CASELESS if detector.wording else 0) for detector, _ in patterns]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[each.encode("utf-8", "surrogatepass") for each in expressions],
            ids=list(range(len(expressions))),
            flags=flags + [_FLAGS] * len(triggers),
        )
    except hyperscan.error as error:
        raise DetectorsUnusable(f"A pattern cannot be compiled: {error}") from None
    return database
