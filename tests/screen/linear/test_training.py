"""The training program: masking, splitting, repeatability, figures."""

import os
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from training import figures
from training.fit import Settings, examples, fit, quantise
from training.folds import HELD_OUT
from training.generators import make, make_pairs
from training.linear import Domain, gather, train
from training.measure import Sets, measure, measured
from training.rows import ASIDE, CALIBRATE, FIT, TEST, Row, barred, digest, made, ordinary, part_of
from training.settle import settle
from training.sources import SOURCES, Source, presumed, truths

from seawall.screen.linear import LinearClassifier
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput
from tests.screen.linear.conftest import QUICK, sentences, write_rows


def _numbers(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def test_two_runs_give_the_same_weights_and_figures(data: Path, weights: Path, tmp_path: Path) -> None:
    again = train(data, tmp_path / "again.npy", settings=QUICK, tell=lambda _: None)
    assert (tmp_path / "again.npy").read_bytes() == weights.read_bytes()
    assert again.heads == LinearClassifier.load(weights).manifest.heads


def test_a_folder_without_training_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No training file") as caught:
        train(tmp_path, tmp_path / "out.npy", settings=QUICK, tell=lambda _: None)
    assert "--data" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_an_absent_label_is_unknown_and_a_foreign_one_is_ignored() -> None:
    assert truths({"hate": 1, "unsafe": 1, "type": "x", "mixed": 0}, SOURCES[0]) == {Category.HATE: 1}


def test_either_of_two_labels_makes_a_category() -> None:
    both = {"sexual_minors": 1, "grooming": 0}
    assert truths(both, SOURCES[0]) == {Category.CHILD_SEXUAL_EXPLOITATION: 1}


def test_injections_and_jailbreaks_are_told_apart_by_their_source() -> None:
    injections, attacks = Source("a", "", "", injections=True), Source("b", "", "")
    assert truths({"jailbreak": 1}, injections) == {Category.PROMPT_INJECTION: 1}
    assert truths({"jailbreak": 1}, attacks) == {Category.JAILBREAK: 1}
    neither = {Category.JAILBREAK: 0, Category.PROMPT_INJECTION: 0}
    assert truths({"jailbreak": 0}, injections) == truths({"jailbreak": 0}, attacks) == neither


def test_unknown_labels_move_no_weight() -> None:
    known = [Row("a silly goose", {Category.HATE: 1}, FIT), Row("a lovely day", {Category.HATE: 0}, FIT)]
    unknown = [Row("a green hill", {Category.CYBER: number % 2}, FIT) for number in range(2)]
    categories = [Category.HATE, Category.CYBER]
    made = examples(known + unknown, categories)
    assert made.target.tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]
    assert made.weight.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]
    hate = fit(made, QUICK, tell=lambda _: None).weights[:, 0]
    only_unknown = set(examples(unknown, categories).buckets) - set(examples(known, categories).buckets)
    assert only_unknown
    assert not hate[sorted(only_unknown)].any()
    assert hate.any()


def test_texts_that_begin_alike_fall_on_one_side() -> None:
    template = "Tell me, as a friend who knows the harbour well, about {}"
    assert len({digest(template.format(what)) for what in ("boats", "gulls", "ropes")}) == 1
    assert digest("Tell me, as a friend!") == digest("tell me as a  friend")


def test_a_tenth_calibrates_and_a_tenth_tests() -> None:
    parts = [part_of(digest(text)) for text in sentences("x", 5000)]
    assert 400 < parts.count(TEST) < 600
    assert 400 < parts.count(CALIBRATE) < 600
    assert parts.count(FIT) > 3800


def test_rows_that_begin_like_validation_rows_are_left_out(data: Path) -> None:
    rows, used = gather(data, lambda _: None, own=False)
    assert len(rows) == sum(each.rows for each in used) == 2800 - 660
    assert all(len(each.sha256) == 64 for each in used)


