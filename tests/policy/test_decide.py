"""Decide: standing first, the gravest wins, nothing failed passes, nobody is punished on a guess."""

import itertools
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.policy import DEFAULT, Edition, Policy, compile_documents, decide, read
from seawall.policy.rules import Situation
from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import ALLOWED
from seawall.vocabulary.findings import Finding, Span, Surface
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD, Standing, State
from tests.policy.conftest import NOW, as_json, finding, rules, situation

Editions = Callable[..., Edition]


def test_without_findings_an_account_in_good_standing_is_allowed(small: Policy) -> None:
    assert decide(small, (), GOOD, situation()) == ALLOWED


@pytest.mark.parametrize("state", [State.SUSPENDED, State.BANNED])
def test_a_refused_account_is_refused_before_anything_is_asked(small: Policy, state: State) -> None:
    verdict = decide(small, (finding(),), Standing(state=state, until=NOW + timedelta(days=1)), situation())
    assert (verdict.measure, verdict.because, verdict.strikes) == (Measure.WITHHOLD, (f"standing.{state}",), ())
    assert verdict.reason == getattr(small.texts, state)


def test_a_suspension_that_is_over_and_a_restriction_refuse_nothing(small: Policy) -> None:
    over = Standing(state=State.SUSPENDED, until=NOW)
    slowed = Standing(state=State.RESTRICTED, per_minute=3)
    assert decide(small, (), over, situation()) == decide(small, (), slowed, situation()) == ALLOWED


def test_a_violation_is_withheld_with_its_reason_and_one_strike_however_often_it_was_found(small: Policy) -> None:
    verdict = decide(small, (finding(), finding(span=Span(9, 12))), GOOD, situation())
    assert verdict.measure is Measure.WITHHOLD
    assert verdict.reason == "Not this way, please."
    assert [(due.rule, due.weight, due.expires_after_s) for due in verdict.strikes] == [
        ("jailbreak.pattern", 2.0, 30 * 86_400)
    ]


@pytest.mark.parametrize(
    "unsure",
    [
        {"deterministic": False},
        {"deterministic": False, "precision": 0.94},
        {"newest": False},
    ],
)
def test_what_is_unsure_or_was_judged_before_counts_no_strike(small: Policy, unsure: dict[str, object]) -> None:
    verdict = decide(small, (finding(**unsure),), GOOD, situation())
    assert (verdict.measure, verdict.strikes) == (Measure.WITHHOLD, ())


def test_a_measured_precision_of_095_counts_a_strike(small: Policy) -> None:
    measured = finding(deterministic=False, precision=0.95)
    assert len(decide(small, (measured,), GOOD, situation()).strikes) == 1


def test_strikes_are_due_at_the_input_stage_only_so_none_is_counted_twice(small: Policy) -> None:
    assert decide(small, (finding(),), GOOD, situation(stage="output")).strikes == ()


def test_a_score_below_the_threshold_is_no_hit(edition: Editions) -> None:
    policy = edition(
        rules("id: a, category: cyber, surfaces: [input], measure: withhold, message: No., threshold: 0.8")
    ).base
    assert decide(policy, (finding("cyber", score=0.79),), GOOD, situation()) == ALLOWED
    assert decide(policy, (finding("cyber", score=0.8),), GOOD, situation()).measure is Measure.WITHHOLD


def test_the_gravest_measure_wins_and_everything_mild_is_collected(small: Policy) -> None:
    found = (finding("secrets"), finding("self_harm"), finding("elections"), finding("hate"))
    verdict = decide(small, found, GOOD, situation(country="US"))
    assert verdict.measure is Measure.WARN
    assert verdict.because == ("hate.warn", "secrets.mask", "self_harm.support", "elections.banner")
    assert [banner.text for banner in verdict.banners] == ["Help is near.", "Ask the authority."]
    assert verdict.steer == ("Be kind.",)
    assert verdict.warnings == ("Please stay respectful.",)
    assert [(each.mask, each.span) for each in verdict.rewrites] == [("[gone]", Span(2, 5))]


