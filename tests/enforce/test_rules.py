"""Rules about accounts: what they count, when they act, and that nothing is done twice or missed."""

from datetime import timedelta
from typing import Any

import pytest

from seawall.enforce import history, standing
from seawall.enforce.accounts import meet
from seawall.enforce.identity import whole_key
from seawall.enforce.labels import label, labels
from seawall.enforce.rules.listing import of_account
from seawall.enforce.rules.publishing import NotWatched, TakesOthers, publish
from seawall.policy.accounts.reading import read
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, KeyId
from seawall.vocabulary.standing import State
from tests.conftest import FrozenClock
from tests.enforce.conftest import KEY, PROJECT, SOMEBODY, Court
from tests.enforce.rules import BURST, Clerk


def test_three_jailbreaks_in_ten_minutes_from_a_young_account(tx: Transaction, clerk: Clerk, court: Court) -> None:
    clerk.rules(tx, BURST)
    assert clerk.asks(tx) == ()
    clerk.clock.advance(minutes=4)
    assert clerk.asks(tx) == ()
    clerk.clock.advance(minutes=5)
    (came,) = clerk.asks(tx)

    assert (came.rule, came.outcome) == ("jailbreak_burst", "acted")
    now = clerk.clock()
    found = standing(tx, SOMEBODY, now=now)
    assert (found.state, found.per_minute, found.limits) == (State.RESTRICTED, 2, ("tools",))
    assert [each.name for each in labels(tx, SOMEBODY, now=now)] == ["jailbreaking"]
    assert court.kinds[-3:] == ["standing.changed", "account.labelled", "account_rule.applied"]
    decision = next(each for each in history(tx, SOMEBODY) if each.what == "decision")
    assert (decision.id, decision.because) == (came.decision, ("account.jailbreak_burst",))


def test_an_older_account_a_wider_spread_and_another_account_do_not_meet_the_rule(
    tx: Transaction, clerk: Clerk
) -> None:
    clerk.rules(tx, BURST)
    for _ in range(3):
        assert clerk.asks(tx) == ()
        clerk.clock.advance(minutes=6)
    assert [clerk.asks(tx, account=AccountId(f"ac_{n}")) for n in range(4)] == [()] * 4
    clerk.clock.advance(days=1)
    assert [clerk.asks(tx) for _ in range(3)] == [()] * 3


def test_a_rule_that_is_watched_only_notes_what_it_would_have_done(tx: Transaction, clerk: Clerk) -> None:
    clerk.rules(tx, BURST, mode="monitor")
    came = [clerk.asks(tx) for _ in range(3)]
    assert came[2][0].outcome == "would_have"
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.GOOD
    assert labels(tx, SOMEBODY, now=clerk.clock()) == ()
    assert [each.outcome for each in of_account(tx, SOMEBODY)] == ["would_have"]


def test_a_rule_acts_once_while_it_rests(tx: Transaction, clerk: Clerk) -> None:
    clerk.rules(tx, BURST)
    came = [clerk.asks(tx) for _ in range(6)]
    assert [len(each) for each in came] == [0, 0, 1, 0, 0, 0]


def test_a_decision_is_asked_about_once(tx: Transaction, clerk: Clerk) -> None:
    clerk.rules(tx, BURST)
    clerk.asks(tx)
    clerk.asks(tx)
    third = clerk.seen()
    assert len(clerk.about(tx, third)) == 1
    assert clerk.about(tx, third) == ()
    assert len(of_account(tx, SOMEBODY)) == 1


def test_what_is_not_sure_counts_only_where_a_rule_says_so(tx: Transaction, clerk: Clerk) -> None:
    clerk.rules(
        tx,
        """
rules:
  - {name: unsure, says: x, when: 'suspected("jailbreak", "1h") >= 2', then: {labels: [{name: look}]}, mode: MODE}
  - {name: certain, says: x, when: 'count("jailbreak", "1h") >= 1', then: {warn: {}}, mode: MODE}
  - {name: answered, says: x, when: 'answers("hate", "1h") >= 1', then: {labels: [{name: hateful}]}, mode: MODE}
""",
    )
    assert clerk.asks(tx, sure=False) == ()
    assert [each.rule for each in clerk.asks(tx, sure=False)] == ["unsure"]
    assert [each.rule for each in clerk.asks(tx, Category.HATE, side="output", sure=False)] == ["answered"]
    assert [each.rule for each in clerk.asks(tx)] == ["certain"]


def test_a_threshold_of_a_whole_key_bites_for_everybody_behind_it(tx: Transaction, clerk: Clerk) -> None:
    clerk.rules(
        tx,
        """
rules:
  - name: sustained
    says: Many people behind one key.
    when: key_count("any", "1h") >= 4 && key_accounts("any", "1h") >= 3
    then: {restrict: {for: 1 hour, per_minute: 10}}
    against: key
    mode: MODE
""",
    )
    came = [clerk.asks(tx, account=AccountId(f"ac_{n % 3}")) for n in range(4)]
    assert [len(each) for each in came] == [0, 0, 0, 1]
    whole = whole_key(KEY)
    assert came[3][0].account == whole
    assert standing(tx, whole, now=clerk.clock()).per_minute == 10
    assert clerk.asks(tx, account=AccountId("ac_elsewhere"), key=KeyId("key_2")) == ()


