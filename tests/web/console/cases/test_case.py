"""One case on its page: what is shown unasked and what is not, what is pressed, and how it is settled."""

import re
from typing import Any

from seawall import enforce
from seawall.access.people import roles
from seawall.cases import Origin, State
from seawall.cases.rows import find
from seawall.screen.linear import LinearClassifier
from seawall.vocabulary.categories import Category
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.enforce.conftest import Court, violation
from tests.web.console.cases.conftest import ANSWERED, SAID, Make, Rooms
from tests.web.console.conftest import Staff, text_of

WARN = {"outcome": "warn", "reason_code": "repeated", "reason": "You were told before."}


def state(rooms: Rooms, case: str) -> State:
    with rooms.house.database.begin() as tx:
        return find(tx, case).state


def test_a_case_shows_all_that_is_known_and_nothing_that_was_written(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case(origin=Origin.FLAG, words="They were rude.")
    before = rooms.kinds()
    shown = rev.see(f"/cases/{case.id}")
    told = text_of(shown)
    assert SAID not in told
    assert ANSWERED not in told
    assert "They were rude." not in told
    for each in (
        "Jailbreak", "Flagged", "due in 3 days", "override", "1.00", "characters 7 to 27", "jailbreak.pattern",
        "set its rules aside", "as it was when this happened", "Stands good", "Nothing is shown unasked", "Came up",
    ):  # fmt: skip
        assert each in told, each
    assert rooms.kinds() == before, "looking at what is known is no record"


def test_what_waits_behind_something_graver_stands_in_the_history(sen: Staff, rooms: Rooms, clock: FrozenClock) -> None:
    case = rooms.case()
    with rooms.house.database.begin() as tx:
        given: dict[str, Any] = {"by": sen.person.id, "reason_code": "known", "record": rooms.house.edges.record}
        enforce.meet(tx, case.account, key=case.key, project=case.project, has_end_user=True, clock=clock)
        enforce.ban(tx, case.account, clock=clock, **given)
        Court(clock).holds(tx, violation(2), account=case.account)
    assert "Waits behind something graver: restricted" in text_of(sen.see(f"/cases/{case.id}"))
    assert "a minute, behind something graver (strikes)" in text_of(sen.see(f"/accounts/of/{case.account}"))


def test_what_was_written_is_shown_once_asked_for_and_that_is_a_record(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case(origin=Origin.FLAG, words="They were rude.")
    shown = rev.send(f"/cases/{case.id}/look")
    told = text_of(shown)
    assert "They were rude." in told
    assert ANSWERED in told
    assert "Good day." in told
    assert f'<mark>{SAID[7:27]}</mark><sup><a href="#finding-1">1</a></sup>' in shown.text
    assert rooms.kinds()[-1] == "case.viewed"
    assert "You looked at 1 today, 1 this week." in told
    again = rev.see(f"/cases/{case.id}/look")
    assert (SAID in again.text, "Show what was written" in again.text) == (False, True)


def test_what_moved_a_classifier_is_told_with_the_words_and_by_the_same_release_alone(rev: Staff, rooms: Rooms) -> None:
    fast, said = LinearClassifier.load(), "You stupid idi0t, shut up and listen."
    given = {"category": "harassment", "detector": "linear", "surface": "input", "score": 0.9, "piece": 1}
    tiers = ({"tier": "fast", "release": fast.release}, {"tier": "fast", "release": "0-other"},
             {"tier": "accurate", "release": "1", "detector": "encoder"})  # fmt: skip
    case = rooms.case(said=said, input_findings=[given | each for each in tiers])
    assert "Raised most by" not in rev.see(f"/cases/{case.id}").text
    told = rev.send(f"/cases/{case.id}/look").text
    (words,) = re.findall(r"Raised most by (.*?)</p>", told)
    marks = re.findall(r"<mark>(.*?)</mark> \+(\d+\.\d)", words)
    assert {"stupid", "idiot,"} <= {word for word, _ in marks}
    assert [float(logit) for _, logit in marks] == sorted((float(logit) for _, logit in marks), reverse=True)
    assert told.count("seawall screen --explain") == 1


def test_what_is_not_kept_is_not_shown(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case(input_item=None, output_item=None, input_findings=[])
    told = text_of(rev.send(f"/cases/{case.id}/look"))
    assert ("Nothing is kept of what was written." in told, "Nothing was found." in told) == (True, True)


def test_a_case_is_taken_kept_longer_given_back_let_wait_and_goes_on(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    assert "Decide" not in text_of(rev.see(path)).replace("Decided", "")
    for step, fields, said, after in (
        ("claim", {}, "case_claimed", State.CLAIMED),
        ("claim", {}, "case_claimed", State.CLAIMED),
        ("release", {}, "case_released", State.OPEN),
        ("claim", {}, "case_claimed", State.CLAIMED),
        ("pause", {"reason_code": "asked_the_reporter"}, "case_paused", State.WAITING),
        ("resume", {}, "case_resumed", State.OPEN),
    ):
        reply = rev.send(f"{path}/{step}", **fields)
        assert reply.headers["location"] == f"/console{path}?said={said}", step
        assert state(rooms, case.id) is after
        assert 'role="status"' in rev.see(f"{path}?said={said}").text
    assert rev.see(f"{path}/claim").headers["location"] == f"/console{path}"


def test_a_case_is_settled_and_the_page_says_how(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    rev.send(f"{path}/claim")
    done = rev.send(f"{path}/decide", **WARN)
    assert done.headers["location"] == f"/console{path}?said=case_decided"
    told = text_of(rev.see(path))
    assert "Settled" in told
    assert "Warned" in told
    assert "(repeated)" in told
    assert "Stands warned" in told
    assert "You were told before." not in told
    assert "You were told before." in text_of(rev.send(f"{path}/look"))


def test_what_is_wrong_with_a_ruling_stands_in_the_form_that_keeps_the_rest(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    rev.send(f"{path}/claim")
    for changed, field, told in (
        ({"outcome": "suspend"}, "days", "A suspension has an end."),
        ({"outcome": "nothing", "days": "3"}, "days", "nothing has no end."),
        ({"outcome": "warn", "days": "soon"}, "days", "days"),
        ({"outcome": "restrict"}, "per_minute", "a rate"),
        ({"reason": " "}, "reason", "reason"),
        ({"reason_code": "In words!"}, "reason_code", "The reason code is not a code."),
        ({"outcome": "explode"}, "outcome", "outcome"),
    ):
        reply = rev.send(f"{path}/decide", **WARN | changed)
        assert 400 <= reply.status_code < 500, changed
        assert told in text_of(reply), changed
        assert f'href="#f-{field}"' in reply.text, (changed, field)
        if "reason" not in changed:
            assert "You were told before." in reply.text
    assert state(rooms, case.id) is State.CLAIMED
    assert "case.decided" not in rooms.kinds()


def test_a_claim_that_was_lost_in_mid_form_says_so_and_keeps_the_words(
    rev: Staff, sen: Staff, rooms: Rooms, clock: FrozenClock
) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    rev.send(f"{path}/claim")
    clock.advance(minutes=20)
    # Looking at another page keeps the session, not the claim.
    assert [who.see(at).status_code for who, at in ((rev, "/cases"), (sen, path))] == [200, 200]
    clock.advance(minutes=11)
    late = rev.send(f"{path}/decide", **WARN)
    assert (late.status_code, "is not yours at this moment" in text_of(late)) == (409, True)
    assert "You were told before." in late.text
    assert sen.send(f"{path}/claim").status_code == 303
    taken = rev.send(f"{path}/decide", **WARN)
    assert (taken.status_code, "You were told before." in taken.text) == (409, True)
    assert f"{sen.person.id}" in rev.send(f"{path}/claim").text
    assert "case.decided" not in rooms.kinds()


def test_of_two_reviewers_on_one_case_one_settles_it(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    assert rev.send(f"{path}/claim").status_code == 303
    assert sen.send(f"{path}/claim").status_code == 409
    assert sen.send(f"{path}/decide", **WARN).status_code == 409
    assert rev.send(f"{path}/decide", **WARN).status_code == 303
    assert rev.send(f"{path}/decide", **WARN).status_code == 409
    assert rooms.kinds().count("case.decided") == 1


def test_a_reviewer_who_loses_the_right_in_mid_case_settles_nothing(
    rev: Staff, sen: Staff, rooms: Rooms, house: House
) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    rev.send(f"{path}/claim")
    with house.database.begin() as tx:
        roles.withdraw(tx, house.edges, rev.person.id, "reviewer", by="host:test", reason_code="left")
    for step, fields in (("look", {}), ("decide", WARN), ("notes", {"text": "x"}), ("pause", {"reason_code": "x"})):
        assert rev.send(f"{path}/{step}", **fields).status_code == 403, step
    assert rev.see(path).status_code == 403
    assert sen.send(f"{path}/claim").status_code == 303, "their claim binds nobody"
    assert "case.decided" not in rooms.kinds()


def test_a_ban_takes_two_and_the_second_is_not_shown_the_first(staff: Make, rooms: Rooms) -> None:
    one, two, three = staff("one", "reviewer"), staff("two", "reviewer"), staff("three", "senior_reviewer")
    case = rooms.case()
    path = f"/cases/{case.id}"
    ban = {"outcome": "ban", "reason_code": "serious_harm", "reason": "It was grave."}
    one.send(f"{path}/claim")
    assert one.send(f"{path}/decide", **ban).headers["location"].endswith("?said=case_proposed")
    two.send(f"{path}/claim")
    for reply in (two.see(path), two.send(f"{path}/look")):
        assert "serious_harm" not in reply.text.split("<datalist")[0]
        assert "It was grave." not in reply.text
        assert "Decide as if you were the first." in text_of(reply)
    assert one.send(f"{path}/claim").status_code == 409, "somebody else has it"
    assert two.send(f"{path}/decide", **WARN).headers["location"].endswith("?said=case_disagreed")
    assert two.send(f"{path}/claim").status_code == 403
    three.send(f"{path}/claim")
    told = text_of(three.see(path))
    assert "What reviewers said" in told
    assert "Close the account (serious_harm)" in told
    assert "Warn (repeated)" in told
    assert three.send(f"{path}/decide", **WARN).headers["location"].endswith("?said=case_decided")


def test_a_case_is_handed_on_where_somebody_could_take_it(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    path = f"/cases/{case.id}"
    refused = rev.send(f"{path}/move", queue="child_safety", reason_code="child_safety")
    assert (refused.status_code, "Nobody who is active could settle" in text_of(refused)) == (409, True)
    assert state(rooms, case.id) is State.OPEN
    assert rev.send(f"{path}/move", queue="none", reason_code="x").status_code == 404
    assert "There is no queue" in text_of(rev.send(f"{path}/move", queue="none", reason_code="x"))
    moved = rev.send(f"{path}/move", queue="urgent", reason_code="urgent_harm")
    assert moved.headers["location"].endswith("?said=case_moved")
    assert "general to urgent" in text_of(rev.see(path))


def test_a_case_that_is_sealed_is_gone_for_whoever_sealed_it(staff: Make, rev: Staff, rooms: Rooms) -> None:
    kid, case = staff("kid", "child_safety_reviewer"), rooms.case()
    sealed = rev.send(f"/cases/{case.id}/move", queue="child_safety", reason_code="child_safety")
    assert sealed.headers["location"] == "/console/cases?said=case_sealed"
    assert rev.see(f"/cases/{case.id}").status_code == 404
    path = f"/child-safety/{case.id}"
    assert kid.send(f"{path}/claim").status_code == 303
    assert "Escalate" not in kid.see(path).text
    assert kid.send(f"{path}/look").status_code == 200
    assert rooms.kinds()[-1] == "child_safety.viewed"
    assert kid.send(f"{path}/decide", **WARN).headers["location"] == f"/console{path}?said=case_decided"
    for step in ("look", "claim", "decide", "notes", "merge", "release", "readers", "reopen"):
        assert rev.send(f"{path}/{step}").status_code == 403, step
        assert kid.send(f"/cases/{case.id}/{step}", **WARN).status_code in (403, 404), step


def test_a_note_is_kept_and_shown_with_what_was_written(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    path = f"/cases/{rooms.case().id}"
    assert "The note has 0 characters." in text_of(rev.send(f"{path}/notes", text=""))
    assert rev.send(f"{path}/notes", text="Asked them.").headers["location"].endswith("?said=case_noted")
    assert "Asked them." not in sen.see(path).text
    assert "Asked them." in sen.send(f"{path}/look").text


def test_cases_about_one_account_are_merged(rev: Staff, rooms: Rooms) -> None:
    into, other, foreign = rooms.case(), rooms.case(), rooms.case(account="ac_else")
    path = f"/cases/{into.id}"
    offered = rev.see(f"{path}/merge").text
    assert (other.id in offered, foreign.id in offered) == (True, False)
    assert rev.send(f"{path}/merge").status_code == 400
    assert rev.send(f"{path}/merge", cases=foreign.id).status_code == 400
    assert rev.send(f"{path}/merge", cases=other.id).headers["location"].endswith("?said=case_merged")
    assert f'into <a href="/console{path}"' in rev.see(f"/cases/{other.id}").text
    assert "with 1 more" in text_of(rev.see("/cases"))
    assert "There is nothing to choose from." in text_of(rev.see(f"/cases/{foreign.id}/merge"))


def test_a_settled_case_is_reopened_by_whom_it_takes(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    rooms.decides(case, rev.person, "warn")
    path = f"/cases/{case.id}"
    assert ("Reopen" in rev.see(path).text, "Reopen" in sen.see(path).text) == (False, True)
    assert rev.send(f"{path}/reopen", reason_code="new_facts").status_code == 403
    assert sen.send(f"{path}/reopen", reason_code="new_facts").headers["location"].endswith("?said=case_reopened")
    assert state(rooms, case.id) is State.OPEN


def test_a_machines_decision_is_taken_back_where_it_was_wrong(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case(about=True)
    path = f"/cases/{case.id}"
    rev.send(f"{path}/claim")
    assert "The machine's decision" in rev.see(path).text.replace("&#39;", "'")
    given = {"outcome": "nothing", "reason_code": "detector_wrong", "reason": "It was harmless.", "about_right": "no"}
    assert rev.send(f"{path}/decide", **given).status_code == 303
    assert "decision.reviewed" in rooms.kinds()
    assert "the decision in question was wrong" in text_of(rev.see(path))


def test_no_step_is_taken_without_the_token_of_the_page(rev: Staff, rooms: Rooms) -> None:
    path = f"/cases/{rooms.case().id}"
    rev.send(f"{path}/claim")
    before = rooms.kinds()
    for step in ("claim", "look", "decide", "release", "pause", "move", "merge", "notes", "quality"):
        assert rev.send(f"{path}/{step}", csrf="", **WARN).status_code == 403, step
    for path in ("/cases/next", "/cases/together", "/cases/appeals/file", "/profile/cases", "/policy/try"):
        assert rev.send(path, csrf="foreign").status_code == 403, path
    assert rooms.kinds() == before


def test_a_category_without_a_rule_still_has_its_words(rev: Staff, rooms: Rooms) -> None:
    told = text_of(rev.see(f"/cases/{rooms.case(Category.HATE, input_verdict={}).id}"))
    assert "Hate" in told
    assert "Allowed:" in told