def test_a_monitored_rule_only_says_what_it_would_have_done(small: Policy) -> None:
    found = finding("cyber", detector="linear", score=0.9, surface=Surface.OUTPUT)
    verdict = decide(small, (found,), GOOD, situation(stage="output"))
    assert verdict.measure is Measure.ALLOW
    assert [(each.rule, each.measure) for each in verdict.would_have] == [("cyber.watch", Measure.HOLD)]
    assert (verdict.because, verdict.reason) == ((), "")


def test_a_rule_hears_only_the_detectors_that_it_names(edition: Editions) -> None:
    policy = edition(
        rules(
            "id: only, category: cyber, surfaces: [input], measure: annotate, detectors: [linear]",
            "id: family, category: cyber, surfaces: [input], measure: annotate, detectors: [pii.*]",
            "id: but, category: cyber, surfaces: [input], measure: annotate, except_detectors: [linear]",
        )
    ).base

    def heard(detector: str) -> tuple[str, ...]:
        return decide(policy, (finding("cyber", detector=detector),), GOOD, situation()).because

    assert heard("linear") == ("only",)
    assert heard("pii.iban") == ("family", "but")
    assert heard("piix") == ("but",)


def test_hold_becomes_withhold_where_nothing_may_be_kept(edition: Editions) -> None:
    policy = edition(rules("id: a, category: cyber, surfaces: [input], measure: hold, message: Wait.")).base
    found = (finding("cyber"),)
    assert decide(policy, found, GOOD, situation()).measure is Measure.HOLD
    assert decide(policy, found, GOOD, situation(zero_retention=True)).measure is Measure.WITHHOLD


@pytest.mark.parametrize("measure", ["restrict", "suspend", "ban"])
def test_a_measure_against_an_account_needs_a_sure_finding_and_withholds_without_one(
    edition: Editions, measure: str
) -> None:
    policy = edition(rules(f"id: a, category: cyber, surfaces: [input], measure: {measure}, message: No.")).base
    assert decide(policy, (finding("cyber"),), GOOD, situation()).measure == measure
    for unsure in (finding("cyber", deterministic=False), finding("cyber", newest=False)):
        assert decide(policy, (unsure,), GOOD, situation()).measure is Measure.WITHHOLD


def test_a_rewrite_that_does_not_know_where_withholds(small: Policy) -> None:
    verdict = decide(small, (finding("secrets", span=None),), GOOD, situation())
    assert (verdict.measure, verdict.rewrites, verdict.reason) == (Measure.WITHHOLD, (), small.texts.withheld)


def test_rewrites_that_overlap_become_one_and_pieces_stay_apart(small: Policy) -> None:
    places = ((0, Span(4, 9)), (0, Span(2, 6)), (0, Span(9, 12)), (1, Span(3, 5)), (1, Span(3, 5)))
    verdict = decide(small, [finding("secrets", piece=piece, span=span) for piece, span in places], GOOD, situation())
    found = [(each.piece, each.span.start, each.span.end) for each in verdict.rewrites]
    assert found == [(0, 2, 9), (0, 9, 12), (1, 3, 5)]


def test_the_control_arm_goes_without_steering_and_says_that_it_would_have_had_it(small: Policy) -> None:
    found = (finding("self_harm"),)
    for arm in ("none", "steer"):
        assert decide(small, found, GOOD, situation(arm=arm)).steer == ("Be kind.",)
    control = decide(small, found, GOOD, situation(arm="control"))
    assert (control.measure, control.steer) == (Measure.ANNOTATE, ())
    assert [each.measure for each in control.would_have] == [Measure.STEER]
    assert [banner.text for banner in control.banners] == ["Help is near."]


@pytest.mark.parametrize(
    ("country", "day", "shown"),
    [
        ("US", "2026-01-01", True),
        ("US", "2026-11-03", True),
        ("US", "2026-11-04", False),
        ("US", "2025-12-31", False),
        ("FR", "2026-06-01", False),
        ("", "2026-06-01", False),
    ],
)
def test_an_election_banner_is_on_in_its_country_and_between_its_days_only(
    small: Policy, country: str, day: str, shown: bool
) -> None:
    now = NOW.fromisoformat(f"{day}T23:59:59+00:00")
    verdict = decide(small, (finding("elections"),), GOOD, situation(country=country, now=now))
    assert [banner.source for banner in verdict.banners] == (["https://vote.example"] if shown else [])
    assert verdict.measure is (Measure.ANNOTATE if shown else Measure.ALLOW)


