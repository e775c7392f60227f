"""Carry a policy's cascade out: ask the further tiers where the fast one is unsure, and let the last answer stand.

    findings of the fast tier + texts -> settle -> findings, each naming the tier that decided, + judges to ask later

Where a further tier answers, its score takes the place of the one before; where it does not, the one before stays and a
finding of failure stands beside it, which no policy takes for a pass. Limits: judges see only texts that are new in
this exchange; the accurate tier sees all, because it remembers what it has seen.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Protocol

import msgspec

from seawall.screen.judges import Judge, Subject
from seawall.screen.pool import TierFailed
from seawall.screen.worker import Scored
from seawall.vocabulary.cascade import Cascade, Prohibition, Step
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.findings import Finding, Surface, Tier

log = logging.getLogger(__name__)

ENCODER = "encoder"
_NO_RELEASE = "none"
_BY_THE_MODEL = (Surface.OUTPUT, Surface.TOOL_CALL)


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """One text as the tiers see it. `context` is what the person said last, for texts of the model."""

    text: str
    surface: Surface
    piece: int = 0
    newest: bool = True
    context: str = ""


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """A judge that is to be asked about one text once the exchange is over."""

    judge: str
    piece: int
    categories: tuple[Category, ...]


class Settled(msgspec.Struct, frozen=True):
    """What the cascade came to."""

    findings: tuple[Finding, ...]
    later: tuple[Later, ...] = ()


class Accurate(Protocol):
    """The accurate tier as the cascade asks it."""

    @property
    def name(self) -> str:
        """Name the model."""

    @property
    def release(self) -> str:
        """Name its release."""

    async def scores(self, text: str) -> Mapping[Category, Scored]:
        """Return scores with the precision shown at or above each. Raises TierFailed."""


class Tiers(msgspec.Struct, frozen=True):
    """The further tiers that a process has."""

    accurate: Accurate | None = None
    judges: Mapping[str, Judge] = {}


async def settle(
    cascade: Cascade, tiers: Tiers, texts: Sequence[Text], found: Sequence[Finding], *, zero_retention: bool
) -> Settled:
    """Return the findings once every tier that the cascade asks for has answered or failed."""
    run = _Run(cascade, tiers, found, zero_retention=zero_retention)
    if not cascade.asks(found):
        return run.settled()
    # Judges go by what the accurate tier says, so they come after it.
    if accurate := run.due(texts, Tier.ACCURATE):
        await asyncio.gather(*(run.ask_accurate(text, due) for text, due in accurate))
    if judged := run.due([text for text in texts if text.newest], Tier.JUDGE):
        await asyncio.gather(*(run.ask_judges(text, due) for text, due in judged))
    return run.settled()


class _Run:
    """One carrying out: the findings so far, and the latest score of every piece and category."""

    def __init__(self, cascade: Cascade, tiers: Tiers, found: Sequence[Finding], *, zero_retention: bool) -> None:
        self._cascade, self._tiers, self._zero_retention = cascade, tiers, zero_retention
        self._rest = [each for each in found if each.tier is not Tier.FAST or each.failed]
        self._scored: dict[tuple[int, Category], Finding] = {}
        for each in found:
            if each.tier is Tier.FAST and not each.failed:
                self._keep(each)
        self._later: list[Later] = []

    def _keep(self, finding: Finding) -> None:
        key = finding.piece, finding.category
        before = self._scored.get(key)
        # Two classifiers of one tier: the higher score stands.
        if before is None or before.tier is not finding.tier or finding.score > before.score:
            self._scored[key] = finding

    def due(self, texts: Sequence[Text], tier: Tier) -> list[tuple[Text, list[Step]]]:
        """Return the texts that reach a tier, each with the steps that ask for it: most exchanges reach none."""
        steps = [step for step in self._cascade.steps if step.tier is tier]
        reached = [(text, [step for step in steps if self._reaches(text, step)]) for text in texts] if steps else []
        return [(text, due) for text, due in reached if due]

    def _reaches(self, text: Text, step: Step) -> bool:
        return text.surface in step.surfaces and step.reached(self._score(text, step.category))

    def _score(self, text: Text, category: Category) -> float:
        known = self._scored.get((text.piece, category))
        return known.score if known else 0.0

    async def ask_accurate(self, text: Text, due: Sequence[Step]) -> None:
        """Ask the accurate tier about a text, once for all categories that want it."""
        pool = self._tiers.accurate
        if pool is None:
            self._fail(text, due, ENCODER, _NO_RELEASE)
            return
        try:
            scores = await pool.scores(text.text)
        except TierFailed as error:
            log.warning("accurate tier failed", extra={"code": error.code})
            self._fail(text, due, pool.name, pool.release)
            return
        for step in due:
            if step.category in scores:
                found = scores[step.category]
                self._answer(text, step, pool.name, pool.release, found.score, found.precision)
            else:
                self._fail(text, [step], pool.name, pool.release)

    async def ask_judges(self, text: Text, due: Sequence[Step]) -> None:
        """Ask every judge that a text reaches, in the order of the policy, once for all its categories."""
        for name, steps in groupby(sorted(due, key=lambda step: step.judge), lambda step: step.judge):
            asked = list(steps)
            after = tuple(step.category for step in asked if step.after)
            if after:
                self._later.append(Later(judge=name, piece=text.piece, categories=after))
            inline = [step for step in asked if not step.after]
            if inline:
                await self._ask_judge(name, text, inline)

    async def _ask_judge(self, name: str, text: Text, due: list[Step]) -> None:
        judge = self._tiers.judges.get(name)
        if judge is None:
            self._fail(text, due, f"judge.{name}", _NO_RELEASE)
            return
        try:
            asked = asked_of(self._cascade, [step.category for step in due])
            scores = await judge.scores(subject_of(text), asked, zero_retention=self._zero_retention)
        except SeawallError:
            # The judge has logged what went wrong.
            self._fail(text, due, judge.name, judge.release)
            return
        for step in due:
            self._answer(text, step, judge.name, judge.release, scores[step.category], judge.contract.precision)

    def _answer(
        self, text: Text, step: Step, detector: str, release: str, score: float, precision: float | None
    ) -> None:
        self._keep(
            Finding(
                category=step.category,
                detector=detector,
                release=release,
                surface=text.surface,
                score=round(score, 4),
                piece=text.piece,
                newest=text.newest,
                precision=precision,
                tier=step.tier,
            )
        )

    def _fail(self, text: Text, due: Sequence[Step], detector: str, release: str) -> None:
        for step in due:
            self._rest.append(
                Finding(
                    category=step.category,
                    detector=detector,
                    release=release,
                    surface=text.surface,
                    piece=text.piece,
                    newest=text.newest,
                    failed=True,
                    fail_open=step.fail_open,
                    tier=step.tier,
                )
            )

    def settled(self) -> Settled:
        """Return what it all came to; scores that no rule could act on are left out."""
        scored = [each for each in self._scored.values() if self._cascade.reports(each.category, each.score)]
        return Settled((*self._rest, *scored), tuple(self._later))


def asked_of(cascade: Cascade, categories: Sequence[Category]) -> tuple[Prohibition, ...]:
    """Return what the policy says of categories; of one that it does not describe, its name."""
    known = {each.category: each for each in cascade.texts}
    return tuple(
        known.get(each) or Prohibition(category=each, title=each.value.replace("_", " "), prohibited="")
        for each in categories
    )


def subject_of(text: Text) -> Subject:
    """Return a text as judges see it."""
    if text.surface in _BY_THE_MODEL:
        return Subject(text=text.text, role="assistant", context=text.context)
    return Subject(text=text.text)
