"""Compare what came of a turn with what the scenario expects of it. Pure."""

from collections.abc import Iterator

import msgspec

from seawall.app.demo.facts import Fact
from seawall.app.demo.scenario import Turn
from seawall.app.demo.speaking import Heard
from seawall.vocabulary.standing import State


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a turn: what the client heard, what was recorded, where the account is now."""

    heard: Heard
    fact: Fact
    state: State


def differences(turn: Turn, came: Came, *, keeps: bool) -> tuple[str, ...]:
    """Return a sentence for everything that is not as it should be. The texts of the turn have no `$name` left.

    `keeps` tells whether the project keeps content.
    """
    return (*_of_decision(turn, came), *_of_answer(turn, came.heard), *_of_record(came, keeps))


def _of_decision(turn: Turn, came: Came) -> Iterator[str]:
    fact = came.fact
    if fact.measure not in turn.measures:
        yield f"expected {' or '.join(turn.measures)}, was {fact.measure.value}"
    if turn.because and turn.because not in fact.because:
        yield f"expected because of {turn.because}, was {', '.join(fact.because) or 'no rule'}"
    if turn.then is not None and came.state is not turn.then:
        yield f"expected the account to be {turn.then.value}, it is {came.state.value}"


def _of_answer(turn: Turn, heard: Heard) -> Iterator[str]:
    if heard.status != turn.status:
        yield f"expected status {turn.status}, was {heard.status}"
    if turn.banner and not heard.told.notice:
        yield "expected a banner, there was none"
    # What stands in these is not told: it may be what must not be shown.
    if turn.has and turn.has not in heard.text:
        yield "the answer lacks what it should have"
    if turn.lacks and turn.lacks in heard.text:
        yield "the answer has what it should lack"


def _of_record(came: Came, keeps: bool) -> Iterator[str]:
    """Tell where the answer and the record say different things."""
    heard, fact = came.heard, came.fact
    if heard.told.exchange and heard.told.exchange != fact.exchange:
        yield f"the answer names {heard.told.exchange}, recorded was {fact.exchange}"
    if heard.refused != fact.measure.refuses:
        yield f"the answer was {'refused' if heard.refused else 'given'}, the record says otherwise"
    if fact.kept is not keeps:
        yield f"content was {'kept' if fact.kept else 'not kept'}"
