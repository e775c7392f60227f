"""Break-glass in the console: said plainly before, seen by everybody after, reviewed by two others."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from seawall.access.approvals import State, requests
from seawall.access.approvals.glass import watched
from seawall.web.house import House
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.console.conftest import Furnished, Make, text_of
from tests.web.console.test_injection import BAD, clean

ACT = "key.create_zero_retention"
PAGE = f"/approvals/alone/{ACT}"
WILL = "in that somebody acts alone."


def broken(house: House) -> list[str]:
    with house.database.begin() as tx:
        return [each.id for each in requests.newest(tx, house.edges, limit=9) if each.glass]


def fields(at: Furnished, **more: str) -> dict[str, str]:
    return {"project": at.project, "name": "emergency", "reason": "The clinic is down.", "sure": "yes"} | more


@pytest.fixture
def settled(furnished: Furnished, house: House, clock: FrozenClock) -> Furnished:
    """The house, in which the request that waited and what was done alone are long over."""
    with house.database.begin() as tx:
        tx.exec_driver_sql("UPDATE access_requests SET state = 'expired', glass = false")
        tx.exec_driver_sql("DELETE FROM access_alarms")
    return furnished


def test_whoever_may_takes_it_upon_themselves_and_is_told_what_follows(
    staff: Make, settled: Furnished, house: House, log: Log
) -> None:
    sam = staff("sam", "security")
    form = sam.see(PAGE, params={"project": settled.project, "name": "emergency"})
    told = text_of(form)
    for part in (
        "within 30 minutes", "is alarmed at once", WILL, "2 others review it within 72 hours",
        "counted in the metrics that are published",
    ):  # fmt: skip
        assert part in told, part
    assert 'value="emergency"' in form.text
    assert "checked" not in form.text
    assert broken(house) == []
    made = sam.send(PAGE, **fields(settled))
    (name,) = broken(house)
    assert made.headers["location"] == f"/console/approvals/{name}?said=glass_broken"
    assert "Carry it out" in sam.see(f"/approvals/{name}").text
    assert "sw_" in sam.send(f"/approvals/{name}/execute").text
    assert sam.send(f"/approvals/{name}/execute").status_code == 409
    log.sequencer.step()
    assert log.kinds(kinds=("glass.*",))[-2:] == ["glass.broken", "glass.alarmed"]


@pytest.mark.parametrize(
    ("changed", "told", "place"),
    [
        ({"reason": ""}, "reason: String should have at least 1", "f-reason"),
        ({"reason": "x" * 4001}, "reason: String should have at most", "f-reason"),
        ({"sure": ""}, "The box is not ticked", "f-sure"),
        ({"project": "none"}, "none", "f-project"),
    ],
)
def test_without_a_reason_or_the_box_nothing_is_broken(
    staff: Make, settled: Furnished, house: House, changed: dict[str, str], told: str, place: str
) -> None:
    sam = staff("sam", "security")
    given = {name: value for name, value in fields(settled, **changed).items() if name != "sure" or value}
    reply = sam.send(PAGE, **given)
    assert reply.status_code in (404, 422)
    assert told in text_of(reply)
    assert f'href="#{place}"' in reply.text
    assert broken(house) == []


def test_only_whoever_may_breaks_glass_and_only_with_a_fresh_passkey(
    staff: Make, settled: Furnished, house: House, clock: FrozenClock
) -> None:
    for name, roles in (("nobody", ()), ("lea", ("legal",)), ("aud", ("auditor",))):
        who = staff(name, *roles)
        assert who.see(PAGE).status_code == 403
        assert who.send(PAGE, **fields(settled)).status_code == 403
        assert "act alone" not in who.see(f"/approvals/ask/{ACT}").text
    sam = staff("sam", "security")
    clock.advance(minutes=6)
    for reply in (sam.see(PAGE), sam.send(PAGE, **fields(settled))):
        assert reply.headers["location"] == f"/console/step-up?next={quote(f'/console{PAGE}', safe='')}"
    assert broken(house) == []


def test_the_rules_are_changed_by_nobody_alone_and_what_is_no_act_is_no_page(staff: Make, settled: Furnished) -> None:
    sam = staff("sam", "security")
    reply = sam.see("/approvals/alone/rights.change")
    assert (reply.status_code, "in no emergency" in text_of(reply)) == (403, True)
    assert sam.send("/approvals/alone/rights.change", reason="x", sure="yes").status_code == 403
    for act in ("person.add", "nothing", "vault.disclose"):
        assert sam.see(f"/approvals/alone/{act}").status_code == 404


def test_a_form_of_another_page_breaks_nothing(staff: Make, settled: Furnished, house: House) -> None:
    sam, ben = staff("sam", "security"), staff("other", "security")
    sam.browser.form = ben.browser.form
    assert sam.send(PAGE, **fields(settled)).status_code == 403
    assert broken(house) == []


def test_where_an_act_is_asked_for_acting_alone_is_offered(staff: Make, settled: Furnished) -> None:
    sam = staff("sam", "security")
    assert (
        f"/console{PAGE}?project={settled.project}" in sam.see(f"/approvals/ask/{ACT}?project={settled.project}").text
    )
    assert "act alone" not in sam.see("/approvals/ask/rights.change").text
    sam.send(f"/approvals/ask/{ACT}", project=settled.project, name="slow", reason="There is time.")
    mine = sam.see("/approvals?show=mine").text.split('rowheader"><a href="/console')[1].split('"')[0]
    shown = sam.see(mine).text
    assert f"/console{PAGE}?name=slow&amp;project={settled.project}" in shown
    assert "There+is+time" not in shown


def test_a_failed_form_puts_no_reason_into_an_address(staff: Make, settled: Furnished) -> None:
    sam = staff("sam", "security")
    reply = sam.send(f"/approvals/ask/{ACT}", project="none", name="x", reason="Confidential.")
    assert reply.text.count("Confidential.") == 1
    assert "project=none&amp;name=x" in reply.text


def test_everybody_is_told_on_every_page_until_two_have_reviewed(
    staff: Make, settled: Furnished, house: House, clock: FrozenClock
) -> None:
    sam, nobody, lea = staff("sam", "security"), staff("nobody"), staff("lea", "legal")
    adm = staff("adm", "administrator")
    assert 'class="alarm"' not in nobody.see("").text
    sam.send(PAGE, **fields(settled))
    (name,) = broken(house)
    for who, path in ((nobody, ""), (nobody, "/profile"), (nobody, "/people"), (sam, ""), (lea, "/approvals")):
        told = text_of(who.see(path))
        assert "Somebody acts alone." in told, path
        assert "12:30:00 UTC, in 30 minutes." in told
        assert "0 of 2 reviews, due in 3 days." in told
    assert "sam" not in text_of(nobody.see("/profile"))
    assert name not in nobody.see("/profile").text
    assert "sam: make a key with zero retention." in text_of(lea.see(""))
    assert f'href="/console/approvals/{name}"' in lea.see("").text
    clock.advance(minutes=15)
    for each in (nobody, lea, adm):
        assert "UTC, in 15 minutes." in text_of(each.see("/profile"))
    clock.advance(minutes=15)
    for each in (lea, adm):
        each.prove()
    assert "Somebody was let act alone." in text_of(nobody.see(""))
    assert lea.send(f"/approvals/{name}/review?justified=yes").status_code == 303
    assert "1 of 2 reviews" in text_of(nobody.see(""))
    assert adm.send(f"/approvals/{name}/review?justified=no").status_code == 303
    assert 'class="alarm"' not in nobody.see("").text
    with house.database.begin() as tx:
        assert watched(tx, house.edges, house.desk.rules) == []


def test_what_was_reviewed_at_once_is_told_while_it_runs(staff: Make, settled: Furnished, house: House) -> None:
    sam, lea, adm = staff("sam", "security"), staff("lea", "legal"), staff("adm", "administrator")
    sam.send(PAGE, **fields(settled))
    (name,) = broken(house)
    for each in (lea, adm):
        each.send(f"/approvals/{name}/review")
    assert "Somebody acts alone." in text_of(lea.see(""))
    sam.send(f"/approvals/{name}/execute")
    assert 'class="alarm"' not in lea.see("").text


def test_missing_reviews_are_told_as_overdue(
    staff: Make, settled: Furnished, house: House, clock: FrozenClock, somebody: Callable[..., object]
) -> None:
    sam = staff("sam", "security")
    sam.send(PAGE, **fields(settled))
    clock.advance(hours=73)
    lea = staff("lea", "legal")
    assert "Reviews are overdue." in text_of(lea.see(""))
    assert "overdue" in text_of(lea.see(f"/approvals/{broken(house)[0]}"))


def test_reviewers_find_it_in_their_inbox_until_two_have_reviewed(
    staff: Make, settled: Furnished, house: House
) -> None:
    sam, lea = staff("sam", "security"), staff("lea", "legal")
    adm, leo = staff("adm", "administrator"), staff("leo", "legal")
    sam.send(PAGE, **fields(settled))
    (name,) = broken(house)
    assert "approved, alone, to be reviewed" in text_of(leo.see("/approvals"))
    assert "not yet; it may be until" in text_of(lea.see(f"/approvals/{name}/review"))
    sam.send(f"/approvals/{name}/execute")
    shown = text_of(lea.see(f"/approvals/{name}/review?justified=no"))
    for part in ("carried out", "The clinic is down.", "Acting alone was not justified"):
        assert part in shown
    lea.send(f"/approvals/{name}/review?justified=no")
    assert "Nothing waits for you." in text_of(lea.see("/approvals"))
    assert "executed, alone, to be reviewed" in text_of(leo.see("/approvals"))
    adm.send(f"/approvals/{name}/review?justified=yes")
    assert "Nothing waits for you." in text_of(leo.see("/approvals"))
    assert sam.send(f"/approvals/{name}/review?justified=yes").status_code == 403


def test_a_second_request_for_the_same_is_told_in_its_place(staff: Make, settled: Furnished, house: House) -> None:
    sam = staff("sam", "security")
    sam.send(PAGE, **fields(settled))
    again = sam.send(PAGE, **fields(settled))
    assert (again.status_code, "is asked for already" in text_of(again)) == (409, True)
    with house.database.begin() as tx:
        (name,) = broken(house)
        assert requests.find(tx, house.edges, name).state is State.APPROVED


def test_what_is_entered_and_told_stays_text(staff: Make, settled: Furnished, house: House) -> None:
    sam, lea = staff("sam", "security"), staff("lea", "legal")
    for given in ({"name": BAD, "reason": BAD}, {"project": BAD}, {"sure": BAD, "name": BAD, "reason": BAD}):
        assert clean(sam.send(PAGE, **fields(settled, **given)).text)
    for name in ("project", "name", "reason", "sure", BAD):
        assert clean(sam.see(PAGE, params={name: BAD}).text)
    assert clean(sam.see(f"/approvals/alone/{quote(BAD, safe='')}").text)
    (name,) = broken(house)
    for path in (f"/approvals/{name}", f"/approvals/{name}/review", "", "/approvals"):
        reply = lea.see(path)
        assert reply.status_code == 200
        assert clean(reply.text), path
