"""Every public number comes out twice the same: from the tables that hold the state, and from the records of it."""

from collections import Counter
from itertools import chain
from statistics import median
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from seawall.cases import Decided, Origin, Outcome, load
from seawall.cases.decided import between
from seawall.cases.feedback.tables import feedback
from seawall.cases.tables import appeals, cases, filer_acts, samples
from seawall.enforce.tables import acts, changes
from seawall.gateway.tables import verdicts
from seawall.metrics.checking import check
from seawall.metrics.counting import Tally
from seawall.metrics.definitions import newest
from seawall.metrics.period import Period, period
from seawall.metrics.reading import counted
from seawall.metrics.tables import closings
from seawall.store import Transaction
from tests.metrics.conftest import World, detectors
from tests.metrics.life import Life

CAUSES = ("strikes", "measure", "person")
SEALED_CODE = "case_decided"
# Not in every half-year at random: what rules do, and who keeps filing, have tests of their own.
SELDOM = {"by_rules", "filers_suspended"}
Numbers = dict[str, tuple[int, dict[str, int], int | None]]


def from_tables(tx: Transaction, whole: Period) -> Numbers:
    """Return total, parts and median of every number, from tables alone."""
    mine = [each for each in between(tx, whole.since, whole.until) if not each.sealed]
    answers = [each for each in mine if each.origin is Origin.APPEAL]
    others = [each for each in mine if each.origin is not Origin.APPEAL]
    machine = Counter(each.detected_automatically for each in others)
    looked, again = _looked(tx, whole), _again(tx, whole)
    made = {name: _of(_causes(tx, whole, state)) for name, state in _STATES.items()}
    causes = sum((_causes(tx, whole, state) for state in _STATES.values()), Counter[str]())
    return {
        **made,
        "automated_share": _of({"automated": causes["strikes"] + causes["measure"], "by_a_person": causes["person"]}),
        "exchange_measures": _of(_measures(tx, whole)),
        "flags": (_opened(tx, whole, "flag"), {}, None),
        "reports": (_opened(tx, whole, "report"), {}, None),
        "decisions": _of(Counter(each.outcome.value for each in others)),
        "decisions_by_category": _of(Counter(each.category or "none" for each in others)),
        "detected_automatically": _of({"by_a_machine": machine[True], "by_a_person": machine[False]}),
        "time_to_decide": (len(others), {}, _median(others)),
        "appeals_received": (_filed(tx, whole), {}, None),
        "appeals_answered": _of(_answers(answers)),
        "time_to_answer": (len(answers), {}, _median(answers)),
        "reversals": (_reversed(tx, whole), {}, None),
        "detector_error": _of({"wrong": looked[False], "right": looked[True]}),
        "feedback_received": _of(_feedback(tx, whole, feedback.c.received_at)[0]),
        "feedback_answered": _answered(tx, whole),
        "by_rules": _of(_by_rules(tx, whole)),
        "error_by_detector": _of(_by_detector(tx, whole)),
        **_of_the_act(tx, whole, others),
        "review_error": _of({"otherwise": again[False], "the_same": again[True]}),
    }


_STATES = {"warnings": "warned", "restrictions": "restricted", "suspensions": "suspended", "bans": "banned"}


def _of(cells: Any) -> tuple[int, dict[str, int], None]:
    return sum(cells.values()), dict(sorted(cells.items())), None


def _within(column: Any, whole: Period) -> Any:
    return (column >= whole.since) & (column < whole.until)


def _causes(tx: Transaction, whole: Period, state: str) -> Counter[str]:
    c = changes.c
    plain = c.reason_code.is_(None) | (c.reason_code != SEALED_CODE)
    return Counter(
        tx.scalars(select(c.cause).where(_within(c.at, whole), c.to_state == state, c.cause.in_(CAUSES), plain))
    )


def _measures(tx: Transaction, whole: Period) -> Counter[str]:
    return Counter(tx.scalars(select(acts.c.measure).where(_within(acts.c.at, whole), acts.c.exchange.is_not(None))))


def _opened(tx: Transaction, whole: Period, origin: str) -> int:
    c = cases.c
    return len(tx.scalars(select(c.id).where(_within(c.opened_at, whole), c.origin == origin, ~c.sealed)).all())


def _filed(tx: Transaction, whole: Period) -> int:
    found = select(appeals.c.case).join(cases).where(_within(appeals.c.filed_at, whole), ~cases.c.sealed)
    return len(tx.scalars(found).all())


def _reversed(tx: Transaction, whole: Period) -> int:
    c = acts.c
    return len(tx.scalars(select(c.seq).where(_within(c.reversed_at, whole), c.reversal_code != SEALED_CODE)).all())


def _looked(tx: Transaction, whole: Period) -> Counter[bool]:
    return Counter(tx.scalars(select(verdicts.c.right).where(_within(verdicts.c.at, whole))))


def _again(tx: Transaction, whole: Period) -> Counter[bool]:
    return Counter(tx.scalars(select(samples.c.agrees).where(_within(samples.c.at, whole), ~samples.c.sealed)))