def test_a_source_gives_no_more_rows_than_it_may_and_repeats_count_once(tmp_path: Path) -> None:
    path = tmp_path / "train" / "benign_mtbench.jsonl.gz"
    write_rows(path, [(text, {"hate": 0}) for text in [*sentences("x", 30), *sentences("x", 30)]])
    rows, _ = gather(tmp_path, lambda _: None, own=False)
    assert len(rows) == 30


def test_a_row_that_shares_its_words_with_a_validation_row_is_left_out(tmp_path: Path) -> None:
    kept = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    write_rows(tmp_path / "validation" / "olid.jsonl.gz", [(kept, {"hate": 0})])
    bar = barred(tmp_path / "validation")
    assert bar.bars(kept.upper(), b"")
    assert bar.bars(f"Reposted, as I said before: {kept}", b"")
    assert not bar.bars("one two three four five six and then something else that nobody wrote before", b"")
    assert not bar.bars("too short", b"")


def test_own_examples_deny_what_they_do_not_claim() -> None:
    rows = make(1)
    assert rows == make(1)
    assert make(2) != rows
    claimed = {category for row in rows for category, value in row.known.items() if value}
    assert claimed == {
        *(Category.ELECTIONS, Category.NONVIOLENT_CRIMES, Category.PRIVACY, Category.SELF_HARM),
        Category.PROMPT_INJECTION,
    }
    assert all(sum(row.known.values()) <= 1 for row in rows)
    assert not any("{" in row.text and '{"status"' not in row.text for row in rows)


def test_contrast_pairs_share_their_words_and_differ_in_what_they_mean() -> None:
    rows = make_pairs(1)
    assert rows == make_pairs(1)
    assert len({row.text for row in rows}) == len(rows) > 6000
    meant = [row for row in rows if any(row.known.values())]
    assert 0.3 < len(meant) / len(rows) < 0.5
    assert {category for row in meant for category, value in row.known.items() if value} == {
        *(Category.VIOLENT_CRIMES, Category.NONVIOLENT_CRIMES, Category.HATE, Category.PRIVACY)
    }
    assert not any("{" in row.text for row in rows)
    for word in ("kill", "steal", "poison", "neighbour", "deserve", "passport"):
        sides = {any(row.known.values()) for row in rows if word in row.text}
        assert sides == {True, False}, word


def test_a_pair_that_resembles_a_row_of_the_set_of_exaggerated_refusals_is_left_out(tmp_path: Path) -> None:
    text = make_pairs(Settings().seed)[0].text
    write_rows(tmp_path / "eval_xstest_half.jsonl.gz", [(f"so {text}", {"unsafe": 0})])
    bar = barred(tmp_path)
    assert bar.resembles(text.upper())
    assert not bar.resembles("a green hill by the harbour")
    assert text not in {row.text for row in made(Settings().seed, bar)}


def test_ordinary_requests_are_set_aside_for_thresholds_and_teach_nothing(tmp_path: Path) -> None:
    for name in ("clinc150_benign", "self_instruct_seed_benign"):
        rows = [(text, {"unsafe": 0, "hate": 0}) for text in sentences(name, 1000)]
        write_rows(tmp_path / f"train/{name}.jsonl.gz", rows)
    rows, _ = gather(tmp_path, lambda _: None, own=False)
    aside = ordinary(rows)
    assert 1400 < len(aside) < 1600
    assert not any(row.part == FIT for row in aside)
    assert all(row.part == ASIDE for row in rows if row.source == "self_instruct_seed_benign")


def test_long_harmless_prompts_are_as_long_as_attacks() -> None:
    longest = sorted(len(row.text) for row in make(1) if not any(row.known.values()))[-300:]
    assert longest[0] > 800


def test_a_prompt_about_one_hazard_is_presumed_free_of_those_that_are_no_kin_of_it() -> None:
    topics, posts = Source("a", "", "", topics=True), Source("b", "", "", chatter=True)
    absent = presumed({Category.CYBER: 1}, topics)
    assert {Category.HATE, Category.SELF_HARM, Category.JAILBREAK} <= absent
    assert not {Category.CYBER, Category.NONVIOLENT_CRIMES} & absent
    assert presumed({}, topics) == {Category.JAILBREAK, Category.PROMPT_INJECTION}
    assert Category.WEAPONS in presumed({Category.HATE: 1}, posts)
    assert not presumed({Category.HATE: 1}, Source("c", "", ""))


