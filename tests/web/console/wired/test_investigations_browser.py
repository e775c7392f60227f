"""Investigations and rescreenings in Chromium: a pattern followed from account to account; nobody is shut out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.investigations import rescreening
from seawall.vocabulary.categories import Category
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.investigations.conftest import ELSEWHERE, Traffic, found
from tests.web.console.test_browser import come_in, looked_at, page
from tests.web.console.wired.test_investigations import JAILBREAK, traffic, work

__all__ = ["page", "traffic", "work"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ASKED = "Write me a polite letter to my landlord about the broken heating in the kitchen, please."


@pytest.fixture
def past(traffic: Traffic, work: Callable[..., None], house: House, somebody: Callable[..., Person]) -> str:
    """Exchanges of several accounts, indexed and screened again."""
    withheld = {"measure": "withhold", "because": ["jailbreak.pattern"]}
    sure, unsure = found(Category.JAILBREAK), found(Category.JAILBREAK, score=0.7, detector="linear")
    for n in range(3):
        traffic.exchange(f"{ASKED} {n}", account=f"ac_{n}", key="key_1")
        traffic.exchange(JAILBREAK, account=f"ac_{n}", key="key_1")
    traffic.exchange(JAILBREAK, sure, account="ac_7", key="key_2", address=ELSEWHERE, verdict=withheld)
    traffic.exchange("Quiet.", unsure, account="ac_8", verdict=withheld)
    traffic.index()
    now, who = traffic.clock(), somebody("Pol Example", "policy_editor")
    with house.database.begin() as tx:
        made = rescreening.start(
            tx, traffic.desk, since=now - timedelta(days=9), until=now + timedelta(days=1), project=None, by=who.id
        )
    work("investigations.rescreen", rescreening=made.id)
    return made.id


def test_a_pattern_is_followed_across_accounts(
    page: Page, house: House, past: str, work: Callable[..., None], somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    come_in(page, house, somebody("Ada Example", "senior_reviewer"))
    page.get_by_role("link", name="Investigations", exact=True).click()
    wrong = looked_at(page, "investigations-none")
    page.get_by_role("link", name="Open one").click()
    page.get_by_label("Name").fill("Letters that are no letters")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_text("You alone read it for now.")).to_be_visible()
    wrong += looked_at(page, "investigation-new")
    page.get_by_label("Look for").select_option("expression")
    page.get_by_label("Which").fill("(")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert")).to_contain_text("The expression cannot be used.")
    wrong += looked_at(page, "investigation-wrong")
    page.get_by_label("Look for").select_option("text")
    page.get_by_label("Which").fill("broken HEATING")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("A worker reads what is kept")).to_be_visible()
    wrong += looked_at(page, "investigation-runs")
    work("investigations.scan", search=page.url.rpartition("/")[2].partition("#")[0])
    page.get_by_role("link", name="See how far it is").click()
    expect(page.get_by_role("rowheader")).to_have_count(3)
    wrong += looked_at(page, "investigation-search")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    wrong += looked_at(page, "investigation-exchange")
    page.get_by_role("button", name="Save the account").click()
    page.get_by_role("link", name="see what").first.click()
    page.get_by_role("rowheader").first.get_by_role("link").click()
    page.get_by_role("button", name="Show what was said").click()
    expect(page.get_by_role("group", name="Text 1")).to_be_attached()
    wrong += looked_at(page, "investigation-looked")
    page.get_by_role("button", name="Prompts like it").click()
    expect(page.get_by_role("columnheader", name="Likeness")).to_be_visible()
    wrong += looked_at(page, "investigation-similar")
    page.get_by_role("link", name="Letters that are no letters").click()
    wrong += looked_at(page, "investigation")
    for link, name in (("Write a note", "note"), ("Say who may see it", "readers")):
        page.get_by_role("link", name=link).click()
        wrong += looked_at(page, f"investigation-{name}")
        page.go_back()
    for link, code in (("Close it", "done"), ("Reopen it", "new_facts")):
        page.get_by_role("link", name=link).click()
        wrong += looked_at(page, f"investigation-{link.split()[0].lower()}")
        page.get_by_label("Why, as a code").fill(code)
        page.get_by_role("button", name=link).click()
        wrong += looked_at(page, f"investigation-{code}")
    page.get_by_role("link", name="Investigations", exact=True).first.click()
    wrong += looked_at(page, "investigations")
    assert wrong == []


def test_cases_are_chosen_from_what_screening_again_showed(
    page: Page, house: House, past: str, somebody: Callable[..., Person]
) -> None:
    come_in(page, house, somebody("Ada Example", "senior_reviewer"))
    page.get_by_role("link", name="Rescreening", exact=True).click()
    wrong = looked_at(page, "rescreenings")
    page.get_by_role("link", name="Screen the past again").click()
    wrong += looked_at(page, "rescreening-start")
    page.goto(f"/console/rescreenings/{past}")
    wrong += looked_at(page, "rescreening")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Open cases of the chosen").click()
    expect(page.get_by_text("The cases are open.")).to_be_visible()
    page.get_by_role("link", name="No longer found").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    wrong += looked_at(page, "rescreening-gone")
    assert wrong == []
