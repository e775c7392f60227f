"""What changed between two policies, and what a draft would have changed of past decisions."""

from collections.abc import Callable, Sequence
from pathlib import Path

from seawall.policy import DEFAULT, Edition, StoredDecision, decide, diff, read, try_draft
from seawall.policy.replay import replay
from seawall.policy.rules import Situation
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import ExchangeId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD
from tests.policy.conftest import SMALL, finding, situation

Folder = Callable[..., Path]
Editions = Callable[..., Edition]


def test_a_policy_does_not_differ_from_itself() -> None:
    assert diff(read(DEFAULT), read(DEFAULT)) == ()


def test_a_difference_is_told_by_rule_and_field(folder: Folder) -> None:
    rules = SMALL["rules.yaml"].replace("measure: warn", "measure: withhold").replace("cyber.watch", "cyber.see")
    changes = {
        "rules.yaml": rules,
        "policy.yaml": "name: small\nfail: open\n",
        "ladder.yaml": "suspend_for: null\n",
        "overlays/lab.yaml": "rules:\n  hate.warn: {mode: monitor}\n",
    }
    found = diff(read(folder()), read(folder(changes, "new")))
    assert [(each.change, each.what, each.name, [field for field, *_ in each.fields]) for each in found] == [
        ("changed", "policy", "", ["fail"]),
        ("added", "overlay", "lab", []),
        ("added", "rule", "cyber.see", []),
        ("changed", "rule", "hate.warn", ["measure"]),
        ("removed", "rule", "cyber.watch", []),
        ("changed", "ladder", "", ["steps", "suspend_for"]),
    ]
    assert str(found[3]) == "changed rule hate.warn\n    measure: warn -> withhold"


def test_another_order_of_rules_is_a_difference_too(folder: Folder) -> None:
    head, *rules = SMALL["rules.yaml"].split("  - id: ")
    turned = head + "".join("  - id: " + rule for rule in reversed(rules))
    found = diff(read(folder()), read(folder({"rules.yaml": turned}, "turned")))
    assert [(each.change, each.what) for each in found] == [("moved", "rule")]


def test_exemptions_are_told_apart(folder: Folder) -> None:
    line = "  - {{rules: [hate.warn], project: lab, owner: me, reason: tests, expires: {}}}\n"
    before = {"exemptions.yaml": "exemptions:\n" + line.format("2026-02-01")}
    after = {"exemptions.yaml": before["exemptions.yaml"] + line.format("2026-03-01")}
    found = diff(read(folder(before, "before")), read(folder(after, "after")))
    assert [(each.change, each.name) for each in found] == [("added", "of lab from hate.warn (1)")]


def _stored(
    edition: Edition, number: int, found: Sequence[Finding], context: Situation | None = None
) -> StoredDecision:
    context = context or situation()
    verdict = decide(edition.of(context.project), found, GOOD, context)
    if context.zero_retention:
        # What is stored of such an exchange has no places.
        found = [finding(each.category.value, span=None) for each in found]
    return StoredDecision(
        exchange=ExchangeId(f"ex_{number}"),
        findings=tuple(found),
        standing=GOOD,
        situation=context,
        verdict=verdict,
    )


def _past(edition: Edition) -> list[StoredDecision]:
    return [
        _stored(edition, 1, []),
        _stored(edition, 2, [finding()]),
        _stored(edition, 3, [finding("hate")]),
        _stored(edition, 4, [finding("cyber", detector="linear", score=0.95)]),
        _stored(edition, 5, [finding("secrets")]),
        _stored(edition, 6, [finding("secrets")], situation(zero_retention=True)),
        _stored(edition, 7, [finding()], situation(project="lab")),
    ]


def test_under_its_own_policy_no_past_decision_changes(edition: Editions) -> None:
    then = edition({"overlays/lab.yaml": "rules:\n  jailbreak.pattern: {mode: monitor}\n"})
    trial = try_draft(then, _past(then))
    assert (trial.tried, trial.differing, trial.counts, trial.changed) == (7, 0, {}, ())
    assert replay(then, _past(then)[4]) == _past(then)[4].verdict


def test_a_draft_shows_what_it_would_change_and_nothing_else(folder: Folder, edition: Editions) -> None:
    from seawall.policy import compile_documents

    past = _past(edition())
    stricter = SMALL["rules.yaml"].replace("    mode: monitor\n", "").replace("measure: warn", "measure: withhold")
    milder = stricter.replace("    strike: {weight: 2, expires: 30 days}\n", "")
    draft = compile_documents(read(folder({"rules.yaml": milder}, "draft")))
    trial = try_draft(draft, iter(past), listed=3)
    assert trial.digest == draft.digest
    assert (trial.tried, trial.differing) == (7, 4)
    assert trial.counts == {"withhold -> withhold": 2, "warn -> withhold": 1, "allow -> hold": 1}
    assert (trial.strikes_before, trial.strikes_after) == (2, 0)
    assert [each.exchange for each in trial.changed] == ["ex_2", "ex_3", "ex_4"]
    assert trial.changed[0].what == ("strikes",)
    assert (trial.changed[2].before, trial.changed[2].after) == (Measure.ALLOW, Measure.HOLD)
    assert trial.changed[2].because == ("cyber.watch",)


def test_a_rule_may_be_watched_on_the_past_before_it_bites(edition: Editions, folder: Folder) -> None:
    from seawall.policy import compile_documents

    past = _past(edition())
    watched = SMALL["rules.yaml"].replace("measure: warn\n", "measure: warn\n    mode: monitor\n")
    trial = try_draft(compile_documents(read(folder({"rules.yaml": watched}, "watched"))), past)
    assert trial.would_have == {"hate.warn": 1, "cyber.watch": 1}
