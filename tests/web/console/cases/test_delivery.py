"""Webhooks, notices, filers and mail in the console: done, shown and refused; a session that ends keeps a claim."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from seawall.access.people import people
from seawall.access.people.model import Profile
from seawall.cases import Case, Origin, State, flags
from seawall.cases.flags import From, Wrong
from seawall.cases.notices import underway
from seawall.cases.rows import find
from seawall.cases.wishes import wishes
from seawall.outbox.kinds import State as Delivered
from seawall.outbox.replay import lying
from seawall.outbox.tables import deliveries
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.cases.conftest import ACCOUNT, Make, Rooms
from tests.web.console.conftest import Staff, text_of
from tests.web.console.test_browser import come_in, looked_at
from tests.web.console.test_injection import BAD, clean

URL = "https://product.example/hook"


@pytest.fixture
def ada(staff: Make, rooms: Rooms) -> Staff:
    """An administrator of a bad name."""
    made = staff("ada", "administrator")
    with rooms.house.database.begin() as tx:
        person = made.person.id
        people.change(tx, rooms.house.edges, person, Profile(name=BAD, address="a@people.test"), by=person)
    return made


def secret_of(page: str) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page)
    assert found is not None
    return found[0]


def added(ada: Staff) -> str:
    """Add an endpoint and return its path."""
    page = ada.send("/webhooks/add", project="demo", url=URL, kinds="notice.laid")
    assert page.status_code == 200, page.text
    found = re.search(r'/console(/webhooks/we_[a-z0-9]+)"', page.text)
    assert found is not None
    return found[1]


def test_an_endpoint_is_added_tried_given_a_new_secret_and_switched_off(
    ada: Staff, rooms: Rooms, clock: FrozenClock
) -> None:
    assert "Events go nowhere." in text_of(ada.see("/webhooks"))
    first = ada.send("/webhooks/add", project="demo", url=URL)
    assert first.status_code == 200
    secret, path = secret_of(first.text), re.findall(r'/console(/webhooks/we_[a-z0-9]+)"', first.text)[0]
    for page in (ada.see("/webhooks"), ada.see(path)):
        assert URL in page.text
        assert "whsec_" not in page.text
        assert clean(page.text)
    assert "all" in text_of(ada.see("/webhooks"))
    assert ada.send(f"{path}/test").headers["location"].endswith("?said=webhook_tested")
    assert "webhook.tested" in text_of(ada.see(path))
    assert "signed with both" in text_of(ada.see(f"{path}/rotate"))
    again = ada.send(f"{path}/rotate")
    assert secret_of(again.text) != secret
    assert "signs beside the new one" in text_of(ada.see(path))
    assert "It cannot be undone" in text_of(ada.see(f"{path}/end"))
    assert ada.send(f"{path}/end").headers["location"] == "/console/webhooks?said=webhook_ended"
    assert ada.see(path).status_code == 404
    assert ada.send(f"{path}/end").status_code == 404
    kinds = [each for each in rooms.kinds() if each.startswith("webhook.")]
    assert kinds == ["webhook.added", "webhook.tested", "webhook.rotated", "webhook.ended"]


def test_a_dead_delivery_shows_and_is_sent_again(ada: Staff, rooms: Rooms, house: House) -> None:
    path, other = added(ada), added(ada)
    ada.send(f"{path}/test")
    with house.database.begin() as tx:
        (one,) = lying(tx)
        tx.execute(deliveries.update().values(state="dead", again_at=None, error="outbox.not_taken", attempts=10))
    assert "outbox.not_taken" in text_of(ada.see(f"{path}?state=dead"))
    assert "Nothing matches" in text_of(ada.see(f"{path}?state=taken"))
    rows = ada.see("/webhooks?format=json").json()
    assert sorted(each["dead"] for each in rows) == [0, 1]
    there = f"{path}/deliveries/{one.delivery}"
    assert "It was not tried yet." in text_of(ada.see(there))
    assert ada.send(f"{there}/replay").headers["location"].endswith("?said=delivery_replayed")
    with house.database.begin() as tx:
        assert [each.state for each in lying(tx)] == [Delivered.WAITING]
    # A delivery belongs to its endpoint alone.
    assert ada.see(f"{other}/deliveries/{one.delivery}").status_code == 404
    assert ada.send(f"{other}/deliveries/{one.delivery}/replay").status_code == 404


def test_what_is_wrong_with_an_endpoint_stands_at_its_field_and_stays_text(ada: Staff, rooms: Rooms) -> None:
    for given in (
        {"project": "demo", "url": "ftp://x.example"}, {"project": "demo", "url": BAD}, {"project": BAD, "url": URL},
        {"project": "", "url": URL}, {"project": "demo", "url": URL, "kinds": BAD},
    ):  # fmt: skip
        reply = ada.send("/webhooks/add", **given)
        assert 400 <= reply.status_code < 500, given
        assert clean(reply.text)
        assert 'role="alert"' in reply.text


def test_who_may_only_read_changes_nothing_and_others_see_nothing(staff: Make, ada: Staff, rev: Staff) -> None:
    aud, path = staff("aud", "auditor"), added(ada)
    assert aud.see(path).status_code == 200
    assert "Switch it off" not in aud.see(path).text
    for step in ("test", "rotate", "end"):
        assert aud.send(f"{path}/{step}").status_code == 403, step
        assert rev.send(f"{path}/{step}").status_code == 403, step
    for page in ("/webhooks", path, "/webhooks/add"):
        assert rev.see(page).status_code == 403, page
    assert "/console/webhooks" not in rev.see("").text
    forged = ada.browser.ask("POST", f"/console{path}/end", data={}, headers={"x-csrf-token": ""})
    assert forged.status_code == 403


def test_notices_that_nobody_took_over_show_with_their_channels(
    ada: Staff, rooms: Rooms, rev: Staff, staff: Make, house: House
) -> None:
    added(ada)
    assert "Every notice was taken over." in text_of(rev.see("/notices"))
    rooms.decides(rooms.case(), rev.person, "warn")
    rows = rev.see("/notices?format=json").json()
    assert [(each["about"], each["webhook"], each["email"]) for each in rows] == [
        ("decision of a case", "waiting", "not sent")
    ]
    assert ACCOUNT in text_of(rev.see("/notices?q=waiting"))
    with house.database.begin() as tx:
        (one,) = underway(tx)
        tx.exec_driver_sql("UPDATE cases_notices SET given_at = at")
    assert one.id not in rev.see("/notices").text
    assert one.id in rev.see("/notices?show=all").text
    assert staff("pol", "policy_editor").see("/notices").status_code == 403


def flagged(rooms: Rooms) -> Case:
    """Have somebody flag an answer."""
    exchange = rooms.exchange()
    with rooms.house.database.begin() as tx:
        through = From(project=rooms.project, key=rooms.key)
        return flags.flag(tx, rooms.office, exchange, Wrong.OTHER, None, through=through)


def test_a_filer_is_warned_then_suspended_then_heard_again(
    sen: Staff, rev: Staff, rooms: Rooms, house: House, staff: Make
) -> None:
    assert "Nobody filed anything unfounded." in text_of(sen.see("/filers"))
    rooms.decides(flagged(rooms), rev.person, "nothing", unfounded=True)
    path = f"/filers/{ACCOUNT}"
    assert "1 of 1 that were settled were manifestly unfounded" in text_of(sen.see(path))
    early = sen.send(f"{path}/suspend", files="notices", reason_code="insults")
    assert (early.status_code, "They were not warned yet." in early.text) == (409, True)
    assert sen.send(f"{path}/warn", files="notices", reason_code="insults").headers["location"].endswith("warned")
    assert sen.send(f"{path}/suspend", files="notices", reason_code="insults").headers["location"].endswith("suspended")
    assert sen.see("/filers?format=json").json()[0]["state"] == "suspended"
    assert rev.see(path).status_code == 200
    assert rev.send(f"{path}/warn", files="notices", reason_code="x").status_code == 403
    again = sen.send(f"{path}/warn", files="notices", reason_code="insults")
    assert again.status_code == 403
    acts = re.findall(r'name="act" value="(fa_[a-z0-9]+)"', sen.see(path).text)
    for act in acts:
        assert sen.send(f"{path}/lift", act=act, reason_code="taken_back").status_code == 303
    assert sen.see("/filers?format=json").json()[0]["state"] == "heard"
    with house.database.begin() as tx:
        # Each act is told by a notice of its own.
        assert len([each for each in underway(tx) if each.act]) == 2
    kinds = rooms.kinds()
    assert [kinds.count(f"filer.{each}") for each in ("warned", "suspended", "restored")] == [1, 1, 2]


def test_bad_entries_about_filers_stay_text(sen: Staff, rev: Staff, rooms: Rooms) -> None:
    flagged(rooms)
    for given in ({"files": BAD, "reason_code": "x"}, {"files": "notices", "reason_code": BAD}):
        reply = sen.send(f"/filers/{ACCOUNT}/warn", **given)
        assert 400 <= reply.status_code < 500
        assert clean(reply.text)
    assert clean(sen.send(f"/filers/{ACCOUNT}/lift", act=BAD, reason_code="x").text)
    assert sen.see(f"/filers/{BAD}").status_code == 404
    assert clean(sen.see(f"/filers/{BAD}").text)
    assert clean(sen.see("/filers", params={"state": BAD, "q": BAD}).text)


def test_somebody_chooses_what_they_are_told_by_mail(rev: Staff, house: House, rooms: Rooms) -> None:
    assert "/console/profile/mail" in rev.see("/profile").text
    page = rev.see("/profile/mail")
    assert (page.status_code, "My queues" in page.text) == (200, True)
    given: dict[str, Any] = {"came": "yes", "votes": "yes", "pace": "at_once", "language": "de", "queues": "general"}
    assert rev.send("/profile/mail", **given).headers["location"] == "/console/profile/mail?said=mail_kept"
    with house.database.begin() as tx:
        mine = wishes(tx, rev.person.id)
    assert (mine.came, mine.late, mine.votes, mine.queues, mine.language) == (True, False, True, ("general",), "de")
    for wrong in ({"queues": BAD}, {"pace": BAD}, {"language": BAD}):
        reply = rev.send("/profile/mail", **given | wrong)
        assert 400 <= reply.status_code < 500, wrong
        assert clean(reply.text), wrong


def test_a_session_that_ends_keeps_the_claim_and_whoever_comes_back_goes_on(
    rev: Staff, sen: Staff, rooms: Rooms, staff: Make, clock: FrozenClock, house: House
) -> None:
    case = rooms.claims(rooms.case(), rev.person)
    clock.advance(minutes=20)
    # To open it is to work on it: session and claim both count from here.
    assert rev.see(f"/cases/{case.id}").status_code == 200
    clock.advance(minutes=29)
    assert rev.see(f"/cases/{case.id}").status_code == 200
    rev.browser.ask("POST", "/console/sign-out", data={"csrf": rev.browser.form}, headers={"x-csrf-token": ""})
    with house.database.begin() as tx:
        assert find(tx, case.id).claimed_by == rev.person.id
    sen.browser.begin()
    clock.advance(minutes=30)
    with house.database.begin() as tx:
        assert not find(tx, case.id).claim_holds(clock())
    assert rooms.claims(case, sen.person).claimed_by == sen.person.id
    assert find_state(house, case) is State.CLAIMED


def find_state(house: House, case: Case) -> State:
    with house.database.begin() as tx:
        return find(tx, case.id).state


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_page_of_what_is_delivered_shuts_anybody_out(
    page: Page, house: House, rooms: Rooms, staff: Make, clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    who, rev = staff("sen", "senior_reviewer", "administrator"), staff("rev", "reviewer").person
    path = added(who)
    who.send(f"{path}/test")
    rooms.decides(rooms.case(origin=Origin.FLAG), rev, "warn")
    rooms.decides(flagged(rooms), rev, "nothing", unfounded=True)
    who.send(f"/filers/{ACCOUNT}/warn", files="notices", reason_code="insults")
    with house.database.begin() as tx:
        one = lying(tx)[-1].delivery
    come_in(page, house, who.person)
    wrong = []
    for name, at in {
        "webhooks": "/webhooks",
        "webhook": path,
        "webhook-delivery": f"{path}/deliveries/{one}",
        "notices": "/notices?show=all",
        "filers": "/filers",
        "filer": f"/filers/{ACCOUNT}",
        "profile-mail": "/profile/mail",
    }.items():
        page.goto(f"/console{at}")
        wrong += looked_at(page, name)
    assert wrong == []
