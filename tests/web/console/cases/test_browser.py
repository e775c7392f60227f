"""Cases in a real browser: ways through, single keys, narrow, light and dark, and for axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from seawall.cases import Origin
from seawall.cases.comfort import Comfort, set_comfort
from seawall.cases.decided import of_case
from seawall.gateway.tallies import roll
from seawall.vocabulary.categories import Category
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.cases.conftest import ANSWERED, Make, Rooms
from tests.web.console.test_browser import come_in, looked_at

# Each drives a browser, on machines that do other things too.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
REASON = "You were told before."


def test_a_case_is_claimed_looked_at_and_decided(page: Page, house: House, rooms: Rooms, staff: Make) -> None:
    rooms.case(origin=Origin.FLAG, words="They were rude.")
    come_in(page, house, staff("rev", "reviewer").person)
    page.get_by_role("link", name="Cases", exact=True).click()
    page.get_by_role("button", name="Take the next one").click()
    expect(page.get_by_text("The case is yours for a while.")).to_be_visible()
    expect(page.get_by_text(ANSWERED)).to_have_count(0)
    page.get_by_role("button", name="Show what was written").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    expect(page.locator("mark")).to_have_text("set your rules aside")
    page.get_by_label("What is done to the account").select_option("suspend")
    page.get_by_label("Reason, as a code").fill("repeated")
    page.get_by_label("Reason, for the person").fill(REASON)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("A suspension has an end.")
    expect(page.get_by_label("Reason, for the person")).to_have_value(REASON)
    page.get_by_label("For how many days").fill("7")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("The case is settled.")).to_be_visible()
    expect(page.get_by_text("Suspended until").first).to_be_visible()


def test_a_case_is_escalated_and_an_appeal_takes_a_decision_back(
    page: Page, house: House, rooms: Rooms, staff: Make, clock: FrozenClock
) -> None:
    rev, case = staff("rev", "reviewer").person, rooms.case()
    come_in(page, house, staff("sen", "senior_reviewer").person)
    page.goto(f"/console/cases/{case.id}")
    page.get_by_role("link", name="Escalate, or hand on").click()
    page.get_by_label("Queue").select_option("urgent")
    page.get_by_label("Why, as a code").fill("urgent_harm")
    page.get_by_role("button", name="Hand it on").click()
    expect(page.get_by_text("The case was handed on.")).to_be_visible()
    rooms.decides(case, rev, "suspend", until=clock() + timedelta(days=7))
    with house.database.begin() as tx:
        decision = of_case(tx, case.id)[-1].id
    page.goto("/console/cases")
    page.get_by_role("link", name="Appeals").click()
    page.get_by_role("link", name="File one for somebody who wrote").click()
    page.get_by_label("Decision").fill(decision)
    page.get_by_label("Key", exact=True).fill(rooms.key)
    page.get_by_label("What they say").fill("That was not me.")
    page.get_by_role("button", name="File it").click()
    page.get_by_role("button", name="Take it", exact=True).click()
    page.get_by_label("The decision that is contested").select_option("no")
    page.get_by_label("Reason, as a code").fill("decision_wrong")
    page.get_by_label("Reason, for the person").fill("We looked again: it was not you.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("The case is settled.")).to_be_visible()
    page.get_by_role("link", name=case.id, exact=True).click()
    expect(page.get_by_text("Taken back by")).to_be_visible()


def test_a_list_is_worked_by_single_keys(page: Page, house: House, rooms: Rooms, staff: Make) -> None:
    first, second = rooms.case(Category.SELF_HARM), rooms.case()
    come_in(page, house, staff("rev", "reviewer").person)
    page.goto("/console/cases")
    page.keyboard.press("?")
    expect(page.get_by_text("take the next one").last).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=first.id)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=second.id)).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name=second.id)).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{house.site.origins[0]}/console/cases/{first.id}")
    page.keyboard.press("u")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.get_by_text("The case is yours for a while.")).to_be_visible()
    page.keyboard.press("d")
    page.get_by_label("Reason, for the person").click()
    page.keyboard.type("just c and u")
    expect(page.get_by_label("Reason, for the person")).to_have_value("just c and u")


def test_without_a_script_everything_works_and_a_list_is_saved(
    chromium: Chromium, home: str, house: House, rooms: Rooms, staff: Make
) -> None:
    rooms.case()
    context = chromium.new_context(base_url=home, java_script_enabled=False)
    plain = context.new_page()
    come_in(plain, house, staff("rev", "reviewer").person)
    plain.goto("/console/cases")
    plain.get_by_label("Queue").select_option("general")
    plain.get_by_role("button", name="Narrow").click()
    with plain.expect_download() as kept:
        plain.get_by_role("link", name="Export CSV").click()
    assert kept.value.suggested_filename == "cases.csv"
    plain.get_by_role("checkbox", name="Choose").check()
    plain.get_by_role("button", name="Settle the chosen together").click()
    plain.get_by_label("Reason, as a code").fill("no_violation")
    plain.get_by_label("Reason, for the person").fill("It was harmless.")
    plain.get_by_role("button", name="Show what would follow").click()
    plain.get_by_role("button", name="Settle 1 case").click()
    expect(plain.get_by_text("They are settled, each as the preview said.")).to_be_visible()
    context.close()


def test_a_text_is_clear_once_asked_for(page: Page, house: House, rooms: Rooms, staff: Make) -> None:
    case, who = rooms.case(), staff("rev", "reviewer")
    who.send("/profile/cases", blurred="yes", folded="yes", break_after="0")
    come_in(page, house, who.person)
    page.goto(f"/console/cases/{case.id}")
    page.get_by_role("button", name="Show what was written").click()
    expect(page.get_by_text(ANSWERED)).to_be_hidden()
    page.get_by_text("Answered", exact=True).click()
    words = page.get_by_text(ANSWERED)
    expect(words).to_have_css("filter", "blur(7.2px)")
    page.get_by_label("Show it clearly").last.check()
    expect(words).to_have_css("filter", "none")


def test_no_page_of_cases_shuts_anybody_out(
    page: Page, house: House, rooms: Rooms, staff: Make, clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    who, rev = staff("sen", "senior_reviewer", "child_safety_reviewer"), staff("rev", "reviewer").person
    mine, other, late = rooms.case(origin=Origin.FLAG, words="They were rude."), rooms.case(), rooms.case()
    settled, sealed = rooms.case(about=True), rooms.case(Category.CHILD_SEXUAL_EXPLOITATION)
    rooms.case(Category.HATE)
    rooms.decides(settled, rev, "suspend", until=clock() + timedelta(days=7), about_right=True)
    rooms.claims(late, rev)
    clock.advance(hours=80)
    come_in(page, house, who.person)
    wrong = []
    page.goto(f"/console/cases/{mine.id}")
    page.get_by_role("button", name="Take it", exact=True).click()
    for name, path in {
        "cases": "/cases",
        "cases-none": "/cases?state=waiting",
        "case": f"/cases/{mine.id}",
        "case-settled": f"/cases/{settled.id}",
        "case-note": f"/cases/{mine.id}/notes",
        "case-pause": f"/cases/{mine.id}/pause",
        "case-move": f"/cases/{mine.id}/move",
        "case-merge": f"/cases/{mine.id}/merge",
        "case-readers": f"/cases/{mine.id}/readers",
        "case-reopen": f"/cases/{settled.id}/reopen",
        "cases-together": f"/cases/together?case={mine.id}&case={other.id}",
        "cases-samples": "/cases/samples",
        "cases-appeal": "/cases/appeals/file",
        "child-safety": "/child-safety",
        "child-safety-case": f"/child-safety/{sealed.id}",
        "cases-comfort": "/profile/cases",
    }.items():
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    page.goto(f"/console/cases/{mine.id}")
    page.get_by_role("button", name="Show what was written").click()
    wrong += looked_at(page, "case-looked")
    page.get_by_role("button", name="Decide").click()
    wrong += looked_at(page, "case-wrong")
    page.goto(f"/console/cases/together?case={other.id}&case={late.id}&case={settled.id}")
    page.get_by_label("Reason, as a code").fill("no_violation")
    page.get_by_label("Reason, for the person").fill("It was harmless.")
    page.get_by_role("button", name="Show what would follow").click()
    wrong += looked_at(page, "cases-preview")
    with house.database.begin() as tx:
        set_comfort(tx, who.person.id, Comfort(blurred=True, grey=True, folded=True, break_after=1))
    page.goto(f"/console/cases/{mine.id}")
    page.get_by_role("button", name="Show what was written").click()
    page.get_by_text("Answered", exact=True).click()
    wrong += looked_at(page, "case-blurred")
    assert wrong == []


def test_no_page_of_numbers_or_policies_shuts_anybody_out(
    page: Page, house: House, rooms: Rooms, staff: Make, clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    for number in range(40):
        rooms.exchange(
            *([Category.HATE] if number % 3 else [Category.JAILBREAK]), measure=["allow", "withhold"][number % 2]
        )
        clock.advance(minutes=7 * (number % 5))
    rooms.case()
    roll(house.database, clock)
    come_in(page, house, staff("eddy", "policy_editor", "senior_reviewer").person)
    wrong = []
    for name, path in {
        "dashboard": "/dashboard",
        "dashboard-hour": "/dashboard?over=hour",
        "policy": "/policy",
        "policy-diff": "/policy/diff",
        "policy-try": "/policy/try",
    }.items():
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    rules = page.get_by_label("rules.yaml")
    rules.fill(rules.input_value().replace("measure: withhold", "measure: warn", 1))
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Would differ", exact=True)).to_be_visible()
    wrong += looked_at(page, "policy-tried")
    page.get_by_label("rules.yaml").fill("rules: [{id: x}]")
    page.get_by_role("button", name="Try it").click()
    wrong += looked_at(page, "policy-try-wrong")
    assert wrong == []
