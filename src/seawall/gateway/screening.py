"""Compiled screens as exchanges use them: those that come at the same moment have their texts scored in one call.

    texts of an exchange -> patterns at once -> wait for the others of this moment -> one call of the classifiers

A call of a classifier costs mostly that of its steps, so ten texts together cost a third of ten alone. Nobody waits for
company: whoever is alone goes on after two turns of the event loop. A `Screening` belongs to one event loop.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

from seawall.gateway.wire import Piece
from seawall.policy.rules import Policy
from seawall.screen import DETECTORS, Screen
from seawall.screen.classifying import Classifier, Given
from seawall.screen.literals import literals
from seawall.vocabulary.findings import Finding, Surface

log = logging.getLogger(__name__)

# So much text is screened in a thread, so that nobody waits for it.
_IN_A_THREAD: Final = 50_000
# Texts in one call: more make none cheaper, and the loop is to serve others in between.
_TOGETHER: Final = 16


class _Waiting(NamedTuple):
    given: Sequence[Given]
    found: list[Finding]
    answer: "asyncio.Future[tuple[Finding, ...]]"


class Screening:
    """One compiled screen, shared by the exchanges of a process."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._waiting: list[_Waiting] = []

    async def screened(self, pieces: Sequence[Piece]) -> tuple[Finding, ...]:
        """Return what detectors and classifiers say of pieces, numbered as they stand."""
        given = [Given(each.text, each.surface, number, each.newest) for number, each in enumerate(pieces) if each.text]
        if sum(len(each.text) for each in given) > _IN_A_THREAD:
            return await asyncio.to_thread(self.screen.screen_all, given)
        if not given or not self.screen.classifiers:
            return self.screen.screen_all(given)
        found: list[Finding] = []
        for each in given:
            found += self.screen.match(each.text, each.surface, piece=each.piece, newest=each.newest)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[Finding, ...]] = loop.create_future()
        if not self._waiting:
            # Two turns: in the first, requests that came with this one are still being read.
            loop.call_soon(loop.call_soon, self._score)
        self._waiting.append(_Waiting(given, found, answer))
        return await answer

    def _score(self) -> None:
        """Have the texts of those who wait scored; of many, the first now and the others after what else is due."""
        called, count = self._waiting, 0
        for number, each in enumerate(called):
            count += len(each.given)
            if count >= _TOGETHER:
                called = called[: number + 1]
                break
        self._waiting = self._waiting[len(called) :]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._score)
        try:
            scored = self.screen.classify([each.given for each in called])
        except Exception as error:
            log.exception("screening failed")
            for each in called:
                _tell(each.answer, error)
            return
        for each, of_classifiers in zip(called, scored, strict=True):
            _tell(each.answer, (*each.found, *of_classifiers))


def _tell(answer: "asyncio.Future[tuple[Finding, ...]]", told: tuple[Finding, ...] | Exception) -> None:
    if answer.done():
        return  # whoever asked has gone
    if isinstance(told, Exception):
        answer.set_exception(told)
    else:
        answer.set_result(told)


_Key = tuple[object, float, float]


class Screens:
    """Compiled screens: one for every set of banned terms and deadline that policies ask for."""

    def __init__(self, classifiers: Sequence[Classifier]) -> None:
        self._classifiers = tuple(classifiers)
        self._made: dict[_Key, Screening] = {}
        self._making: dict[_Key, asyncio.Task[Screen]] = {}

    async def of(self, policy: Policy) -> Screening:
        """Return the screen of a policy. The first one who asks has it compiled in a thread; the others wait for it."""
        key = (policy.literals, policy.deadline_s, policy.cascade.floor)
        made = self._made.get(key)
        if made is not None:
            return made
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(asyncio.to_thread(self._make, policy))
        try:
            # Shielded: whoever goes away must not take the work of the others along.
            screen = await asyncio.shield(making)
        finally:
            if making.done():
                self._making.pop(key, None)
        return self._made.setdefault(key, Screening(screen))

    def _make(self, policy: Policy) -> Screen:
        own = tuple(literals(f"literals.{each.name}", each.words, each.category) for each in policy.literals)
        screen = Screen((*DETECTORS, *own), self._classifiers, policy.deadline_s, floor=policy.cascade.floor)
        for surface in (Surface.OUTPUT, Surface.TOOL_CALL):
            # What streams are made of; the first one shall not wait for it.
            screen.beginning(surface)
        return screen
