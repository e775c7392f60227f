"""A ladder that makes no sense cannot be made, whoever writes it."""

import math

import msgspec
import pytest

from seawall.vocabulary.ladder import Ladder, MalformedLadder, Step
from seawall.vocabulary.standing import State
from tests.enforce.conftest import LADDER


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (Step(at_weight=0, state=State.WARNED), "is reached at weight 0, which must be more than 0"),
        (Step(at_weight=math.nan, state=State.WARNED), "is reached at weight nan"),
        (Step(at_weight=math.inf, state=State.WARNED), "is reached at weight inf"),
        (Step(at_weight=1, state=State.GOOD), "leads to 'good', which needs no step"),
        (Step(at_weight=1, state=State.SUSPENDED, for_s=0), "has for_s 0"),
        (Step(at_weight=1, state=State.SUSPENDED, for_s=10**12), "has for_s 1000000000000"),
        (Step(at_weight=1, state=State.SUSPENDED, within_s=-5), "has within_s -5"),
        (Step(at_weight=1, state=State.RESTRICTED), "restricts without a rate"),
        (Step(at_weight=1, state=State.RESTRICTED, per_minute=0), "restricts without a rate"),
        (Step(at_weight=1, state=State.BANNED, per_minute=2), "has a rate of 2 per minute, but its state is 'banned'"),
    ],
)
def test_a_step_that_contradicts_itself_is_named_with_its_number(step: Step, says: str) -> None:
    with pytest.raises(MalformedLadder) as caught:
        Ladder(steps=(Step(at_weight=1, state=State.WARNED), step))
    assert caught.value.message.startswith(f"Step 2 of the strike ladder {says}")
    assert "at_weight" in caught.value.hint


def test_the_same_step_twice_is_refused() -> None:
    step = Step(at_weight=1, state=State.WARNED)
    with pytest.raises(MalformedLadder, match="are the same"):
        Ladder(steps=(step, step))


@pytest.mark.parametrize("name", ["restrict_per_minute", "restrict_for_s", "suspend_for_s"])
def test_what_the_measures_come_to_is_checked_too(name: str) -> None:
    with pytest.raises(MalformedLadder, match=f"{name} of the strike ladder is 0"):
        Ladder(**{name: 0})


def test_a_ladder_comes_back_from_json_and_refuses_what_it_does_not_know() -> None:
    assert msgspec.json.decode(msgspec.json.encode(LADDER), type=Ladder) == LADDER
    with pytest.raises(msgspec.ValidationError, match="at_wait"):
        msgspec.json.decode(b'{"steps": [{"at_weight": 1, "state": "warned", "at_wait": 2}]}', type=Ladder)
    with pytest.raises(MalformedLadder, match="restricts without a rate"):
        msgspec.json.decode(b'{"steps": [{"at_weight": 1, "state": "restricted"}]}', type=Ladder)
