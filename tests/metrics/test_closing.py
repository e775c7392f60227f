"""A period is closed once, when it is over and numbered; what changes later is a further record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from seawall.metrics.checking import check
from seawall.metrics.closing import (
    HalfYearClosed,
    NotClosed,
    NothingToCorrect,
    NotNumbered,
    NumbersMoved,
    PeriodNotOver,
    digest,
    ready,
)
from seawall.metrics.period import NoSuchPeriod, PeriodKind, at, before, half_year_of, period
from seawall.metrics.reading import closed, latest
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ProjectId
from seawall.vocabulary.records.cases import AppealFiled, CaseOpened
from seawall.vocabulary.records.metrics import MetricTold
from tests.metrics.conftest import World

SOMEBODY = AccountId("ac_1")


def opened(number: int, origin: str = "flag") -> CaseOpened:
    return CaseOpened(
        case=CaseId(f"cs_{number}"), by="key_1", origin=origin, queue="general", priority="normal",
        project=ProjectId("pr_1"), account=SOMEBODY, exchange=None, about=None, rule=None, category=None,
        due_at="2026-02-01T00:00:00+00:00",
    )  # fmt: skip


def appeal(number: int) -> AppealFiled:
    return AppealFiled(
        case=CaseId(f"cs_{number}"), by="key_1", decision=DecisionId("de_1"), account=SOMEBODY, in_time_until="x"
    )


def told(world: World, name: str, metric: str) -> MetricTold:
    with world.log.database.begin() as tx:
        found = latest(tx, name)
    assert found is not None
    return next(each for each in found.numbers if each.metric == metric)


def counts(world: World, name: str) -> int:
    return len([each for each in world.closed_bodies() if each["period"] == name])


def test_a_period_is_closed_once_and_asking_again_gives_what_was_closed(world: World) -> None:
    world.at(1, 5)
    world.write(*map(opened, range(7)))
    world.at(2, 3)
    world.write(*map(opened, range(7, 9)))
    made, new = world.closes("2026-01")
    assert (new, made.corrects) == (True, None)
    again, new = world.closes("2026-01")
    assert (new, again) == (False, made)
    assert told(world, "2026-01", "flags").total == 7
    assert told(world, "2026-01", "bans") == MetricTold(metric="bans", total=0)
    assert told(world, "2026-01", "legal_requests").recorded is False
    (body,) = world.closed_bodies()
    assert (body["records"], body["corrects"], check(body)) == (7, None, [])
    assert body["by"].keys() == {"digest"}


def test_two_who_close_at_once_close_once(world: World) -> None:
    world.at(2, 3)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(world.closes, ["2026-01"] * 2))
    assert sorted(new for _, new in made) == [False, True]
    assert made[0][0] == made[1][0]
    assert counts(world, "2026-01") == 1


def test_a_period_is_not_closed_before_it_is_over_and_what_began_in_it_has_settled(world: World) -> None:
    world.at(1, 31, 23)
    for _ in range(2):
        with pytest.raises(PeriodNotOver, match="01 February 2026, 01:00"):
            world.closes("2026-01")
        world.clock.now = period("2026-01").until + timedelta(minutes=59, seconds=59)
    world.clock.advance(seconds=1)
    assert world.closes("2026-01")[1]


def test_a_period_is_not_closed_while_a_record_of_it_has_no_number(world: World) -> None:
    world.at(1, 20)
    with world.log.database.begin() as tx:
        world.log.record(tx, opened(1))
    world.at(2, 3)
    with pytest.raises(NotNumbered):
        world.closes("2026-01")
    world.log.sequencer.step()
    assert world.closes("2026-01")[1]


def test_a_correction_is_a_further_record_that_names_the_first_and_shows_nothing_that_was_out(world: World) -> None:
    world.at(1, 5)
    world.write(*map(opened, range(9)), *map(appeal, range(3)))
    world.at(2, 3)
    first, _ = world.closes("2026-01")
    with pytest.raises(NothingToCorrect):
        world.closes("2026-01", correct=True)
    with pytest.raises(NotClosed):
        world.closes("2025-12", correct=True)
    world.at(1, 31)
    world.write(*map(opened, range(20, 23)), *map(appeal, range(20, 30)))
    world.at(2, 9)
    second, new = world.closes("2026-01", correct=True)
    assert (new, second.corrects) == (True, first.record)
    assert told(world, "2026-01", "flags").total == 12
    assert told(world, "2026-01", "appeals_received").total is None
    assert world.closes("2026-01") == (second, False)
    with world.log.database.begin() as tx:
        assert closed(tx) == [first, second]
    assert [wrong for body in world.closed_bodies() for wrong in check(body)] == []
    assert world.together() == []


def test_only_what_was_agreed_to_is_closed(world: World) -> None:
    world.at(1, 5)
    world.write(*map(opened, range(7)))
    world.at(2, 3)
    with world.log.database.begin() as tx:
        agreed = digest(ready(tx, period("2026-01"), clock=world.clock))
    world.at(1, 31)
    world.write(opened(9))
    world.at(2, 3)
    with pytest.raises(NumbersMoved):
        world.closes("2026-01", agreed=agreed)
    assert world.closed_bodies() == []
    with world.log.database.begin() as tx:
        agreed = digest(ready(tx, period("2026-01"), clock=world.clock))
    assert world.closes("2026-01", agreed=agreed)[1]


def test_a_half_year_tells_nothing_that_its_months_left_out(world: World) -> None:
    for month, flags in ((1, 9), (2, 8), (3, 2), (4, 9), (5, 7), (6, 6)):
        world.at(month, 5)
        world.write(*(opened(100 * month + number) for number in range(flags)))
        # A month's end by itself is closed before the next begins.
        world.at(month + 1, 2)
        world.closes(f"2026-0{month}")
    assert told(world, "2026-03", "flags").total is None
    world.closes("2026-H1")
    assert told(world, "2026-H1", "flags").total is None
    assert [wrong for body in world.closed_bodies() for wrong in check(body)] == []
    assert world.together() == []


def test_a_half_year_may_be_closed_without_its_months_and_then_they_are_not(world: World) -> None:
    for month in range(1, 7):
        world.at(month, 5)
        world.write(*(opened(100 * month + number) for number in range(2)))
    world.at(7, 2)
    world.closes("2026-H1")
    assert told(world, "2026-H1", "flags").total == 12
    with pytest.raises(HalfYearClosed, match="2026-H1"):
        world.closes("2026-05")


def test_periods_have_names_begin_and_end() -> None:
    assert [each.name for each in period("2026-H2").months] == [f"2026-{month:02}" for month in range(7, 13)]
    assert before(period("2026-01")).name == "2025-12"
    assert before(period("2026-H1")).name == "2025-H2"
    assert half_year_of(period("2026-08")).name == "2026-H2"
    assert at(PeriodKind.HALF_YEAR, period("2026-06").since).name == "2026-H1"
    assert period("2026-02").until == period("2026-03").since
    for wrong in ("2026", "2026-13", "2026-H3", "26-01", "2026-01 ", ""):
        with pytest.raises(NoSuchPeriod):
            period(wrong)