def test_a_detector_that_failed_withholds_as_unscreened_where_the_rule_fails_closed(small: Policy) -> None:
    verdict = decide(small, (finding(failed=True, score=0.0, span=None),), GOOD, situation())
    assert (verdict.measure, verdict.unscreened, verdict.strikes) == (Measure.WITHHOLD, True, ())
    assert verdict.reason == small.texts.unscreened


def test_a_detector_that_failed_is_noted_where_the_rule_fails_open_and_shows_no_banner(small: Policy) -> None:
    verdict = decide(small, (finding("self_harm", failed=True),), GOOD, situation())
    assert (verdict.measure, verdict.unscreened) == (Measure.ANNOTATE, True)
    assert (verdict.banners, verdict.steer) == ((), ())


def test_a_failed_detector_that_no_enforced_rule_hears_still_marks_the_verdict(small: Policy) -> None:
    watched = decide(small, (finding("cyber", detector="linear", failed=True),), GOOD, situation())
    unheard = decide(small, (finding("defamation", failed=True),), GOOD, situation())
    assert watched.unscreened
    assert unheard.unscreened
    assert [each.measure for each in watched.would_have] == [Measure.WITHHOLD]


def test_fail_open_of_the_whole_policy_holds_where_a_rule_does_not_say(edition: Editions) -> None:
    policy = edition({"policy.yaml": "name: small\nfail: open\n"}).base
    assert decide(policy, (finding(failed=True),), GOOD, situation()).measure is Measure.ANNOTATE


def test_an_output_is_judged_in_the_context_of_its_input(small: Policy) -> None:
    found = (finding("privacy", surface=Surface.OUTPUT),)
    plain = situation(stage="output")
    asked = situation(stage="output", input_categories=frozenset({Category.CYBER}))
    assert decide(small, found, GOOD, plain) == ALLOWED
    assert decide(small, found, GOOD, asked).measure is Measure.WITHHOLD


def test_conditions_on_project_country_and_newest_turn_hold(edition: Editions) -> None:
    policy = edition(
        rules(
            "id: p, category: cyber, surfaces: [input], measure: annotate, when: {projects: [shop]}",
            "id: c, category: cyber, surfaces: [input], measure: annotate, when: {countries: [NO]}",
            "id: n, category: cyber, surfaces: [input], measure: annotate, when: {newest: true}",
        )
    ).base

    def because(context: Situation, **fields: object) -> tuple[str, ...]:
        return decide(policy, (finding("cyber", **fields),), GOOD, context).because

    assert because(situation()) == ("p", "n")
    assert because(situation(project="other", country="NO")) == ("c", "n")
    assert because(situation(), newest=False) == ("p",)


EXEMPT = """\
exemptions:
  - rules: [jailbreak.pattern]
    {whom}
    owner: safety@example.org
    reason: Tests of our own safeguards.
    expires: {expires}
"""


@pytest.mark.parametrize("whom", ["project: shop", "key: key_1", "account: ac_1"])
def test_an_exemption_skips_its_rules_until_it_expires(edition: Editions, whom: str) -> None:
    policy = edition({"exemptions.yaml": EXEMPT.format(whom=whom, expires="2026-01-02")}).base
    assert decide(policy, (finding(),), GOOD, situation()) == ALLOWED
    assert decide(policy, (finding("hate"),), GOOD, situation()).measure is Measure.WARN
    expired = situation(now=NOW.replace(day=2, hour=0))
    assert decide(policy, (finding(),), GOOD, expired).measure is Measure.WITHHOLD


def test_an_exemption_holds_only_for_whom_all_of_it_names(edition: Editions) -> None:
    both = EXEMPT.format(whom="project: shop\n    key: key_2", expires="2026-02-01T08:00:00Z")
    policy = edition({"exemptions.yaml": both}).base
    assert decide(policy, (finding(),), GOOD, situation()).measure is Measure.WITHHOLD
    assert decide(policy, (finding(),), GOOD, situation(key="key_2")) == ALLOWED


