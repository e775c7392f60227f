"""The default policy: what ships, on what the shipped detectors find. Mild words only."""

from datetime import UTC, datetime
from functools import cache

import pytest

from seawall.policy import DEFAULT, Policy, compile_documents, decide, read
from seawall.screen.encoder import manifest as encoder
from seawall.screen.encoder.classifier import SHIPPED as MODEL
from seawall.screen.linear import manifest as linear
from seawall.screen.linear.classifier import SHIPPED
from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD
from tests.policy.conftest import finding, situation


@cache
def default() -> Policy:
    return compile_documents(read(DEFAULT)).base


def _verdict(category: str, detector: str, surface: Surface = Surface.INPUT, **fields: object) -> Verdict:
    stage = "output" if surface in (Surface.OUTPUT, Surface.TOOL_CALL) else "input"
    context = situation(stage=stage, country="US", now=datetime(2026, 6, 1, tzinfo=UTC))
    return decide(default(), (finding(category, detector=detector, surface=surface, **fields),), GOOD, context)


@pytest.mark.parametrize("surface", Surface)
def test_secrets_are_masked_on_every_surface(surface: Surface) -> None:
    verdict = _verdict("secrets", "secrets", surface)
    assert verdict.measure is Measure.REWRITE
    assert verdict.rewrites[0].mask == "[secret removed]"
    assert verdict.strikes == ()


@pytest.mark.parametrize("detector", ["payment_card", "iban", "national_id"])
def test_numbers_of_people_are_masked_in_answers_and_left_alone_in_questions(detector: str) -> None:
    assert _verdict("privacy", detector, Surface.OUTPUT).measure is Measure.REWRITE
    assert _verdict("privacy", detector).measure is Measure.ALLOW


@pytest.mark.parametrize("detector", ["email_address", "phone_number"])
def test_addresses_and_telephone_numbers_stay_in_answers(detector: str) -> None:
    assert _verdict("privacy", detector, Surface.OUTPUT).measure is Measure.ALLOW


def test_a_jailbreak_is_withheld_with_a_strike_and_three_of_them_restrict() -> None:
    verdict = _verdict("jailbreak", "jailbreak_phrases")
    assert verdict.measure is Measure.WITHHOLD
    assert [due.weight for due in verdict.strikes] == [1.0]
    assert [(step.at_weight, step.state.value) for step in default().ladder.steps] == [
        (1, "warned"),
        (3, "restricted"),
        (5, "suspended"),
        (10, "suspended"),
    ]


def test_instructions_in_a_tool_result_are_stripped_and_never_struck() -> None:
    verdict = _verdict("prompt_injection", "injected_instructions", Surface.TOOL_RESULT)
    assert (verdict.measure, verdict.strikes) == (Measure.REWRITE, ())
    assert _verdict("prompt_injection", "injected_instructions").measure is Measure.ANNOTATE


def test_somebody_in_distress_is_answered_with_care_and_resources_even_if_the_detector_fails() -> None:
    verdict = _verdict("self_harm", "distress_phrases")
    assert verdict.measure is Measure.STEER
    assert "helpline" in verdict.steer[0]
    assert verdict.banners[0].source == "https://findahelpline.com"
    assert not _verdict("self_harm", "distress_phrases", failed=True).measure.refuses


def test_an_election_question_gets_the_official_source_beside_the_answer() -> None:
    verdict = _verdict("elections", "election_questions")
    assert verdict.measure is Measure.ANNOTATE
    assert [(banner.country, banner.source) for banner in verdict.banners] == [("US", "https://vote.gov")]


def test_a_certain_match_of_the_gravest_category_is_withheld_everywhere_and_weighs_five() -> None:
    for surface in Surface:
        assert _verdict("child_sexual_exploitation", "known_media", surface).measure is Measure.WITHHOLD
    assert _verdict("child_sexual_exploitation", "known_media").strikes[0].weight == 5


def test_the_classifier_alone_changes_nothing_for_anybody() -> None:
    for category in Category:
        for surface in Surface:
            for failed in (False, True):
                verdict = _verdict(category.value, "linear", surface, score=1.0, precision=0.99, failed=failed)
                assert verdict.measure is Measure.ALLOW, (category, surface)
                assert verdict.strikes == ()
    assert _verdict("hate", "linear").would_have[0].measure is Measure.WITHHOLD


def test_an_operators_own_terms_are_withheld_without_a_strike() -> None:
    verdict = _verdict("banned_term", "my-words", Surface.OUTPUT)
    assert (verdict.measure, verdict.strikes) == (Measure.WITHHOLD, ())


def test_the_rules_that_listen_to_the_classifiers_act_from_the_thresholds_of_their_manifests() -> None:
    fast = {head.category: head.threshold or 1.0 for head in linear.read(SHIPPED.with_suffix(".json")).heads}
    accurate = {head.category: head.threshold or 1.0 for head in encoder.read(MODEL.with_name("manifest.json")).heads}
    heard = {rule.category: rule.threshold for rule in default().rules if rule.id.endswith(".classifier")}
    assert heard == {category: max(fast[category], accurate[category]) for category in fast}
