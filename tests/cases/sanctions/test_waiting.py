"""A sanction behind something graver or longer is told at once, and what is taken back is told as that."""

from datetime import timedelta
from typing import Any

from seawall import enforce
from seawall.enforce.sanctions import IMPOSED, TAKEN_BACK
from seawall.store.jobs import queued
from seawall.vocabulary.measures import Measure
from tests.cases.conftest import ACCOUNT, PROJECT, THROUGH
from tests.cases.sanctions.telling import Told
from tests.conftest import FrozenClock
from tests.enforce.conftest import violation

LATER = "Something graver or longer holds at the moment, so this changes nothing for now."


def _staff(told: Told, name: str) -> dict[str, Any]:
    who = told.bench.person(told.tx, name, "senior_reviewer")
    enforce.meet(
        told.tx, ACCOUNT, key=THROUGH.key, project=PROJECT, has_end_user=True, clock=told.bench.clock
    )  # fmt: skip
    return {"by": who.id, "reason_code": "known", "record": told.bench.edges.record, "clock": told.bench.clock}


def test_a_step_behind_something_graver_is_told_at_once_and_not_again_when_it_bites(
    told: Told, clock: FrozenClock
) -> None:
    enforce.suspend(told.tx, ACCOUNT, until=clock() + timedelta(days=3), **_staff(told, "ada"))
    assert told.court.holds(told.tx, violation(2), account=ACCOUNT).state == "suspended"
    told.known("ex_1", decision="de_1")
    first, second = told.notices()
    assert first.what == "The account was suspended: its requests are refused."
    assert second.what.startswith("The account was restricted. It may send 3 requests a minute. " + LATER)
    assert (second.decision, second.rule, second.until) == ("de_1", "jailbreak.pattern", clock() + timedelta(days=14))
    assert second.why.startswith("Breaches of the usage policy are counted.")
    assert second.appeal_until is not None
    clock.advance(days=4)
    now = enforce.standing(told.tx, ACCOUNT, now=clock())
    assert (now.state, now.until) == ("restricted", second.until)
    assert len(told.notices()) == 2
    (line,) = [each for each in enforce.history(told.tx, ACCOUNT) if each.what == "waits"]
    assert (line.to_state, line.per_minute, line.cause, line.decision) == ("restricted", 3, "strikes", "de_1")


def test_what_outlasts_a_suspension_of_the_same_breach_is_told_with_it(told: Told, clock: FrozenClock) -> None:
    told.court.holds(told.tx, violation(3), account=ACCOUNT)
    (notice,) = told.notices()
    ends = clock() + timedelta(days=14)
    assert notice.what == (
        "The account was suspended: its requests are refused. "
        f"After that it stays restricted until {ends:%Y-%m-%d %H:%M} UTC. It may send 3 requests a minute."
    )
    assert notice.until == clock() + timedelta(days=7)


def test_a_step_that_a_ban_outlasts_is_told_once_and_holds_when_the_ban_is_taken_back(
    told: Told, clock: FrozenClock
) -> None:
    enforce.ban(told.tx, ACCOUNT, **_staff(told, "ada"))
    told.court.holds(told.tx, violation(2), account=ACCOUNT)
    banned, behind = told.notices()
    assert behind.what.startswith("The account was restricted.")
    assert LATER in behind.what
    told.court.reverses(told.tx, banned.decision)
    assert [each.reverses for each in told.notices()] == [(), (), (banned.decision,)]
    assert enforce.standing(told.tx, ACCOUNT, now=clock()).state == "restricted"


def test_what_waited_and_does_not_come_about_is_told_as_taken_back_once(told: Told) -> None:
    enforce.ban(told.tx, ACCOUNT, **_staff(told, "ada"))
    for _ in range(2):
        told.court.holds(told.tx, violation(1), account=ACCOUNT)
    # The first came to a warning alone, which is none behind a ban; the second to what rests on both.
    assert [each.decision for each in told.notices()[1:]] == ["de_2"]
    told.court.reverses(told.tx, "de_1")
    said = told.notices()[2:]
    assert [each.reverses for each in said] == [("de_2",), ("de_1",)][: len(said)]
    assert said[0].what == (
        "This was taken back and does not hold any more: The account was restricted. It may send 3 requests a minute."
    )


def test_a_measure_behind_something_graver_is_told_as_what_it_is(told: Told) -> None:
    enforce.ban(told.tx, ACCOUNT, **_staff(told, "ada"))
    told.court.holds(told.tx, violation(measure=Measure.SUSPEND), account=ACCOUNT)
    behind = told.notices()[1]
    assert behind.why == "The usage policy provides for this measure where such a thing is found."
    assert behind.what.startswith("The account was suspended: its requests are refused. " + LATER)


def test_what_waits_already_is_no_news(told: Told) -> None:
    enforce.suspend(told.tx, ACCOUNT, until=told.bench.clock() + timedelta(days=3), **_staff(told, "ada"))
    for weight in (1, 0.25):
        told.court.holds(told.tx, violation(weight), account=ACCOUNT)
    told_of = [each.what.partition(".")[0] for each in told.notices()]
    assert told_of == ["The account was suspended: its requests are refused", "The account was warned"]


def test_what_a_reversal_takes_along_is_told_as_taken_back_once_for_each_sanction(told: Told) -> None:
    for _ in range(2):
        told.court.holds(told.tx, violation(1), account=ACCOUNT)
    assert len(told.notices()) == 2
    told.court.reverses(told.tx, "de_1")
    said = told.notices()[2:]
    # The restriction rested on both strikes: without the first it does not hold either.
    assert sorted(each.reverses for each in said) == [("de_1",), ("de_2",)]
    assert all(each.what.startswith("This was taken back and does not hold any more:") for each in said)
    assert [(each.appeal_until, each.until) for each in said] == [(None, None)] * 2
    assert [each["taken_back"] for each in told.events()] == [False, False, True, True]


def test_what_was_taken_back_before_anybody_was_told_is_told_in_its_order(told: Told) -> None:
    told.court.holds(told.tx, violation(1), account=ACCOUNT)
    told.court.reverses(told.tx, "de_1")
    jobs = {each.name: each.arguments["act"] for each in queued(told.tx) if each.name in (IMPOSED, TAKEN_BACK)}
    told.run(TAKEN_BACK, act=jobs[TAKEN_BACK])
    told.run(IMPOSED, act=jobs[IMPOSED])
    first, second = told.notices()
    assert first.what.startswith("The account was warned")
    assert second.reverses == ("de_1",)
