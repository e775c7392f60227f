"""Feedback on a commitment in a real browser: from the form to its answer on a phone, without a script; and for axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.cases.feedback import Answer, answering, reading
from seawall.web.house import House
from tests.web.console.conftest import chromium
from tests.web.console.test_browser import looked_at
from tests.web.portal.test_browser import page, seen
from tests.web.portal.test_feedback import FORM, house

__all__ = ["chromium", "house", "page", "seen"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PHONE = {"width": 390, "height": 844}
WHOLE = "/portal/feedback/hiroshima"


def _answered(house: House, by: Person) -> None:
    office = house.office
    assert office is not None
    with house.database.begin() as tx:
        name = reading.every(tx)[0].id
        given = Answer(words="Thank you. It comes in March.\n\nWe were late.", public="It comes in March.")
        answering.answer(tx, office, name, given, by=by.id)


def test_on_a_phone_somebody_says_what_is_missing_and_reads_the_answer(
    page: Page, house: House, somebody: Callable[..., Person]
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(FORM)
    expect(page.get_by_role("heading", level=1)).to_have_text("Say what you think")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sagen Sie Ihre Meinung")
    words = page.get_by_label("Was möchten Sie sagen?")
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    words.focus()
    page.keyboard.type("Der Bericht fehlt.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bewahren Sie die Adresse dieser Seite auf.")).to_be_visible()
    _answered(house, somebody("ann", "publisher"))
    page.reload()
    expect(page.get_by_text("Thank you. It comes in March.")).to_be_visible()
    expect(page.locator("li.done")).to_have_count(2)
    # What the form belongs to, and nothing else.
    assert [each.get("name") for each in page.context.cookies()] == ["__Host-seawall-form"]


def test_no_page_of_feedback_shuts_anybody_out(seen: Page, house: House, somebody: Callable[..., Person]) -> None:
    """In both languages, light and dark, without a finding of axe; 320 px wide without scrolling sideways."""
    wrong = list[str]()
    for language in ("en", "de"):
        for name, path in {"commitment": FORM, "framework": WHOLE, "lost": "/portal/feedback/nothing"}.items():
            seen.goto(f"{path}?language={language}")
            wrong += looked_at(seen, f"portal-feedback-{name}-{language}")
        seen.goto(f"{FORM}?language={language}")
        seen.locator("form button").click()
        wrong += looked_at(seen, f"portal-feedback-wrong-{language}")
    seen.goto(FORM)
    seen.get_by_label("What do you want to say?").fill("The report of last year is missing.")
    seen.get_by_role("button", name="Send it").click()
    for state in ("arrived", "answered"):
        for language in ("en", "de"):
            seen.goto(f"{seen.url.split('?')[0]}?language={language}")
            wrong += looked_at(seen, f"portal-feedback-{state}-{language}")
        if state == "arrived":
            _answered(house, somebody("ann", "publisher"))
    assert wrong == []
