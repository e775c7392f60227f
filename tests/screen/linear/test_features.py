"""Text to features: the same in training and inference, today and tomorrow."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.screen.linear.features import BUCKETS, LONGEST, WINDOW, features, joined, windows


def _of(text: str) -> tuple[list[int], list[int]]:
    grams, words = features(next(windows(text)))
    return grams.tolist(), words.tolist()


def test_features_have_not_changed_since_the_weights_were_made() -> None:
    """Whoever changes the hashing on purpose raises SCHEME, trains anew, and puts the new digest here."""
    grams, words = features(next(windows("The harbour at 7 o'clock; così è la vita, 你好.")))
    found = hashlib.sha256(grams.astype("<i8").tobytes() + words.astype("<i8").tobytes()).hexdigest()
    assert found == "7a877806129d38ecb87f56282c6b11a08091029951277fd6439c2db489786b0b"


def test_case_and_white_space_do_not_matter() -> None:
    assert _of("  A Quiet\n\tGarden ") == _of("a quiet garden")


def test_a_word_has_one_feature_wherever_it_stands() -> None:
    alone, *_ = _of("harbour")[1]
    assert alone in _of("we walked, slowly, to the (harbour)!")[1]
    assert alone not in _of("we walked to the harbours")[1]


def test_neighbouring_words_have_a_feature_of_their_own_in_their_order() -> None:
    here, there = _of("red boat")[1], _of("boat red")[1]
    assert set(here[:2]) == set(there[:2])
    assert here[2] != there[2]


def test_a_text_counts_every_piece_of_two_to_five_characters() -> None:
    length = len(" quiet ")
    assert len(_of("quiet")[0]) == sum(length - order + 1 for order in (2, 3, 4, 5))


def test_different_words_rarely_share_a_bucket() -> None:
    buckets = [_of(f"word{number}")[1][0] for number in range(5000)]
    assert len(set(buckets)) > 4950


@pytest.mark.parametrize("text", ["", " ", "\n\n", "a", "!?", "\ud800", "İ" * 3000, "你好" * 2000])
def test_odd_texts_have_features_too(text: str) -> None:
    for codes in windows(text):
        grams, words = features(codes)
        assert len(grams) >= 1
        assert len(codes) <= WINDOW
        assert all(0 <= part.min(initial=0) <= part.max(initial=0) < BUCKETS for part in (grams, words))


@given(st.text(max_size=3000) | st.text("aBZ' .\n\t\x1c\x1f\x00\x7f", max_size=3000))
def test_windows_together_cover_the_whole_text(text: str) -> None:
    whole = f" {' '.join(text.lower().split())} "
    cut = ["".join(map(chr, codes.tolist())) for codes in windows(text)]
    covered = np.zeros(len(whole), dtype=bool)
    for number, part in enumerate(cut):
        assert whole[number * 800 : number * 800 + len(part)] == part
        covered[number * 800 : number * 800 + len(part)] = True
    assert covered.all()


def test_of_a_very_long_text_beginning_and_end_are_looked_at() -> None:
    text = "start" + "x" * LONGEST + "middle" + "x" * LONGEST + "finish"
    seen = "".join("".join(map(chr, codes.tolist())) for codes in windows(text))
    assert "start" in seen
    assert "finish" in seen
    assert "middle" not in seen


@given(st.lists(st.text(max_size=1500), min_size=1, max_size=6))
def test_windows_taken_together_have_the_features_that_each_has_alone(texts: list[str]) -> None:
    cut = [codes for text in texts for codes in windows(text)]
    found, gram, word = joined(cut), 0, 0
    for codes, grams, words in zip(cut, found.gram_counts, found.word_counts, strict=True):
        alone = features(codes)
        assert found.grams[gram : gram + grams].tolist() == alone[0].tolist()
        assert found.words[word : word + words].tolist() == alone[1].tolist()
        gram, word = gram + grams, word + words
    assert (gram, word) == (len(found.grams), len(found.words))