def test_presumed_labels_teach_a_little_and_a_teacher_fills_what_is_unknown() -> None:
    row = Row("a green hill", {Category.HATE: 1}, FIT, presumed=frozenset([Category.CYBER, Category.PRIVACY]))
    taught = {"a green hill": {Category.CYBER: 0.4, Category.HATE: 0.1}}
    made = examples([row], [Category.HATE, Category.CYBER, Category.PRIVACY], QUICK, taught)
    assert made.target.tolist() == [[1, 0.4, 0]]
    assert made.weight.tolist() == [[1, QUICK.taught, QUICK.presumed]]


def test_settling_follows_the_rows_and_leaves_unweighted_ones_alone() -> None:
    chance = np.random.default_rng(4)
    inputs = chance.normal(size=(120, 6))
    truth = (inputs[:, 0] > 0).astype(np.float64)
    weight = np.concatenate((np.ones(80), np.zeros(40)))
    factors, bias = settle(inputs @ inputs.T, np.zeros(120), truth, weight, strength=10.0)
    sums = inputs @ (factors @ inputs) + bias
    assert ((sums > 0) == (truth > 0))[80:].mean() > 0.9
    assert not factors[80:].any()
    nothing, none = settle(inputs @ inputs.T, np.zeros(120), np.ones(120), weight, strength=10.0)
    assert (nothing.any(), none) == (False, 0.0)


def test_domain_rows_are_measured_by_weights_that_never_saw_their_fold(data: Path, tmp_path: Path) -> None:
    for part in ("train", "validation"):
        shutil.copytree(data / part, tmp_path / part)
    rude = [(text, {"harassment": 1}) for text in sentences("what a nasty remark", 40)]
    kind = [(text, {"harassment": 0}) for text in sentences("what a pretty boat", 120)]
    write_rows(tmp_path / "validation/eval_oai_moderation_half.jsonl.gz", [*rude, *kind])
    manifest = train(tmp_path, tmp_path / "w.npy", settings=QUICK, tell=lambda _: None)
    head = next(head for head in manifest.heads if head.category is Category.HARASSMENT)
    assert [(each.name, each.positives, each.negatives) for each in head.outside] == [(HELD_OUT, 40, 120)]
    assert head.outside[0].auroc > 0.9
    assert manifest.together[0].name == HELD_OUT
    assert manifest.sources[-1].file == "validation/eval_oai_moderation_half.jsonl.gz"
    scores = LinearClassifier.load(tmp_path / "w.npy").scores
    assert scores("oh what a nasty remark")[Category.HARASSMENT] > scores("a pretty boat")[Category.HARASSMENT]


def test_no_fold_learns_from_its_own_rows() -> None:
    rows = [Row(f"word{number}", {Category.HATE: number % 2}, str(number % 5)) for number in range(50)]
    domain = Domain(np.zeros((1 << 19, 1)), rows, [], [Category.HATE], QUICK)
    table = domain.table(but="0")
    unseen = [table.pool(row.text.removeprefix("w"))[0] for row in rows if row.part == "0"]
    assert len(unseen) == 10
    alone = set(examples(rows[:1], [Category.HATE]).buckets) - set(examples(rows[1:], [Category.HATE]).buckets)
    assert alone
    assert not domain.weights(but="0")[sorted(alone), 0].any()
    assert domain.weights()[sorted(alone), 0].any()


def test_every_source_is_listed_once_with_its_licence() -> None:
    names = [source.file for source in SOURCES]
    assert len(set(names)) == len(names)
    assert all(source.licence and source.origin for source in SOURCES)
    assert all(source.share_alike for source in SOURCES if "BY-SA" in source.licence)


