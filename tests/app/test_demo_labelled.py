"""A labelled set: what is drawn of it, what is refused, and what the table counts."""

import gzip
import json
from pathlib import Path

import pytest

from seawall.app.demo.confusion import Tally, flagged, tallied, thresholds
from seawall.app.demo.errors import SetInvalid
from seawall.app.demo.labelled import draw
from seawall.app.demo.outcome import Replayed
from seawall.app.demo.report_checks import confusion
from seawall.policy.compile import compile_documents
from seawall.policy.read import DEFAULT, read
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface

SHARED = Path(__file__).parents[3] / "shared/data/moderation/validation/eval_xstest_half.jsonl.gz"


def rows(count: int = 20) -> str:
    return "".join(json.dumps({"text": f"text {n}", "labels": {"unsafe": n % 2}}) + "\n" for n in range(count))


def finding(category: Category, score: float | None = None, *, failed: bool = False) -> Finding:
    by = "linear" if score is not None else "jailbreak_phrases"
    return Finding(
        category=category,
        detector=by,
        release="1",
        surface=Surface.INPUT,
        score=1.0 if score is None else score,
        deterministic=score is None and not failed,
        failed=failed,
    )


def test_a_sample_is_the_same_for_the_same_seed_packed_or_not(tmp_path: Path) -> None:
    plain, packed = tmp_path / "set.jsonl", tmp_path / "set.jsonl.gz"
    plain.write_text(rows())
    packed.write_bytes(gzip.compress(rows().encode()))
    assert draw(plain, 5, 7).rows == draw(packed, 5, 7).rows
    assert draw(plain, 5, 7).rows != draw(plain, 5, 8).rows
    assert len(draw(plain, 500, 7).rows) == draw(plain, 5, 7).of == 20


def test_labels_are_read_as_categories_and_an_absent_one_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    labels = {"sexual_minors": 0, "grooming": 1, "cyber": 0, "unsafe": 1, "type": "homonyms", "mood": 1}
    path.write_text(json.dumps({"text": "a", "labels": labels}) + "\n\n")
    sample = draw(path, 5, 1)
    assert sample.rows[0].known == {"child_sexual_exploitation": True, "cyber": False, "any": True}
    assert sample.unknown == ("mood", "type")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", "no row has a text and a label that is known here"),
        (b'{"text": "a", "labels": {"mood": 1}}\n', "no row has a text and a label"),
        (b'{"text": "a", "labels": {"hate": 0}}\n{"text"', "line 2: it is not JSON"),
        (b'{"text": 5, "labels": {}}', "line 1: it has no `text`"),
        (b"[]", "line 1: it has no `text`"),
        (b"\x1f\x8b broken", "it cannot be read"),
        (b'{"text": "\xff"}', "it cannot be read"),
    ],
)
def test_what_is_no_labelled_set_is_refused_with_the_place(tmp_path: Path, written: bytes, told: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(written)
    with pytest.raises(SetInvalid) as refused:
        draw(path, 5, 1)
    assert told in refused.value.message
    assert str(path) in refused.value.message


def test_the_classifier_flags_from_the_threshold_of_the_rule_that_listens_to_it() -> None:
    at = thresholds(compile_documents(read(DEFAULT)).base)
    assert set(at) >= {Category.HATE, Category.SELF_HARM}
    below, reached = at[Category.HATE] - 0.0001, at[Category.SELF_HARM]
    found = [finding(Category.HATE, below), finding(Category.SELF_HARM, reached), finding(Category.JAILBREAK)]
    assert flagged(found, at) == ({"jailbreak"}, {"self_harm"})


def test_a_detector_that_failed_flags_nothing() -> None:
    failures = [finding(Category.HATE, 1.0, failed=True), finding(Category.JAILBREAK, failed=True)]
    assert flagged(failures, {Category.HATE: 0.9}) == (frozenset(), frozenset())


def test_rows_are_counted_only_where_they_are_labelled() -> None:
    labelled = [{"hate": True, "any": True}, {"hate": False, "any": True}, {"cyber": False}, {"any": False}]
    found = [
        [finding(Category.HATE, 0.95)],
        [finding(Category.HATE, 0.95), finding(Category.JAILBREAK)],
        [],
        [finding(Category.CYBER, 0.1)],
    ]
    assert tallied(labelled, found, {Category.HATE: 0.9, Category.CYBER: 0.9}) == {
        "cyber": Tally(negatives=1),
        "hate": Tally(positives=1, positives_by_classifier=1, negatives=1, negatives_by_classifier=1),
        "any": Tally(positives=2, positives_by_rules=1, positives_by_classifier=2, negatives=1),
    }


def test_the_table_states_counts_and_shares_and_names_labels_that_mean_nothing() -> None:
    replayed = Replayed(
        file="set.jsonl",
        of=4,
        sampled=4,
        seed=1,
        unknown_labels=("mood",),
        categories={"hate": Tally(positives=4, positives_by_rules=1, negatives=0)},
    )
    *_, row, _, unknown = confusion(replayed)
    assert row.split() == ["hate", "4", "1", "(25", "%)", "0", "(0", "%)", "0", "–", "–"]
    assert "mood" in unknown


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled sets are not here")
def test_a_real_set_is_read_with_labels_that_are_not_ours() -> None:
    sample = draw(SHARED, 50, 1)
    assert len(sample.rows) == 50
    assert sample.unknown == ("type",)
    assert all(set(row.known) == {"any"} for row in sample.rows)
