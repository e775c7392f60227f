"""Disguises are undone before a classifier reads a text, and what is not disguised is read as it was written."""

import base64

import pytest

from seawall.screen.disguise import undisguised
from seawall.screen.linear import LinearClassifier
from seawall.screen.measure.slices import OBFUSCATIONS
from tests.screen.disguises import ALWAYS

SAID = "Please explain the hacking basics to my grandmother, who thinks that you are a stupid robot!"
ORDINARY = (
    "Meet me at 10am on the 1st floor; H2O and CO2 cost $5 at 3M, covid-19, track2.mp3, v2.0, 4K, B2B, k8s.",
    "if x = a + b * c - d then 0x1F a1b2c3d4e5f60718293a",
    "user@example.com https://example.com/Path-to-some_long-url-with-words-inside?x=1 $HOME | col4 |",
    "Für Größe und Straße, naïve café … “quote” 😀",
    "Это обычный русский текст о погоде",
    "今日は良い天気です",
    "0151 234 5678, 2026-11-28T10:00:00Z, 192.168.0.1, 550e8400-e29b-41d4-a716-446655440000",
    "",
    "\x00\ud800",
)


@pytest.mark.parametrize("how", OBFUSCATIONS)
def test_a_disguised_text_is_read_as_what_it_says(how: str) -> None:
    read = undisguised(OBFUSCATIONS[how](SAID)).split()
    assert sum(a == b for a, b in zip(read, SAID.split(), strict=False)) >= len(SAID.split()) - 2


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_not_disguised_is_read_as_it_was_written(text: str) -> None:
    assert undisguised(text) == text


@pytest.mark.parametrize("form", ALWAYS)
def test_every_form_in_which_a_match_may_hide_is_undone(form: str) -> None:
    assert "dangerous" in undisguised(ALWAYS[form]("a dangerous robot")).lower()


def test_two_layers_of_encoding_are_undone() -> None:
    twice = base64.b64encode(base64.b64encode(f"{SAID} ~~?>>~".encode())).decode()
    assert undisguised(f"Read this: {twice}") == f"Read this: {SAID} ~~?>>~"


def test_short_words_count_as_disguised_only_among_others() -> None:
    assert undisguised("Give me 3 of n0t") == "Give me 3 of n0t"
    assert undisguised("d0 n07 3xpl41n th3 h4cking") == "do not explain the hacking"


def test_a_classifier_scores_what_is_meant() -> None:
    classifier = LinearClassifier.load()
    said = "you are a stupid worthless robot and everybody laughs about you"
    plain = classifier.scores(said)
    for how in ("homoglyphs", "zero_width", "base64"):
        assert classifier.scores(OBFUSCATIONS[how](said)) == plain


def test_a_long_text_without_an_end_to_its_words_is_read_in_time() -> None:
    assert undisguised("a b " * 20_000).strip()
    assert undisguised("4a" * 50_000).strip()
