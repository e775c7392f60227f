"""Documents as files and back: the same documents, and only what was changed is another."""

from pathlib import Path

import pytest

from seawall.policy import DEFAULT, PolicyInvalid, compile_documents, diff, read
from seawall.policy.drafting import drafted, files_of

OVERLAY = "rules:\n  jailbreak.pattern: {measure: warn, strike: null}\n"
EXEMPTION = """
exemptions:
  - {rules: [secrets.mask], owner: Ada, reason: A test., expires: 2027-01-01, project: demo}
"""


def test_the_files_of_a_policy_make_the_same_policy() -> None:
    documents = read(DEFAULT)
    again = drafted(documents, {})
    assert compile_documents(again).digest == compile_documents(documents).digest
    assert diff(documents, again) == ()


def test_overlays_and_exemptions_come_back_as_they_were(tmp_path: Path) -> None:
    documents = drafted(read(DEFAULT), {"overlays/demo.yaml": OVERLAY, "exemptions.yaml": EXEMPTION})
    again = drafted(documents, {})
    assert diff(documents, again) == ()
    assert again.overlays["demo"].rules["jailbreak.pattern"].strike is None
    assert {"overlays/demo.yaml", "exemptions.yaml"} <= files_of(documents).keys()
    without = drafted(documents, {"overlays/demo.yaml": "", "exemptions.yaml": " "})
    assert (without.overlays, without.exemptions) == ({}, ())


def test_what_is_changed_is_all_that_differs() -> None:
    documents = read(DEFAULT)
    ladder = files_of(documents)["ladder.yaml"].replace("30 days", "31 days", 1)
    (change,) = diff(documents, drafted(documents, {"ladder.yaml": ladder}))
    assert (change.what, change.change) == ("ladder", "changed")


@pytest.mark.parametrize("name", ["../x.yaml", "overlays/../../x.yaml", "passwd", "rules.yaml/x", "/etc/x.yaml"])
def test_a_file_of_another_name_is_refused(name: str) -> None:
    with pytest.raises(PolicyInvalid, match="No document of a policy has this name"):
        drafted(read(DEFAULT), {name: "x: 1"})


def test_every_problem_of_a_draft_is_told() -> None:
    with pytest.raises(PolicyInvalid) as raised:
        drafted(read(DEFAULT), {"rules.yaml": "rules: [{id: x}]", "ladder.yaml": "steps: 3"})
    assert {each.file for each in raised.value.problems} == {"rules.yaml", "ladder.yaml"}
