"""Routing rules: what goes where, what takes a second reviewer, and what is wrong with a document, by its place."""

from datetime import timedelta
from pathlib import Path

import pytest

from seawall.cases import BadRules, Origin, Outcome, Priority, load
from seawall.cases.rules import DEFAULT, Facts, read
from seawall.vocabulary.categories import Category

SHORT = """
queues: {all: Everything, soon: What cannot wait}
rules:
  - when: {category: [self_harm], project: [pr_1]}
    queue: soon
    priority: urgent
    within_hours: 0.5
  - {queue: all, priority: low, within_hours: 24, second_review: [ban, suspend]}
child_safety: {within_hours: 2}
"""


def test_the_first_rule_that_fits_decides() -> None:
    rules = read(SHORT)
    soon = rules.route(Facts(origin=Origin.FLAG, project="pr_1", category=Category.SELF_HARM), sealed=False)
    other = rules.route(Facts(origin=Origin.FLAG, project="pr_2", category=Category.SELF_HARM), sealed=False)
    assert (soon.queue, soon.priority, soon.within) == ("soon", Priority.URGENT, timedelta(minutes=30))
    assert (other.queue, other.priority) == ("all", Priority.LOW)


def test_a_sealed_case_is_routed_by_no_rule() -> None:
    found = read(SHORT).route(Facts(origin=Origin.FLAG, project="pr_1"), sealed=True)
    assert (found.queue, found.priority, found.within) == ("child_safety", Priority.URGENT, timedelta(hours=2))


def test_outcomes_take_a_second_reviewer_where_the_rule_says_so() -> None:
    rules, facts = read(SHORT), Facts(origin=Origin.REPORT, project="pr_2")
    wanted = [each for each in Outcome if rules.wants_second(facts, each, sealed=False)]
    assert wanted == [Outcome.SUSPEND, Outcome.BAN]
    assert not rules.wants_second(facts, Outcome.BAN, sealed=True)


def test_ours_route_everything_and_take_two_for_a_ban() -> None:
    rules = load()
    for origin in Origin:
        facts = Facts(origin=origin, project="pr_1")
        assert rules.route(facts, sealed=False).queue in rules.queues
        assert rules.wants_second(facts, Outcome.BAN, sealed=False) is (origin is not Origin.APPEAL)
    assert rules.appeal_for >= timedelta(days=183)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("queue: soon", "queue: late"), r"rules\[0\]: there is no queue 'late'"),
        (("priority: urgent", "priority: now"), r"rules\[0\]: 'now' is no priority"),
        (("[self_harm]", "[selfharm]"), r"rules\[0\]\.when\.category\[0\]"),
        (("within_hours: 0.5", "within_hours: 0"), r"rules\[0\]\.within_hours"),
        (("within_hours: 2}", "within_hours: 2, sealed: no}"), "child_safety.*unknown field `sealed`"),
        (("when: {category: [self_harm], project: [pr_1]}", "when: {}"), "no rule after it does"),
        (("{queue: all,", "{when: {origin: [flag]}, queue: all,"), "does not fit everything"),
        (("all: Everything", "child_safety: Mine"), "Seawall's own"),
        (("queues: {", "queues: ["), "Line 2 is no YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: tuple[str, str], told: str) -> None:
    with pytest.raises(BadRules, match=told):
        read(SHORT.replace(*change, 1))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match=r"none\.yaml cannot be read"):
        load(tmp_path / "none.yaml")
    assert load(DEFAULT) == load()