def _by_rules(tx: Transaction, whole: Period) -> Counter[str]:
    c = changes.c
    return Counter(tx.scalars(select(c.to_state).where(_within(c.at, whole), c.cause == "rule")))


def _by_detector(tx: Transaction, whole: Period) -> Counter[str]:
    rows = tx.execute(select(verdicts).where(_within(verdicts.c.at, whole))).all()
    said = {True: "right", False: "wrong"}
    return Counter(f"{each}/{said[row.right]}" for row in rows for each in detectors(row.decision))


def _of_the_act(tx: Transaction, whole: Period, others: list[Decided]) -> Numbers:
    """Return what the transparency report of the Digital Services Act asks for beside the rest."""
    ours = [each for each in others if each.origin in (Origin.ESCALATION, Origin.FINDING)]
    theirs = [each for each in others if each.origin in (Origin.FLAG, Origin.REPORT)]
    machine = Counter(each.detected_automatically for each in ours)
    c = cases.c
    opened = select(c.category).where(_within(c.opened_at, whole), c.origin.in_(("flag", "report")), ~c.sealed)
    acts_ = filer_acts.c
    suspended = select(acts_.kind).where(_within(acts_.at, whole), acts_.what == "suspended")
    return {
        "own_initiative": _of(_crossed(ours)),
        "own_initiative_detected": _of({"by_a_machine": machine[True], "by_a_person": machine[False]}),
        "on_notice": _of(_crossed(theirs)),
        "notice_time": (len(theirs), {}, _median(theirs)),
        "notices_received": _of(Counter(each or "none" for each in tx.scalars(opened))),
        "filers_suspended": _of(Counter(tx.scalars(suspended))),
    }


def _crossed(mine: list[Decided]) -> Counter[str]:
    return Counter(f"{each.category or 'none'}/{each.outcome.value}" for each in mine)


def _answers(answers: list[Decided]) -> dict[str, int]:
    wrong = [each for each in answers if not each.about_right]
    back = sum(each.outcome is Outcome.NOTHING for each in wrong)
    return {
        "upheld": len(answers) - len(wrong),
        "reversed": back,
        "partially_reversed": len(wrong) - back,
    }


def _median(mine: list[Decided]) -> int:
    return int(median(int((each.at - each.opened_at).total_seconds()) for each in mine))


def _feedback(tx: Transaction, whole: Period, column: Any) -> tuple[Counter[str], dict[str, list[int]]]:
    """Return how much of each framework, and how many seconds each answer took."""
    seconds: dict[str, list[int]] = {}
    rows = tx.execute(select(feedback).where(_within(column, whole))).all()
    for row in rows:
        if row.answered_at is not None:
            seconds.setdefault(row.framework, []).append(int((row.answered_at - row.received_at).total_seconds()))
    return Counter(row.framework for row in rows), seconds


def _answered(tx: Transaction, whole: Period) -> tuple[int, dict[str, int], int]:
    counts, seconds = _feedback(tx, whole, feedback.c.answered_at)
    return counts.total(), dict(sorted(counts.items())), int(median(chain(*seconds.values())))


def _told(tally: Tally) -> tuple[int | None, dict[str, int], int | None]:
    return tally.total, dict(sorted(tally.cells.items())), tally.median


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_number_comes_out_twice_the_same(world: World) -> None:
    document = msgspec.structs.replace(load().document, sample=0.2)
    world.office = msgspec.structs.replace(world.office, rules=msgspec.structs.replace(load(), document=document))
    with world.log.database.begin() as tx:
        Life(world, tx, seed=35).goes_by(machines=1600, cases=400)
    world.log.sequencer.step()
    stated = {"legal_requests", "government_requests"}
    with world.log.database.begin() as tx:
        for name in ("2026-02", "2026-04", "2026-H1"):
            found = counted(tx, newest(), period(name))
            tallies = {each.metric: _told(each) for each in found.tallies}
            assert set(tallies) == stated | set(from_tables(tx, period(name)))
            took = _feedback(tx, period(name), feedback.c.answered_at)[1]
            by_part = next(each.medians for each in found.tallies if each.metric == "feedback_answered")
            assert by_part == {framework: int(median(each)) for framework, each in took.items()}
            for metric, wanted in from_tables(tx, period(name)).items():
                assert tallies[metric] == wanted, (name, metric)
    for metric, (total, _, _) in tallies.items():
        assert total or metric in {*stated, *SELDOM}, f"nothing happened that counts as {metric}"
    _closed_as_they_came_out(world)


def _closed_as_they_came_out(world: World) -> None:
    """Close every month and then the half-year; nothing follows from one that the other leaves out."""
    world.at(8, 1)
    names = [f"2026-0{month}" for month in range(1, 7)] + ["2026-H1"]
    for name in names:
        world.closes(name)
    bodies = world.closed_bodies()
    assert [each["period"] for each in bodies] == names
    assert [wrong for each in bodies for wrong in check(each)] == []
    assert world.together() == []
    with world.log.database.begin() as tx:
        assert len(tx.execute(select(closings)).all()) == len(names)
