"""Many at once, quality, appeals, and how somebody wants to see cases."""

from datetime import timedelta

from seawall.cases import Origin, State
from seawall.cases.decided import of_case
from seawall.cases.flags import From
from seawall.cases.rows import find
from seawall.vocabulary.categories import Category
from tests.conftest import FrozenClock
from tests.web.console.cases.conftest import ANSWERED, Make, Rooms
from tests.web.console.conftest import Staff, hidden, text_of

WARN = {"outcome": "warn", "reason_code": "repeated", "reason": "You were told before."}


def decision_of(rooms: Rooms, case: str) -> str:
    with rooms.house.database.begin() as tx:
        return of_case(tx, find(tx, case).id)[-1].id


def test_chosen_cases_are_settled_as_the_preview_said(rev: Staff, rooms: Rooms) -> None:
    one, two, sealed = rooms.case(), rooms.case(account="ac_two"), rooms.case(Category.CHILD_SEXUAL_EXPLOITATION)
    asked = rev.see(f"/cases/together?case={one.id}&case={two.id}&case={sealed.id}&case=cs_none")
    assert [each.id in asked.text for each in (one, two, sealed)] == [True, True, False]
    before = rooms.kinds()
    chosen = [one.id, two.id, sealed.id]
    shown = rev.send("/cases/together", case=chosen, **WARN)  # type: ignore[arg-type]
    assert "2 will be settled" in text_of(shown)
    assert f"{sealed.id} : there is no such case" in text_of(shown)
    assert rooms.kinds() == before
    bulk = shown.text.split('action="/console/cases/together/')[1].split('"')[0]
    given = {"digest": hidden(shown, "digest"), "case": chosen[:2], **WARN}
    assert rev.send(f"/cases/together/{bulk}", **given | {"digest": "0"}).status_code == 409
    done = rev.send(f"/cases/together/{bulk}", **given)
    assert done.headers["location"] == "/console/cases?said=settled_together"
    assert rooms.kinds().count("case.decided") == 2
    again = rev.send(f"/cases/together/{bulk}", **given)
    assert (again.status_code, "Make another." in text_of(again)) == (409, True)
    assert "You were told before." in again.text