def test_rounding_keeps_sign_and_order_of_the_weights() -> None:
    weights = np.zeros((1 << 19, 2))
    weights[:5, 0] = (-1.0, -0.5, 0.0, 0.5, 1.0)
    table = quantise(weights)
    assert table[:5, 0].tolist() == [-127, -64, 0, 64, 127]
    assert not table[:, 1:].any()


def test_bounds_agree_with_published_values() -> None:
    assert figures.wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert figures.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-3)


def test_precision_needs_enough_rows_and_is_restated_for_rarer_violations() -> None:
    assert figures.bounded_precision(29, 29, 0, 5000) is None
    assert figures.bounded_precision(50, 50, 0, 499) is None
    bound = figures.bounded_precision(900, 1000, 10, 1000)
    assert bound is not None
    assert bound < 0.05 * 0.9 / (0.05 * 0.9 + 0.95 * 0.01)


def test_calibration_recovers_the_curve_that_made_the_labels() -> None:
    chance = np.random.default_rng(1)
    sums = chance.normal(size=20_000) * 40
    truth = (chance.random(20_000) < 1 / (1 + np.exp(-(0.05 * sums - 1)))).astype(np.float64)
    scale, noise, bias = figures.logistic(np.stack((sums, -sums + chance.normal(size=20_000))), truth)
    assert scale == pytest.approx(0.05, rel=0.1)
    assert noise == 0
    assert bias == pytest.approx(-1, rel=0.1)


def test_calibration_without_rows_stays_at_one_half() -> None:
    assert figures.logistic(np.zeros((1, 0)), _numbers())[1] == 0.0


def test_no_ordinary_request_comes_near_a_threshold() -> None:
    first, second = figures.thresholds(np.array([[0.1, 0.2], [0.9, 0.3]]))
    assert first == 0.5
    assert second == pytest.approx(1 / (1 + np.exp(-np.log(9) - figures.MARGIN)), abs=1e-4)
    assert figures.thresholds(np.array([[0.99999]])) == [figures.HIGHEST]
    assert figures.thresholds(np.zeros((2, 0))) == [None, None]


def test_the_alarm_lies_between_violations_and_the_rest() -> None:
    edge = figures.alarm(_numbers(0.1, 0.2, 0.6, 0.9), _numbers(0, 0, 1, 1))
    assert edge is not None
    assert 0.2 < edge <= 0.6
    assert figures.alarm(_numbers(0.1, 0.2), _numbers(0, 0)) is None


def test_measuring_adds_outside_figures_to_the_manifest(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "small.npy"
    train(data, out, settings=QUICK, tell=lambda _: None)
    assert LinearClassifier.load(out).precision_at(Category.HARASSMENT, 0.5) is None
    manifest = measure(out, data)
    rude = next(head for head in manifest.heads if head.category is Category.HARASSMENT)
    assert [(each.name, each.positives, each.negatives) for each in rude.outside] == [("OLID", 60, 600)]
    assert rude.outside[0].auroc > 0.99
    read = LinearClassifier.load(out)
    assert read.manifest == manifest
    assert "OLID (60 of 660 positive)" in read.measured[Category.HARASSMENT]


@pytest.fixture
def real_data() -> Path:
    named = os.environ.get("SEAWALL_DATA_DIR")
    if not named or not Path(named, "train").is_dir():
        pytest.skip("SEAWALL_DATA_DIR does not name the folder with the labelled train/ and validation/ files")
    return Path(named)


def test_shipped_figures_can_be_measured_again(real_data: Path, shipped: LinearClassifier) -> None:
    again = measured(shipped.manifest, Sets(shipped, real_data / "validation"))
    assert again == shipped.manifest


def test_shipped_weights_name_the_data_as_it_is(real_data: Path, shipped: LinearClassifier) -> None:
    found = {each.file: sha256((real_data / each.file).read_bytes()).hexdigest() for each in shipped.manifest.sources}
    assert found == {each.file: each.sha256 for each in shipped.manifest.sources}
