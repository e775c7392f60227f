"""Every state is reached, by records and by time alone; what lapses is what should, and nothing else changes."""

import pytest

from seawall.commitments import State
from seawall.commitments.model import worst
from seawall.vocabulary.records.access import KeyCreated
from seawall.vocabulary.records.people import RightsChanged
from tests.commitments.conftest import Watch, begun, closed, confirmed, published


def test_what_nothing_is_known_of_has_not_started(watch: Watch) -> None:
    assert watch.practice("P079") == "not_started"
    assert watch.status().items["hiroshima.3"].state is State.NOT_STARTED


def test_a_count_is_kept_then_lapsing_then_lapsed_and_a_new_record_renews_it(watch: Watch) -> None:
    watch.look(published())
    assert watch.practice("P111") == "kept"
    watch.clock.advance(days=366 - 14)
    assert watch.practice("P111") == "lapsing"
    watch.clock.advance(days=14)
    assert watch.practice("P111") == "lapsed"
    assert watch.practice("P079") == "kept", "a rule without an age holds for good"
    watch.look(published(2))
    assert watch.practice("P111") == "kept"


def test_the_moment_of_lapsing_is_told_beforehand_and_is_the_moment(watch: Watch) -> None:
    watch.look(published())
    at = watch.status().practices["P111"].lapses_at
    assert at is not None
    watch.clock.now = at
    assert watch.practice("P111") == "lapsed"
    watch.clock.advance(seconds=-1)
    assert watch.practice("P111") == "lapsing"


def test_every_one_wants_another_within_its_time(watch: Watch) -> None:
    watch.look(closed("a"))
    assert watch.practice("P062") == "not_started", "nothing has begun that could be covered"
    watch.look(begun("b"))
    assert watch.practice("P062") == "kept"
    watch.clock.advance(days=90)
    told = watch.status().practices["P062"]
    assert (told.state, [rule.open for rule in told.rules]) == (State.LAPSING, [0, 1])
    watch.clock.advance(days=11)
    late = watch.status().practices["P062"]
    assert late.state is State.LAPSED
    assert late.rules[1].missing[0].record in late.records
    watch.look(closed("b"))
    assert watch.practice("P062") == "kept", "what comes late heals it"


def test_what_answers_may_come_before_what_it_answers(watch: Watch) -> None:
    watch.look(closed("a"))
    watch.look(begun("a"))
    watch.clock.advance(days=101)
    assert watch.status().practices["P062"].rules[1].state is State.KEPT


def test_filters_look_at_exact_values(watch: Watch) -> None:
    key = {"key": "key_1", "project": "pr_1", "owner": "pe_1", "by": "pe_1"}
    watch.look(KeyCreated(zero_retention=None, **key))  # type: ignore[arg-type]
    assert watch.practice("P065") == "not_started"
    watch.look(KeyCreated(zero_retention=True, **key))  # type: ignore[arg-type]
    assert watch.practice("P065") == "kept"


def test_what_somebody_states_is_recorded_only_and_never_kept(watch: Watch) -> None:
    watch.stated("P045")
    told = watch.status().practices["P045"]
    assert (told.state, told.rests_on, told.records) == (State.RECORDED_ONLY, "activity", ())
    watch.clock.now = told.lapses_at  # type: ignore[assignment]
    assert watch.practice("P045") == "lapsed"


def test_what_somebody_states_runs_out_and_lapses(watch: Watch) -> None:
    made = watch.stated("P045")
    watch.clock.now = made.expires_at
    watch.clock.advance(days=-3)
    assert watch.practice("P045") == "lapsing"
    watch.clock.advance(days=3)
    assert watch.practice("P045") == "lapsed"


def test_what_somebody_states_hides_no_lapse_of_a_rule(watch: Watch) -> None:
    watch.look(published())
    watch.clock.advance(days=400)
    watch.stated("P111")
    assert watch.practice("P111") == "lapsed"
    watch.stated("P113")
    assert watch.practice("P113") == "recorded_only", "before a rule has begun, somebody's word is what there is"


def test_what_is_switched_off_does_not_apply_for_the_reason_that_is_given(watch: Watch) -> None:
    told = watch.status().items["christchurch.gov.1"]
    assert (told.state, told.reason) == (State.NOT_APPLICABLE, "It asks governments, not companies.")


def test_a_commitment_is_as_its_worst_practice_is() -> None:
    assert worst([State.KEPT, State.LAPSING, State.NOT_APPLICABLE]) is State.LAPSING
    assert worst([State.NOT_STARTED, State.LAPSED]) is State.LAPSED
    assert worst([State.NOT_APPLICABLE]) is State.NOT_APPLICABLE
    assert worst([]) is State.NOT_APPLICABLE


def test_a_commitment_that_no_practice_serves_is_a_gap(watch: Watch) -> None:
    told = watch.status().items["thorn.2.2"]
    assert (told.gap, told.state) == (True, State.NOT_STARTED)


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_explained(state: State) -> None:
    from seawall.commitments.model import MEANS

    assert MEANS[state].endswith(".")


def test_without_its_latest_record_a_practice_lapses_and_nothing_else_changes(watch: Watch) -> None:
    """The same months twice, with the latest confirmation of a role and without it."""
    rules = RightsChanged(digest="d", previous=None, roles=("legal",), approved=True, by="pe_1")
    watch.look(rules, published(), confirmed())
    watch.clock.advance(days=150)
    watch.look(confirmed())
    (*_, latest) = watch.log.found(kinds=("role.confirmed",))
    begun_at = watch.clock()
    held = _over_a_year(watch)
    watch.clock.now = begun_at
    with watch.database.begin() as tx:
        tx.exec_driver_sql("DELETE FROM ledger_records WHERE id = %s", (latest.id,))
    watch.changes()
    without = _over_a_year(watch)
    pairs = list(zip(held, without, strict=True))
    differs = {name for with_it, alone in pairs for name in with_it if with_it[name] != alone[name]}
    assert differs == {"P060", "hiroshima.6"}
    assert [each["P060"] for each in without].count("lapsed") > [each["P060"] for each in held].count("lapsed")
    first = next(number for number, each in enumerate(without) if each["P060"] == "lapsed")
    assert (held[first]["P060"], held[first]["hiroshima.6"]) == ("kept", "not_started")
    assert without[first]["hiroshima.6"] == "lapsed"


def _over_a_year(watch: Watch) -> list[dict[str, str]]:
    """Return the states of everything, every ten days, while nothing is recorded."""
    found = []
    for _ in range(25):
        now = watch.status()
        everything = [*now.practices.values(), *now.items.values()]
        found.append({each.id: each.state.value for each in everything})
        watch.clock.advance(days=10)
    return found
