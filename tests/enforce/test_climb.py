"""The climb is pure: what standing follows from acts, in any order and with any of them missing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.enforce.climb import Act, Strike, brings, follow, head, merged, ordered, replay, weight
from seawall.vocabulary.ids import StrikeId
from seawall.vocabulary.ladder import Ladder, Step
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD, Standing, State
from tests.enforce.conftest import DAY, LADDER

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
RANKS = {state: rank for rank, state in enumerate(State)}


def _day(number: float) -> datetime:
    return START + timedelta(days=number)


def _act(seq: int, day: float, *weights: int, expires: float = 90, sanction: Standing | None = None) -> Act:
    at = _day(day)
    strikes = tuple(
        Strike(id=StrikeId(f"st_{seq}_{n}"), weight=each, at=at, expires_at=at + timedelta(days=expires))
        for n, each in enumerate(weights)
    )
    return Act(seq=seq, at=at, strikes=strikes, sanction=sanction, ladder=LADDER)


@st.composite
def histories(draw: st.DrawFn) -> list[Act]:
    days = sorted(draw(st.lists(st.integers(0, 40), min_size=1, max_size=8)))
    weights = st.lists(st.sampled_from([100, 500, 1000, 2500]), max_size=2)
    sanctions = st.sampled_from([None, None, Measure.RESTRICT, Measure.SUSPEND, Measure.BAN])
    made = []
    for seq, day in enumerate(days, 1):
        measure = draw(sanctions)
        sanction = ordered(measure, LADDER, _day(day), has_end_user=True) if measure else None
        made.append(_act(seq, day, *draw(weights), expires=draw(st.integers(1, 60)), sanction=sanction))
    return made


@given(histories(), st.integers(40, 400))
def test_going_forward_act_by_act_is_the_same_as_climbing_again(acts: list[Act], day: int) -> None:
    timeline: tuple[Standing, ...] = ()
    strikes: tuple[Strike, ...] = ()
    for act in acts:
        strikes += act.strikes
        timeline = follow(timeline, brings(strikes, act, has_end_user=True), act)
    again = replay(acts, has_end_user=True)
    assert merged(timeline, _day(day)) == merged(again.timeline, _day(day))
    assert weight(strikes, _day(day)) == weight(again.counting, _day(day))


@given(histories(), st.randoms(use_true_random=False), st.integers(0, 400))
def test_acts_of_one_moment_come_to_the_same_in_any_order(acts: list[Act], chance: object, later: int) -> None:
    at_once = [_act(act.seq, 0, *(s.weight for s in act.strikes), sanction=act.sanction) for act in acts]
    shuffled = list(at_once)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = replay(at_once, has_end_user=True), replay(shuffled, has_end_user=True)
    assert one.timeline == other.timeline
    assert head(one.timeline, _day(later)) == head(other.timeline, _day(later))


@given(histories(), st.data())
def test_fewer_acts_never_make_a_graver_standing(acts: list[Act], data: st.DataObject) -> None:
    fewer = [act for act in acts if data.draw(st.booleans())]
    now = acts[-1].at
    more = head(replay(acts, has_end_user=True).timeline, now)
    less = head(replay(fewer, has_end_user=True).timeline, now)
    assert RANKS[less.state] <= RANKS[more.state]


@given(histories())
def test_a_whole_key_is_never_suspended_by_strikes(acts: list[Act]) -> None:
    outcome = replay([_act(act.seq, 0, *(s.weight for s in act.strikes)) for act in acts], has_end_user=False)
    assert {standing.state for standing in outcome.after.values()} <= {State.GOOD, State.WARNED, State.RESTRICTED}
    assert all(each.until is not None for each in outcome.timeline)


@given(histories())
def test_a_timeline_grows_milder_and_longer(acts: list[Act]) -> None:
    timeline = replay(acts, has_end_user=True).timeline
    for before, after in pairwise(timeline):
        assert RANKS[before.state] >= RANKS[after.state]
        assert before.until is not None
        assert after.until is None or after.until > before.until


def test_nothing_follows_from_nothing() -> None:
    assert replay([], has_end_user=True).timeline == ()
    assert head((), START) == GOOD


def test_a_suspension_that_ends_leaves_the_longer_restriction_and_then_the_longer_warning() -> None:
    timeline = replay([_act(1, 0, 3000)], has_end_user=True).timeline

    def states(*days: float) -> list[State]:
        return [head(timeline, _day(day)).state for day in days]

    assert states(0, 6.99, 7, 13.99) == [State.SUSPENDED, State.SUSPENDED, State.RESTRICTED, State.RESTRICTED]
    assert states(14, 29.99, 30) == [State.WARNED, State.WARNED, State.GOOD]


def test_an_expired_strike_does_not_count_for_the_next_step() -> None:
    early, late = _act(1, 0, 1000, expires=10), _act(2, 10, 1000)
    assert replay([early, late], has_end_user=True).after[2].state is State.WARNED
    in_time = _act(2, 9.99, 1000)
    assert replay([early, in_time], has_end_user=True).after[2].state is State.RESTRICTED


def test_a_step_with_a_window_counts_the_strikes_of_that_window_only() -> None:
    ladder = Ladder(steps=(Step(at_weight=2, state=State.SUSPENDED, for_s=DAY, within_s=3600),))

    def third(minutes: float) -> State:
        first, last = _act(1, 0, 1000), _act(2, minutes / 1440, 1000)
        acts = [Act(seq=act.seq, at=act.at, strikes=act.strikes, ladder=ladder) for act in (first, last)]
        return replay(acts, has_end_user=True).after[2].state

    assert third(59.9) is State.SUSPENDED
    assert third(60) is State.GOOD


def test_tenths_add_up_exactly() -> None:
    acts = [_act(n, 0, 100) for n in range(1, 11)]
    outcome = replay(acts, has_end_user=True)
    assert outcome.after[9] == GOOD
    assert outcome.after[10].state is State.WARNED


def test_of_two_rates_the_lower_holds_as_long_as_it_runs() -> None:
    slow = Standing(state=State.RESTRICTED, per_minute=1, until=_day(1))
    fast = Standing(state=State.RESTRICTED, per_minute=9, until=_day(5))
    assert merged([fast, slow], START) == (slow, fast)
    assert head(merged([fast, slow], START), _day(2)).per_minute == 9


@pytest.mark.parametrize(
    ("measure", "with_user", "without"),
    [
        (Measure.HOLD, None, None),
        (Measure.RESTRICT, (State.RESTRICTED, 4, _day(2)), (State.RESTRICTED, 4, _day(2))),
        (Measure.SUSPEND, (State.SUSPENDED, None, _day(3)), (State.RESTRICTED, 4, _day(2))),
        (Measure.BAN, (State.BANNED, None, None), (State.RESTRICTED, 4, _day(2))),
    ],
)
def test_a_measure_that_is_about_the_account_acts_by_itself(
    measure: Measure, with_user: tuple[object, ...] | None, without: tuple[object, ...] | None
) -> None:
    for has_end_user, expected in ((True, with_user), (False, without)):
        found = ordered(measure, LADDER, START, has_end_user=has_end_user)
        assert (None if found is None else (found.state, found.per_minute, found.until)) == expected
