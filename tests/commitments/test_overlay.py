"""An operator's directory adopts, switches off, edits and extends; what is wrong in it is named with its place."""

from pathlib import Path

import pytest

from seawall.commitments import load
from seawall.commitments.problems import BadRegister

OWN_FRAMEWORK = """
id: house
name: Rules of the house
short_name: House rules
issuer: Us
date: 2026-01-01
kind: internal
status: In force.
url: https://example.org/rules
signatories: Us.
numbering: Our own.
certain: We wrote it.
uncertain: Nothing.
items:
- {id: house.1, number: "1", official: true, title: Look, says: Look twice., certainty: checked}
"""
OWN_PRACTICE = """
practices:
- id: X001
  capability: C11
  section: policy_prohibitions
  name: Look twice
  does: Somebody looks twice.
  owner: legal
  cadence: monthly
  software: runs
  commitments: [house.1, hiroshima.2]
  rules:
  - id: X001.looked
    says: Somebody looked within a month.
    count: {of: [{kind: decision.reviewed}], within_days: 31}
- id: P079
  owner: legal
  cadence: monthly
"""


def _written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def _problem(folder: Path, **files: str) -> str:
    with pytest.raises(BadRegister) as raised:
        load(_written(folder, **files))
    (problem,) = raised.value.problems
    return str(problem)


def test_an_overlay_adopts_switches_off_edits_and_extends(tmp_path: Path) -> None:
    own = "adopts:\n  house: {since: 2026-01-01}\noff:\n  practices: {P118: There are no uploads.}\n"
    book = load(_written(tmp_path, commitments=own, frameworks__house=OWN_FRAMEWORK, practices__own=OWN_PRACTICE))
    ours = load()
    assert list(book.adopts) == ["house"]
    assert book.off["P118"] == "There are no uploads."
    assert (book.practices["P079"].owner, book.practices["P079"].name) == ("legal", ours.practices["P079"].name)
    assert book.practices["P079"].rules == ours.practices["P079"].rules
    assert book.serving["house.1"] == ("X001",)
    assert "X001" in book.serving["hiroshima.2"]
    assert len(book.practices) == 152
    assert book.digest != ours.digest


def test_an_item_of_a_framework_is_edited_and_the_others_stay(tmp_path: Path) -> None:
    book = load(_written(tmp_path, frameworks__g7="id: hiroshima\nitems:\n- {id: hiroshima.3, title: Ours}\n"))
    assert book.items["hiroshima.3"].title == "Ours"
    assert book.items["hiroshima.3"].says == load().items["hiroshima.3"].says
    assert len(book.frameworks["hiroshima"].items) == 11


def test_the_same_documents_have_the_same_digest(tmp_path: Path) -> None:
    assert load(tmp_path).digest == load().digest


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    told = _problem(tmp_path, commitments="adopts:\n  hiroshima:\n    sinc: 2024-01-01\n    since: 2024-01-01\n")
    assert told.startswith("commitments.yaml:")
    assert "there is no key 'sinc'" in told
    assert "'since'" in told


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("adopts:\n  hirosima: {since: 2024-01-01}\n", "commitments.yaml:2: adopts.hirosima: There is no framework"),
        ("off:\n  practices: {P999: No.}\n", "There is no practice 'P999'"),
        ("off:\n  commitments: {hiroshima.12: No.}\n", "Did you mean 'hiroshima."),
        ("adopts: [a\n", "This is no YAML that can be read"),
        ("adopts: &a {}\noff: *a\n", "Anchors and aliases"),
        ("adopts: {}\nadopts: {}\n", "stands here twice"),
        ("- a\n", "Expected `object`"),
    ],
)
def test_what_is_wrong_in_the_operators_document_is_named(tmp_path: Path, text: str, wanted: str) -> None:
    assert wanted in _problem(tmp_path, commitments=text)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (("kind: decision.reviewed", "kind: decision.reviewd"), "own.yaml:15: practices[0].rules[0].count.of[0].kind"),
        (("kind: decision.reviewed", "kind: decision.reviewd"), "Did you mean 'decision.reviewed'?"),
        (("kind: decision.reviewed", "kind: child_safety.decided"), "is sealed"),
        (("kind: decision.reviewed", "kind: decision.reviewed, where: {by: pe_1}"), "is private"),
        (("kind: decision.reviewed", "kind: decision.reviewed, where: {rigt: true}"), "Did you mean 'right'?"),
        (("within_days: 31", "within_days: 0"), "practices/own.yaml:15: practices[0].rules[0].count.within_days"),
        (("within_days: 31", "in_days: 31"), "there is no key 'in_days' here"),
        (("    count: {of: [{kind: decision.reviewed}], within_days: 31}", ""), "either `count` or `every`"),
        (("id: X001.looked", "id: Y.looked"), "no new name that begins with 'X001.'"),
        (("section: policy_prohibitions", "section: policy_prohibition"), "Did you mean 'policy_prohibitions'?"),
        (("house.1, hiroshima.2", "hiroshima.22"), "There is no commitment 'hiroshima.22'"),
        (("software: runs", "software: run"), "Invalid enum value 'run'"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_practice_is_named(tmp_path: Path, change: tuple[str, str], wanted: str) -> None:
    text = OWN_PRACTICE.replace(*change)
    assert text != OWN_PRACTICE
    assert wanted in _problem(tmp_path, frameworks__house=OWN_FRAMEWORK, practices__own=text)


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadRegister, match="no such directory"):
        load(tmp_path / "nowhere")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = "adopts:\n  a: {since: 2024-01-01}\n  b: {since: 2024-01-01}\n"
    with pytest.raises(BadRegister) as raised:
        load(_written(tmp_path, commitments=text))
    assert len(raised.value.problems) == 2