def test_an_overlay_changes_rules_for_its_project_alone(edition: Editions) -> None:
    found = edition(
        {"overlays/lab.yaml": "rules:\n  jailbreak.pattern: {mode: monitor}\n  hate.warn: {threshold: 1}\n"}
    )
    lab, shop = found.of("lab"), found.of("shop")
    assert decide(shop, (finding(),), GOOD, situation()).measure is Measure.WITHHOLD
    relaxed = decide(lab, (finding(),), GOOD, situation(project="lab"))
    assert relaxed.measure is Measure.ALLOW
    assert [each.rule for each in relaxed.would_have] == ["jailbreak.pattern"]
    assert lab.digest == shop.digest == found.digest
    assert decide(lab, (finding("hate", score=0.9),), GOOD, situation(project="lab")) == ALLOWED


CATEGORIES = st.sampled_from(
    ["jailbreak", "secrets", "self_harm", "elections", "cyber", "hate", "privacy", "defamation"]
)
SPANS = st.none() | st.builds(lambda start, size: Span(start, start + size), st.integers(0, 30), st.integers(0, 9))
FINDINGS = st.builds(
    finding,
    CATEGORIES,
    detector=st.sampled_from(["phrases", "linear"]),
    surface=st.sampled_from(Surface),
    score=st.floats(0, 1),
    span=SPANS,
    piece=st.integers(0, 2),
    newest=st.booleans(),
    deterministic=st.booleans(),
    failed=st.booleans(),
)
SITUATIONS = st.builds(
    situation,
    stage=st.sampled_from(["input", "output"]),
    country=st.sampled_from(["", "US"]),
    zero_retention=st.booleans(),
    arm=st.sampled_from(["none", "steer", "control"]),
    input_categories=st.frozensets(st.sampled_from([Category.CYBER, Category.HATE])),
)
POLICIES = st.sampled_from(["default", "small"])


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Policy]:
    from tests.policy.conftest import SMALL

    folder = tmp_path_factory.mktemp("small")
    for name, text in SMALL.items():
        (folder / name).write_text(text)
    return {"default": compile_documents(read(DEFAULT)).base, "small": compile_documents(read(folder)).base}


@given(st.lists(FINDINGS, max_size=5), FINDINGS, SITUATIONS, POLICIES)
def test_one_more_finding_never_makes_the_measure_milder(
    policies: dict[str, Policy], found: list[Finding], more: Finding, context: Situation, name: str
) -> None:
    before = decide(policies[name], found, GOOD, context)
    after = decide(policies[name], [*found, more], GOOD, context)
    assert after.measure.rank >= before.measure.rank
    assert set(before.because) <= set(after.because)
    assert set(before.strikes) <= set(after.strikes)
    assert after.unscreened >= before.unscreened


@given(st.lists(FINDINGS, max_size=4), SITUATIONS, POLICIES)
def test_the_order_of_findings_makes_no_difference(
    policies: dict[str, Policy], found: list[Finding], context: Situation, name: str
) -> None:
    orders = itertools.islice(itertools.permutations(found), 12)
    assert len({as_json(decide(policies[name], order, GOOD, context)) for order in orders}) == 1


@given(st.lists(FINDINGS, max_size=5), SITUATIONS, POLICIES)
def test_every_verdict_can_be_carried_out(
    policies: dict[str, Policy], found: list[Finding], context: Situation, name: str
) -> None:
    verdict = decide(policies[name], found, GOOD, context)
    assert bool(verdict.reason) == verdict.measure.refuses
    assert verdict.unscreened == any(each.failed for each in found)
    if verdict.measure is Measure.REWRITE:
        assert verdict.rewrites
    if verdict.strikes:
        assert any(each.counts_strikes for each in found)
        assert context.stage == "input"
    spans = sorted((each.surface, each.piece, each.span.start, each.span.end) for each in verdict.rewrites)
    for one, other in itertools.pairwise(spans):
        assert one[:2] != other[:2] or one[3] <= other[2]


def test_deciding_needs_the_vocabulary_and_nothing_else() -> None:
    module = sys.modules["seawall.policy.decide"]
    names = {getattr(value, "__module__", "") or "" for value in vars(module).values()}
    ours = {name for name in names if name.startswith("seawall.") and not name.startswith("seawall.vocabulary")}
    assert ours <= {"seawall.policy.decide", "seawall.policy.rules"}
