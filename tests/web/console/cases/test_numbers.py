"""The dashboard and the pages of the policy: who gets them, and that their numbers and words are right."""

from typing import Any

import pytest

from seawall.gateway.tallies import roll
from seawall.policy.drafting import drafted, files_of
from seawall.policy.publishing import load_documents, publish_staged, stage
from seawall.vocabulary.categories import Category
from tests.conftest import FrozenClock
from tests.web.console.cases.conftest import Make, Rooms
from tests.web.console.conftest import Staff, text_of


@pytest.mark.parametrize(
    ("role", "numbers", "cases", "tries"),
    [
        ("reviewer", True, True, False),
        ("policy_editor", True, False, True),
        ("administrator", True, False, False),
        ("auditor", True, False, False),
        ("security", False, False, False),
        ("publisher", True, False, False),
    ],
)
def test_each_role_gets_what_it_may(
    staff: Make, rooms: Rooms, role: str, numbers: bool, cases: bool, tries: bool
) -> None:
    who = staff("somebody", role)
    assert who.see("/dashboard").status_code == 200  # how things go, every role may see
    for path in ("/policy", "/policy/diff", "/policy/versions/1"):
        assert who.see(path).status_code == (200 if numbers else 403), path
    assert ("Unsettled" in who.see("/dashboard").text or "Nothing waits." in who.see("/dashboard").text) is cases
    assert who.see("/policy/try").status_code == (200 if tries else 403)
    assert who.send("/policy/try").status_code == (200 if tries else 403)
    if numbers:
        assert ("Try a draft" in who.see("/policy").text) is tries


def test_the_dashboard_counts_what_happened_in_its_time(rev: Staff, rooms: Rooms, clock: FrozenClock) -> None:
    assert "No exchange has been counted yet" in text_of(rev.see("/dashboard"))
    rooms.exchange(Category.HATE)
    clock.advance(minutes=20)
    for _ in range(3):
        rooms.exchange()
    failed: dict[str, Any] = {"category": "hate", "detector": "linear", "release": "1", "surface": "input"}
    rooms.exchange(measure="allow", input_findings=[failed | {"failed": True}], outcome="answered")
    case = rooms.case()
    rooms.decides(case, rev.person, "warn")
    roll(rooms.house.database, clock)
    told = text_of(rev.see("/dashboard?over=hour"))
    for each in ("6 ended.", "refused 5 83.3", "Hate 1", "Jailbreak 4", "linear 0 1", "0.05 s or less", "Warned 1"):
        assert each in told, each
    clock.advance(minutes=25)
    rev.see("/dashboard")
    clock.advance(minutes=25)
    assert "5 ended." in text_of(rev.see("/dashboard?over=hour"))
    assert "6 ended." in text_of(rev.see("/dashboard?over=week"))
    assert "6 ended." in text_of(rev.see("/dashboard?over=nothing"))


def test_child_safety_is_counted_for_those_who_may_see_it_alone(rev: Staff, staff: Make, rooms: Rooms) -> None:
    rooms.case(Category.CHILD_SEXUAL_EXPLOITATION)
    assert "child_safety" not in rev.see("/dashboard").text
    assert "child_safety" in staff("kid", "child_safety_reviewer").see("/dashboard").text


def test_the_policy_is_shown_as_it_was_and_what_changed(rev: Staff, rooms: Rooms, clock: FrozenClock) -> None:
    house = rooms.house
    with house.database.begin() as tx:
        base = load_documents(tx)
        rules = files_of(base)["rules.yaml"].replace("measure: withhold", "measure: warn", 1)
        digest = stage(tx, drafted(base, {"rules.yaml": rules}))
        now = publish_staged(tx, digest, replaces=_digest(tx), by="host:test", record=house.edges.record, clock=clock)
    assert now.version == 2
    told = text_of(rev.see("/policy"))
    assert "In force: default, version 2" in told
    assert "Attempts to talk the model out of its rules." in told
    assert "not in force: default, version 1" in text_of(rev.see("/policy/versions/1"))
    for path in ("/policy/diff", "/policy/diff?before=1&after=2"):
        changed = text_of(rev.see(path))
        assert "From version 1 to version 2." in changed, path
        assert "withhold warn" in changed, path
    assert "Nothing changed." in text_of(rev.see("/policy/diff?before=2&after=2"))
    assert rev.see("/policy/versions/9").status_code == 404
    assert rev.see("/policy/diff?before=9").status_code == 404


def test_a_draft_is_tried_on_the_past_and_changes_nothing(staff: Make, rooms: Rooms) -> None:
    eddy = staff("eddy", "policy_editor")
    for _ in range(2):
        rooms.exchange()
    before = rooms.kinds()
    with rooms.house.database.begin() as tx:
        files = files_of(load_documents(tx))
    rules = files["rules.yaml"]
    tried = eddy.send("/policy/try", **{"rules.yaml": rules.replace("measure: withhold", "measure: warn", 1)})
    told = text_of(tried)
    assert "of 2 decisions" in told
    assert "changed rule jailbreak.pattern" in told
    assert "withhold to warn 2" in told
    same = text_of(eddy.send("/policy/try", **files))
    assert "Nothing: it says what is in force." in same
    wrong = eddy.send("/policy/try", **{"rules.yaml": "rules: [{id: x}]", "ladder.yaml": "steps: 3"})
    assert wrong.status_code == 400
    assert "rules.yaml, line 1" in text_of(wrong)
    assert "ladder.yaml" in text_of(wrong)
    assert "rules: [{id: x}]" in wrong.text
    assert rooms.kinds() == before


def _digest(tx: Any) -> str:
    from seawall.policy.publishing import latest

    found = latest(tx)
    assert found is not None
    return found.digest
