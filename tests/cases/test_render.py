"""One decision, many renderings: all is made of the record alone, and every number comes out twice the same."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.cases import Decided, Origin, Outcome
from seawall.cases.decided import between
from seawall.cases.render import notice, record, row, statement, tally
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, ProjectId, RuleId
from seawall.vocabulary.records.cases import CaseDecided
from tests.cases.conftest import Bench

AT = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
REQUIRED = {
    "decision_ground", "content_type", "category", "content_date", "application_date", "decision_facts", "source_type",
    "automated_detection", "automated_decision", "puid",
}  # fmt: skip


def decided(outcome: Outcome = Outcome.SUSPEND, **more: object) -> Decided:
    given = {
        "id": DecisionId("de_1"),
        "case": CaseId("cs_1"),
        "origin": Origin.ESCALATION,
        "sealed": False,
        "project": ProjectId("pr_1"),
        "account": AccountId("ac_somebody"),
        "exchange": ExchangeId("ex_1"),
        "about": None,
        "about_right": None,
        "rule": RuleId("cyber.tools"),
        "category": Category.CYBER,
        "outcome": outcome,
        "until": AT + timedelta(days=7),
        "per_minute": None,
        "reason_code": "repeated",
        "reason": ItemId("it_1"),
        "reverses": (),
        "detected_automatically": True,
        "opened_at": AT - timedelta(hours=2),
        "at": AT,
        "appeal_until": AT + timedelta(days=183),
        "by": "pe_ada",
        "agreed_by": (),
        "humans": ("pe_ada",),
    }
    return Decided(**given | more)  # type: ignore[arg-type]


def test_the_notice_says_what_why_by_which_rule_how_long_and_what_one_can_do() -> None:
    told = notice(decided(), "You went on after a warning.")
    assert told.what == "The account was suspended: its requests are refused."
    assert (told.why, told.rule, told.category) == ("You went on after a warning.", "cyber.tools", "Cyber attacks")
    assert (told.exchange, told.until, told.appeal_until) == ("ex_1", AT + timedelta(days=7), AT + timedelta(days=183))
    assert (told.detected_automatically, told.decided_automatically) == (True, False)
    assert "ada" not in repr(told)


def test_of_child_safety_no_exchange_is_named_and_nothing_is_stated() -> None:
    sealed = decided(sealed=True, about=DecisionId("de_0"))
    told = notice(sealed, "x")
    assert (told.exchange, told.about, told.rule, told.category) == (None, None, None, None)
    assert statement(sealed, "so_1") is None


def test_a_statement_of_reasons_has_the_fields_that_are_required_and_names_nobody() -> None:
    told = statement(decided(), "so_1")
    assert told is not None
    assert set(told) >= REQUIRED
    assert told["decision_account"] == "DECISION_ACCOUNT_SUSPENDED"
    assert told["end_date_account_restriction"] == "2026-01-09"
    assert (told["application_date"], told["content_date"]) == ("2026-01-02", "2026-01-02")
    assert not [word for word in ("ac_somebody", "ex_1", "pe_ada") if word in repr(told)]
    restricted = statement(decided(Outcome.RESTRICT, per_minute=3), "so_1")
    assert restricted is not None
    assert restricted["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"


@pytest.mark.parametrize("outcome", [Outcome.NOTHING, Outcome.WARN])
def test_where_nothing_was_taken_nothing_is_stated(outcome: Outcome) -> None:
    assert statement(decided(outcome, until=None), "so_1") is None


@given(
    st.builds(
        decided,
        st.sampled_from(Outcome),
        origin=st.sampled_from(Origin),
        category=st.none() | st.sampled_from(Category),
        about_right=st.none() | st.booleans(),
        reverses=st.lists(st.just(DecisionId("de_0")), max_size=3).map(tuple),
        detected_automatically=st.booleans(),
        opened_at=st.timedeltas(timedelta(), timedelta(days=90)).map(lambda ago: AT - ago),
    )
)
def test_the_database_and_the_ledger_say_the_same_of_every_decision(one: Decided) -> None:
    again = msgspec.convert(msgspec.to_builtins(one), Decided)
    assert again == one
    assert row(again) == row(record(one))


def test_every_number_comes_out_twice_the_same(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    for outcome, category in (("nothing", Category.HATE), ("warn", Category.CYBER), ("warn", Category.HATE)):
        bench.clock.advance(minutes=7)
        bench.decides(tx, bench.case(tx, category), ada, outcome)
    start = bench.clock() - timedelta(days=1)
    kept = [row(each) for each in between(tx, start, bench.clock() + timedelta(seconds=1))]
    recorded = [row(each) for each in bench.ledger if isinstance(each, CaseDecided)]
    assert tally(kept) == tally(recorded)
    assert tally(kept)["outcome.warn"] == 2
    assert tally(kept)["category.hate"] == 2
    assert list(between(tx, start, start)) == []
