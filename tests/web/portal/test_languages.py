"""The portal speaks the language that somebody chose, that is stored of them, or that their browser asks for."""

import re
from datetime import timedelta
from html import unescape

import pytest

from seawall.access.people import Person
from seawall.cases.tables import reports
from seawall.web.house import House
from tests.cases.test_languages import messages
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.portal.conftest import EVIL, Product, sent

GERMAN = {"accept-language": "de-DE,de;q=0.9"}
# What is the same word in both languages, or an identifier.
SAME = {"Jailbreak", "Name", "April", "August", "September", "November"}


def text_of(page: str) -> set[str]:
    """Return the texts between the tags of a page."""
    return {unescape(each).strip() for each in re.findall(r">([^<]+)<", page)} - {""}


def test_a_browser_is_answered_in_its_language_and_a_choice_beats_it(product: Product, visitor: Browser) -> None:
    german = visitor.ask("GET", "/portal", headers=GERMAN)
    assert '<html lang="de">' in german.text
    assert (german.headers["content-language"], german.headers["vary"]) == ("de", "accept-language")
    assert "Mitteilungen, Beschwerden und Meldungen" in german.text
    english = visitor.ask("GET", "/portal?language=en", headers=GERMAN)
    assert '<html lang="en">' in english.text
    assert 'href="/portal/report?language=en"' in english.text
    assert '<a href="?language=de" lang="de" hreflang="de">Deutsch</a>' in english.text
    assert '<html lang="en">' in visitor.ask("GET", "/portal?language=tlh").text


def test_what_is_stored_of_a_person_beats_their_browser_and_their_choice_beats_both(
    product: Product, visitor: Browser, ada: Person
) -> None:
    product.told("PUT", "/api/v1/contacts", {"end_user": "x", "email": "a@example.org", "language": "de"})
    path = product.link(product.decision(ada))
    assert '<html lang="de">' in visitor.get(path).text
    english = visitor.get(f"{path}?language=en").text
    assert "A decision about your use" in english
    assert f'href="{path}/appeal?language=en"' in english


def test_a_german_notice_says_nothing_in_english_but_what_people_wrote(
    product: Product, visitor: Browser, ada: Person, clock: FrozenClock
) -> None:
    notice = product.decision(ada, outcome="suspend", until=clock() + timedelta(days=7))
    paths = [product.link(notice, content=True), product.link(notice) + "/appeal", "/portal", "/portal/report"]
    paths.append(product.path(product.told("POST", "/api/v1/export-link", {"end_user": "x"})["url"]))
    paths += ["/portal/report/thanks", "/portal/notice/none"]
    for path in paths:
        shown = visitor.get(f"{path}?language=de").text
        assert text_of(shown) & (messages() - SAME) == set(), path
    said = visitor.get(f"{paths[0]}?language=de").text
    for each in (
        "Das Konto wurde gesperrt",
        "8. Januar 2026, 12:00:00 UTC",
        "Umgehung der Schutzregeln",
        "small-model",
    ):
        assert each in said


def test_an_appeal_in_german_keeps_its_language_and_says_what_is_wrong(
    product: Product, visitor: Browser, ada: Person
) -> None:
    path = product.link(product.decision(ada))
    refused = visitor.ask("POST", f"{path}/appeal?language=de", data={"words": " "}, headers={"origin": "null"})
    assert refused.status_code == 400
    assert "Was Sie geschrieben haben, ist leer" in refused.text
    moved = visitor.ask("POST", f"{path}/appeal?language=de", data={"words": EVIL}, headers={"origin": "null"})
    assert moved.status_code == 303
    assert moved.headers["location"].endswith("?language=de")
    assert "Sie ist angekommen." in visitor.get(moved.headers["location"]).text


def test_whoever_reports_in_german_is_answered_in_german(product: Product, visitor: Browser, house: House) -> None:
    page = visitor.ask("GET", "/portal/report", headers=GERMAN).text
    assert "Worum geht es?" in page
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert token is not None
    given = {"csrf": token[1], "about": "other", "place": "There.", "words": EVIL, "contact": "a@example.org"}
    moved = visitor.ask("POST", "/portal/report", data=given, headers={"origin": "null", **GERMAN})
    assert moved.status_code == 303
    shown = visitor.get(moved.headers["location"]).text
    assert '<html lang="de">' in shown
    assert "Etwas anderes" in shown
    with house.database.begin() as tx:
        assert tx.execute(reports.select()).one().language == "de"


@pytest.mark.parametrize("language", ["<script>", "de%22%3E", "../de", "de%0d%0aX: y"])
def test_a_language_that_is_none_is_on_no_page(product: Product, visitor: Browser, language: str) -> None:
    shown = visitor.get(f"/portal?language={language}")
    assert shown.status_code == 200
    assert '<html lang="en">' in shown.text
    assert "x" not in shown.headers
    assert language not in shown.text
    assert sent(visitor, f"/portal/report?language={language}", about="other").status_code == 422
