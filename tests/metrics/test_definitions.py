"""Definitions are data: of fields that records show, with digests that never change; what is wrong is named."""

import pytest

from seawall.metrics.definitions import BadDefinitions, UnknownDefinitions, by_digest, editions, newest, read
from seawall.vocabulary.errors import NotFound

PUBLISHED = {
    1: "0f07391bdaa9f8c47614e58de08673f26c0bd63bbb82ba62c40e54b09b661f11",
    2: "fab766ce26743010ec4eee731a6a01d6b33cca6c12f0317970d22fa58e220a0d",
}
_FLAGS = "id: flags, title: Flags, counts: All flags., unit: flags"
ONE = f"smallest_cell: 5\nmetrics:\n  - {{{_FLAGS}, of: {{kinds: [%s]%s}}%s}}\n"


def test_an_edition_that_was_published_never_changes() -> None:
    assert {number: each.digest for number, each in enumerate(editions(), 1)} == PUBLISHED
    assert by_digest(newest().digest) is newest()
    with pytest.raises(UnknownDefinitions):
        by_digest("0" * 64)


def test_every_number_says_in_one_sentence_what_it_counts() -> None:
    for each in newest().metrics:
        assert each.counts.endswith(".")
        assert ". " not in each.counts
        assert each.title
        assert each.unit


def test_nothing_private_and_nothing_sealed_is_counted() -> None:
    assert not [kind for kind in newest().kinds if kind.startswith("child_safety.")]
    with pytest.raises(BadDefinitions, match="shows no field 'account'"):
        read(ONE % ("case.decided", "", ", by: account"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ONE % ("case.dreamt", "", ""), "no kind 'case.dreamt'"),
        (ONE % ("case.opened", ", where: {mood: [bad]}", ""), "no field 'mood'"),
        (ONE % ("case.opened", "", ", share: half"), "no part of it"),
        (ONE % ("case.opened", "", ", by: origin, cells: {a: {origin: [flag]}}"), "not both"),
        (ONE % ("case.opened", "", ", adds_up: {total: [dreams]}"), "'dreams'"),
        (ONE % ("case.opened", "", ", median: {since: due_at, until: due_at, of_parts: true}"), "no field makes"),
        (ONE % ("case.opened", "", ", stated: {kind: a.b, list: c, field: d}"), "not both"),
        (ONE % ("case.opened", "", ", colour: red"), "colour"),
        ("metrics: [", "definitions"),
        ("[]", "definitions"),
        (ONE.replace("metrics:", "metrics: []\nmetrics:") % ("case.opened", "", "") + "    more: 1\n", "definitions"),
    ],
)
def test_what_is_wrong_with_definitions_is_said(text: str, says: str) -> None:
    with pytest.raises(BadDefinitions, match=says):
        read(text)


def test_two_numbers_of_one_name_are_refused_and_an_unknown_one_is_named() -> None:
    one = ONE % ("case.opened", "", "")
    with pytest.raises(BadDefinitions, match="one name"):
        read(one + one.splitlines()[-1] + "\n")
    with pytest.raises(NotFound, match="dreams"):
        newest().get("dreams")