def test_a_clock_that_is_put_back_makes_no_minutes_of_hours(tx: Transaction, clerk: Clerk, clock: FrozenClock) -> None:
    clerk.rules(tx, BURST)
    clerk.asks(tx)
    clerk.asks(tx)
    clock.advance(hours=-5)
    assert clerk.asks(tx) == ()
    clock.advance(hours=10)
    assert clerk.asks(tx) == ()
    # A second that the host corrects is no jump: the three are together.
    clerk.asks(tx)
    clock.advance(seconds=-2)
    assert len(clerk.asks(tx)) == 1


def test_a_rule_that_has_no_answer_is_noted_as_failed_and_the_others_are_asked(
    tx: Transaction, clerk: Clerk, court: Court
) -> None:
    clerk.rules(
        tx,
        """
rules:
  - {name: broken, says: x, when: 'labels[7] == "x"', then: {suspend: {for: 1 day}}, mode: MODE}
  - {name: whole, says: x, when: 'count("any", "1h") >= 1', then: {warn: {}}, mode: MODE}
""",
    )
    came = clerk.asks(tx)
    assert [(each.rule, each.outcome) for each in came] == [("broken", "failed"), ("whole", "acted")]
    assert "account_rule.failed" in court.kinds
    assert [each.error for each in of_account(tx, SOMEBODY) if each.outcome == "failed"] == ["UNKNOWN"]
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.WARNED


def test_a_ban_is_for_people_unless_the_file_says_otherwise(tx: Transaction, clerk: Clerk) -> None:
    rule = """
rules: [{name: worst, says: x, when: 'count("any", "1h") >= 1', then: {ban: true}, mode: MODE}]
"""
    clerk.rules(tx, rule)
    (came,) = clerk.asks(tx)
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.GOOD
    assert [(due.rule, due.decision) for due in clerk.cases] == [("account.worst", came.decision)]

    clerk.rules(tx, f"{rule}\nbans: rules\n")
    clerk.asks(tx, account=AccountId("ac_other"))
    assert standing(tx, AccountId("ac_other"), now=clerk.clock()).state is State.BANNED


def test_labels_standing_and_strikes_can_be_asked_for(tx: Transaction, clerk: Clerk, court: Court) -> None:
    clerk.rules(
        tx,
        """
rules:
  - name: first
    says: x
    when: '"hate" in found && state == "good"'
    then: {labels: [{name: seen}], warn: {}}
    mode: MODE
  - {name: then, says: x, when: '"seen" in labels && state == "warned" && end_user', then: {case: true}, mode: MODE}
""",
    )
    assert [each.rule for each in clerk.asks(tx, Category.HATE)] == ["first"]
    assert [each.rule for each in clerk.asks(tx, Category.HATE)] == ["then"]


def test_a_label_ends_by_itself(tx: Transaction, clerk: Clerk, court: Court) -> None:
    now = clerk.clock()
    meet(tx, SOMEBODY, key=KEY, project=PROJECT, has_end_user=True, clock=clerk.clock)
    ours: Any = {"by": "pe_1", "reason_code": "by_hand", "record": court.record, "clock": clerk.clock}
    label(tx, SOMEBODY, "see_with_care", until=now + timedelta(days=3), **ours)
    for days, names in ((2, ["see_with_care"]), (3, [])):
        assert [each.name for each in labels(tx, SOMEBODY, now=now + timedelta(days=days))] == names


def test_a_rule_begins_by_being_watched_and_takes_others_to_act(tx: Transaction, clerk: Clerk) -> None:
    watched, acting = (read(BURST.replace("MODE", mode)) for mode in ("monitor", "enforce"))
    given = {"by": "pe_editor", "record": clerk.record, "clock": clerk.clock}
    with pytest.raises(NotWatched, match="jailbreak_burst"):
        publish(tx, acting, **given)
    assert publish(tx, watched, **given).version == 1
    assert publish(tx, watched, **given).changed is False
    with pytest.raises(TakesOthers, match="jailbreak_burst"):
        publish(tx, acting, **given)
    changed = read(BURST.replace("MODE", "enforce").replace(">= 3", ">= 2"))
    with pytest.raises(NotWatched):
        publish(tx, changed, agreed=True, replaces=watched.digest, **given)
    assert publish(tx, acting, agreed=True, replaces=watched.digest, **given).version == 2
    assert publish(tx, watched, **given).version == 3


def test_who_bans_cannot_be_changed_by_one_person(tx: Transaction, clerk: Clerk) -> None:
    rule = "rules: [{name: worst, says: x, when: 'strikes > 1.0', then: {ban: true}, mode: MODE}]\n"
    clerk.rules(tx, rule)
    with pytest.raises(TakesOthers):
        publish(
            tx,
            read(f"{rule}bans: rules\n".replace("MODE", "enforce")),
            by="pe_editor",
            record=clerk.record,
            clock=clerk.clock,
        )