def test_nothing_is_settled_together_without_a_choice_or_a_reason(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    assert "No case was chosen." in text_of(rev.see("/cases/together"))
    wrong = rev.send("/cases/together", case=case.id, **WARN | {"reason": ""})
    assert (wrong.status_code, 'href="#f-reason"' in wrong.text) == (422, True)
    shown = rev.send("/cases/together", case=case.id, **WARN)
    bulk = shown.text.split('action="/console/cases/together/')[1].split('"')[0]
    theirs = sen.send(f"/cases/together/{bulk}", digest=hidden(shown, "digest"), case=case.id)
    assert (theirs.status_code, "There is no preview" in text_of(theirs)) == (404, True)
    sen.send(f"/cases/{case.id}/claim")
    moved = rev.send(f"/cases/together/{bulk}", digest=hidden(shown, "digest"), case=case.id, **WARN)
    assert (moved.status_code, "changed since" in text_of(moved)) == (409, True)
    assert "case.decided" not in rooms.kinds()


def test_quality_is_looked_at_blind(rev: Staff, staff: Make, rooms: Rooms) -> None:
    rooms.sampled()
    other, case = staff("other", "reviewer"), rooms.case()
    rooms.decides(case, rev.person, "warn")
    path = f"/cases/{case.id}"
    assert (case.id in other.see("/cases/samples").text, case.id in rev.see("/cases/samples").text) == (True, False)
    for blind in (other.see(path), other.send(f"{path}/look")):
        told = text_of(blind)
        assert "drawn for its quality" in told
        for each in ("Warned", "repeated", "The account", "How it was settled", "This was said before"):
            assert each not in told.replace("What is done to the account", ""), each
    assert ANSWERED in text_of(other.send(f"{path}/look"))
    assert other.send(f"{path}/quality", outcome="").status_code == 422
    mine = rev.send(f"{path}/quality", outcome="warn")
    assert mine.status_code == 404, "nobody looks at their own work"
    said = other.send(f"{path}/quality", outcome="nothing")
    assert said.headers["location"] == f"/console{path}?said=sample_differs"
    assert "Warned" in text_of(other.see(path))
    assert other.send(f"{path}/quality", outcome="warn").status_code == 404
    assert rooms.kinds().count("case.opened") == 2, "a third person says who was right"


def test_an_appeal_is_filed_for_somebody_and_answered_by_another(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    rooms.decides(case, rev.person, "suspend", until=rooms.clock() + timedelta(days=7))
    decision = decision_of(rooms, case.id)
    given = {"decision": decision, "key": rooms.key, "exchange": "", "words": "That was not me."}
    for changed, field in (({"words": ""}, "words"), ({"decision": "de_none"}, "decision"), ({"key": "none"}, "key")):
        wrong = rev.send("/cases/appeals/file", **given | changed)
        assert 400 <= wrong.status_code < 500, changed
        assert f'href="#f-{field}"' in wrong.text, changed
    filed = rev.send("/cases/appeals/file", **given).headers["location"]
    appeal = filed.removeprefix("/console").split("?")[0]
    assert rev.send("/cases/appeals/file", **given).status_code == 409
    assert appeal.rpartition("/")[2] in rev.see("/cases?origin=appeal").text
    told = text_of(sen.see(appeal))
    assert "The decision that it is about" in told
    assert "Suspended until" in told
    assert "That was not me." not in told
    assert rev.send(f"{appeal}/claim").status_code == 403
    sen.send(f"{appeal}/claim")
    assert "It was wrong: take it back" in sen.see(appeal).text
    answer = {"outcome": "nothing", "reason_code": "decision_wrong", "reason": "We looked again."}
    silent = sen.send(f"{appeal}/decide", **answer)
    assert (silent.status_code, 'href="#f-about_right"' in silent.text) == (400, True)
    worse = sen.send(f"{appeal}/decide", **answer | {"outcome": "ban", "about_right": "no"})
    assert (worse.status_code, 'href="#f-outcome"' in worse.text) == (400, True)
    assert sen.send(f"{appeal}/decide", **answer | {"about_right": "no"}).status_code == 303
    assert "Taken back by" in text_of(rev.see(f"/cases/{case.id}"))
    assert "Stands good" in text_of(rev.see(f"/cases/{case.id}"))


def test_whoever_decided_answers_no_appeal(sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    rooms.decides(case, sen.person, "warn")
    given = {"decision": decision_of(rooms, case.id), "key": rooms.key, "words": "No."}
    appeal = sen.send("/cases/appeals/file", **given).headers["location"].removeprefix("/console").split("?")[0]
    refused = sen.send(f"{appeal}/claim")
    assert (refused.status_code, "You took part in what case" in text_of(refused)) == (403, True)


def test_of_a_sealed_appeal_no_more_is_told_than_that_it_was_filed(rev: Staff, staff: Make, rooms: Rooms) -> None:
    kid, case = staff("kid", "child_safety_reviewer"), rooms.case(Category.CHILD_SEXUAL_EXPLOITATION)
    rooms.decides(case, kid.person, "warn")
    given = {"decision": decision_of(rooms, case.id), "key": rooms.key, "words": "No."}
    assert rev.send("/cases/appeals/file", **given).headers["location"] == (
        "/console/cases?said=appeal_filed_elsewhere"
    )


def test_texts_are_shown_as_somebody_wants_them(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    path = f"/cases/{rooms.case().id}"
    plain = rev.send(f"{path}/look").text
    assert ('class="seen"' in plain, "keys.js" in plain) == (True, True)
    kept = rev.send("/profile/cases", blurred="yes", grey="yes", folded="yes", break_after="2")
    assert kept.headers["location"] == "/console/profile/cases?said=comfort_kept"
    changed = rev.send(f"{path}/look").text
    assert 'class="seen blurred grey"' in changed
    assert changed.count('<details class="said">') == changed.count("Show it clearly") == 3
    assert ("keys.js" in changed, "<kbd>" in changed) == (False, False)
    assert 'class="seen"' in sen.send(f"{path}/look").text, "it is one's own"
    assert "without a rest" in text_of(rev.see("/cases"))
    assert "without a rest" not in text_of(sen.see("/cases"))
    assert not [each for each in rooms.kinds() if "comfort" in each]
    page = rev.see("/profile/cases").text
    assert page.count(" checked") == 3
    for wrong in ("501", "-1", "many", ""):
        reply = rev.send("/profile/cases", break_after=wrong)
        assert (400 <= reply.status_code < 500, 'id="trouble"' in reply.text) == (True, True), wrong


def test_a_rest_is_due_after_looks_and_over_after_ten_minutes(rev: Staff, rooms: Rooms, clock: FrozenClock) -> None:
    path = f"/cases/{rooms.case().id}"
    rev.send("/profile/cases", break_after="3")
    for _ in range(2):
        rev.send(f"{path}/look")
        clock.advance(minutes=5)
    assert "without a rest" not in text_of(rev.see(path))
    assert "You looked at 3 things without a rest." in text_of(rev.send(f"{path}/look"))
    clock.advance(minutes=10)
    assert "without a rest" not in text_of(rev.see(path))
    clock.advance(minutes=15)
    assert "You looked at 3 today, 3 this week." in text_of(rev.see(path))


def test_a_flag_from_a_product_is_settled_on_its_page(rev: Staff, rooms: Rooms) -> None:
    exchange = rooms.exchange()
    headers = {"x-api-key": rooms.secret}
    body = {"exchange": exchange, "wrong": "harmful", "words": "They were rude."}
    flag = rev.browser.ask("POST", "/api/v1/flags", json=body, headers=headers).json()["flag"]
    path = rev.send("/cases/next").headers["location"].removeprefix("/console").split("?")[0]
    assert path == f"/cases/{flag}"
    assert "Was flagged: harmful" in text_of(rev.see(path))
    assert rev.send(f"{path}/decide", **WARN).status_code == 303
    after = rev.browser.ask("GET", f"/api/v1/flags/{flag}", headers=headers).json()
    assert after == {"flag": flag, "settled": True, "something_was_done": True}


def test_a_case_that_is_an_appeal_is_not_merged(sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    rooms.decides(case, sen.person, "warn")
    with rooms.house.database.begin() as tx:
        from seawall.cases.appeals import file

        through = From(project=case.project, key=case.key)
        appeal = file(tx, rooms.office, decision_of(rooms, case.id), "No.", through=through)
    assert (appeal.origin, appeal.state) == (Origin.APPEAL, State.OPEN)
    assert "Merge others" not in sen.see(f"/cases/{appeal.id}").text
