"""Play the scenario: send each turn, look up what was decided, and compare it with what was to be expected."""

import time
from collections.abc import Callable, Iterator, Mapping
from string import Template
from typing import Final

import msgspec

from seawall.app.demo.expectations import Came, differences
from seawall.app.demo.facts import Fact, Facts
from seawall.app.demo.furniture import Key
from seawall.app.demo.scenario import Conversation, Moderation, Scenario, Turn
from seawall.app.demo.speaking import Ask, Heard, Line, Moderator, Speaker
from seawall.vocabulary.standing import State

_KNOWN_S: Final = 1.0
_BEARS_ON_REQUESTS: Final = (State.RESTRICTED, State.SUSPENDED, State.BANNED)


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """One turn: what was asked, what came back, what was recorded, what was not as expected."""

    number: int
    conversation: Conversation
    turn: Turn
    heard: Heard
    fact: Fact
    wrong: tuple[str, ...] = ()


class Moderated(msgspec.Struct, frozen=True, kw_only=True):
    """One text for the moderation route and what it answered."""

    moderation: Moderation
    flagged: bool
    categories: tuple[str, ...]
    wrong: tuple[str, ...] = ()


class Stageplay:
    """A scenario with everything that it takes to play it."""

    def __init__(
        self,
        scenario: Scenario,
        speakers: Callable[[str, Key], Speaker],
        keys: Mapping[str, Key],
        facts: Facts,
        invented: Mapping[str, str],
    ) -> None:
        self._scenario, self._speakers, self._keys = scenario, speakers, keys
        self._facts, self._invented = facts, invented
        self._made: dict[tuple[str, str], Speaker] = {}
        self._states: dict[str, State] = {}

    def play(self, number: int, conversation: Conversation) -> Iterator[Played]:
        """Send the turns of a conversation one after the other."""
        lines: list[Line] = []
        for turn in conversation.turns:
            asked = [*lines, *self._lines(conversation, turn, lines)]
            heard = self._speaker(conversation).ask(self._ask(conversation, asked))
            fact = self._facts.next()
            came = Came(heard=heard, fact=fact, state=self._settled(fact))
            meant = msgspec.structs.replace(turn, has=self._filled(turn.has), lacks=self._filled(turn.lacks))
            wrong = differences(meant, came, keeps=self._keeps(conversation))
            yield Played(number=number, conversation=conversation, turn=turn, heard=heard, fact=fact, wrong=wrong)
            if not heard.refused:
                lines = asked + (list(heard.calls) or [Line(role="assistant", text=heard.text or "…")])

    def _settled(self, fact: Fact) -> State:
        """Return where the account is, after the second within which every gateway process knows of a change."""
        state = self._facts.state(fact.account)
        if state is not self._states.get(fact.account, State.GOOD) and state in _BEARS_ON_REQUESTS:
            time.sleep(_KNOWN_S)
        self._states[fact.account] = state
        return state

    def _speaker(self, conversation: Conversation) -> Speaker:
        project = self._scenario.people[conversation.by].project
        at = (conversation.over, project)
        if at not in self._made:
            self._made[at] = self._speakers(conversation.over, self._keys[project])
        return self._made[at]

    def _ask(self, conversation: Conversation, lines: list[Line]) -> Ask:
        offered = {}
        if conversation.tool:
            tool = self._scenario.tools[conversation.tool]
            offered[conversation.tool] = (tool.about, tool.parameters)
        return Ask(
            user=conversation.by, model=conversation.model, lines=lines, stream=conversation.stream, tools=offered
        )

    def _lines(self, conversation: Conversation, turn: Turn, before: list[Line]) -> Iterator[Line]:
        if turn.say:
            yield Line(role="user", text=self._filled(turn.say))
        if turn.result:
            called = before[-1] if before and before[-1].role == "call" and not turn.say else None
            if called is None:
                assumed = dict(self._scenario.tools[conversation.tool].assumed)
                called = Line(role="call", id="call_assumed", name=conversation.tool, arguments=assumed)
                yield called
            yield Line(role="result", id=called.id, text=self._filled(turn.result))

    def _filled(self, text: str) -> str:
        return Template(text).substitute(self._invented)

    def _keeps(self, conversation: Conversation) -> bool:
        return not self._scenario.projects[self._scenario.people[conversation.by].project].zero_retention


def moderate(moderator: Moderator, moderation: Moderation) -> Moderated:
    """Send a text to the moderation route and compare the answer with what was expected."""
    flagged, categories = moderator.moderate(moderation.text)
    wrong = []
    if flagged != moderation.flagged:
        wrong.append(f"expected {'' if moderation.flagged else 'not '}flagged, was {', '.join(categories) or 'not'}")
    if moderation.category and moderation.category not in categories:
        wrong.append(f"expected {moderation.category}, was {', '.join(categories) or 'nothing'}")
    return Moderated(moderation=moderation, flagged=flagged, categories=categories, wrong=tuple(wrong))
