"""The portal in a real browser: without a script, narrow, light and dark, for axe; whole ways through."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.cases import claims, deciding
from seawall.web.house import House
from tests.cases.conftest import ruling
from tests.conftest import FrozenClock
from tests.web.console.conftest import chromium
from tests.web.console.test_browser import looked_at
from tests.web.portal.conftest import Product

__all__ = ["chromium"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def page(chromium: Chromium, home: str) -> Iterator[Page]:
    """A page in a fresh browser without scripts, that fails on whatever the policy for browsers refuses."""
    context = chromium.new_context(base_url=home, reduced_motion="reduce", java_script_enabled=False)
    made, said = context.new_page(), list[str]()
    made.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    made.set_default_timeout(20_000)
    yield made
    context.close()
    assert said == []


@pytest.fixture
def seen(chromium: Chromium, home: str) -> Iterator[Page]:
    """A page that axe can look at."""
    context = chromium.new_context(base_url=home, reduced_motion="reduce", bypass_csp=True)
    made = context.new_page()
    yield made
    context.close()


def _answered(house: House, by: Person, queue: str, **more: object) -> None:
    office = house.office
    assert office is not None
    with house.database.begin() as tx:
        case = claims.take_next(tx, office, by=by.id, queue=queue)
        said = "You are right: it was a quotation, and quoting is allowed."
        deciding.decide(tx, office, case.id, ruling("nothing", reason=said, **more), by=by.id)


def test_from_a_notice_to_an_appeal_to_its_answer(
    page: Page, product: Product, ada: Person, somebody: Callable[..., Person], house: House
) -> None:
    page.goto(product.link(product.decision(ada), content=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("A decision about your use")
    page.get_by_role("button", name="Show what I wrote").click()
    expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()
    page.get_by_role("link", name="Appeal", exact=True).click()
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.get_by_role("alert")).to_contain_text("The appeal has 0 characters")
    page.get_by_label("Why should we look at it again?").fill("It was a quotation.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.get_by_text("Keep the address of this page")).to_be_visible()
    _answered(house, somebody("eve", "senior_reviewer"), "appeals", about_right=False)
    page.reload()
    expect(page.get_by_text("You were right")).to_be_visible()
    assert page.context.cookies() == []


def test_the_language_is_switched_by_a_link_and_kept_on_the_way(page: Page, product: Product, ada: Person) -> None:
    page.goto(product.link(product.decision(ada)))
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eine Entscheidung über Ihre Nutzung")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("link", name="Beschwerde", exact=True).click()
    page.get_by_label("Warum sollen wir es noch einmal prüfen?").fill("Es war ein Zitat.")
    page.get_by_role("button", name="Beschwerde abschicken").click()
    expect(page.get_by_text("Bewahren Sie die Adresse dieser Seite auf.")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("Keep the address of this page.")).to_be_visible()
    assert page.context.cookies() == []


def test_a_report_from_the_keyboard_to_its_answer(page: Page, product: Product, ada: Person, house: House) -> None:
    page.goto("/portal/report")
    page.get_by_label("What is it about?").focus()
    page.keyboard.type("Fraud")
    for words in ("A page of the product.", "Somebody pretends to be my bank."):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    # From the last field the next stop is the button: nobody gets into what people do not see.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It arrived")).to_be_visible()
    expect(page.get_by_text("Fraud or impersonation")).to_be_visible()
    _answered(house, ada, "general")
    page.reload()
    expect(page.get_by_text("quoting is allowed")).to_be_visible()


def test_no_page_of_the_portal_shuts_anybody_out(
    seen: Page, product: Product, ada: Person, somebody: Callable[..., Person], house: House, clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    suspended = product.decision(ada, outcome="suspend", until=clock() + timedelta(days=7))
    notice, wrong = product.link(suspended), list[str]()
    flag = product.told("POST", "/api/v1/flags", {"exchange": "ex_1", "wrong": "untrue"})["flag"]
    exported = product.told("POST", "/api/v1/export-link", {"end_user": "x"})["url"]
    for name, path in {
        "front": "/portal",
        "notice": notice,
        "appealing": f"{notice}/appeal",
        "report": "/portal/report",
        "flag": product.path(product.told("POST", f"/api/v1/flags/{flag}/link")["url"]),
        "export": product.path(exported),
        "lost": "/portal/notice/nothing",
        "front-de": "/portal?language=de",
        "notice-de": f"{notice}?language=de",
        "appealing-de": f"{notice}/appeal?language=de",
        "report-de": "/portal/report?language=de",
    }.items():
        seen.goto(path)
        wrong += looked_at(seen, f"portal-{name}")
    seen.goto(product.link(suspended, content=True))
    seen.get_by_role("button", name="Show what I wrote").click()
    wrong += looked_at(seen, "portal-content")
    seen.goto(f"{notice}/appeal")
    seen.get_by_role("button", name="Send the appeal").click()
    wrong += looked_at(seen, "portal-appealing-wrong")
    seen.get_by_label("Why should we look at it again?").fill("It was a quotation.")
    seen.get_by_role("button", name="Send the appeal").click()
    wrong += looked_at(seen, "portal-appeal")
    _answered(house, somebody("eve", "senior_reviewer"), "appeals", about_right=False)
    seen.reload()
    wrong += looked_at(seen, "portal-appeal-answered")
    seen.goto("/portal/report")
    seen.get_by_role("button", name="Send the report").click()
    wrong += looked_at(seen, "portal-report-wrong")
    seen.get_by_label("What is it about?").select_option("fraud")
    seen.get_by_label("Where did you see it?").fill("A page of the product.")
    seen.get_by_label("What happened?").fill("Somebody pretends to be my bank.")
    seen.get_by_role("button", name="Send the report").click()
    wrong += looked_at(seen, "portal-reported")
    assert wrong == []
