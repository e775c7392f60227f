"""The report form and its follow-up: bounds, the trap, the pace, what is kept where, and what whoever reported sees."""

import re
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import text

from seawall.access.people import Person
from seawall.cases import claims, deciding
from seawall.cases.rows import find
from seawall.web.house import House
from seawall.web.pace import Pace
from tests.cases.conftest import ruling
from tests.web.browser import Browser
from tests.web.portal.conftest import EVIL, Product, sent

FORM = "/portal/report"
GIVEN = {"about": "fraud", "place": "A page of the product.", "words": EVIL, "contact": "me@example.org", "website": ""}


def test_a_report_becomes_a_case_and_its_page_tells_of_the_answer(
    product: Product, visitor: Browser, ada: Person, house: House
) -> None:
    moved = sent(visitor, FORM, **GIVEN)
    assert moved.status_code == 303
    where = moved.headers["location"]
    assert re.fullmatch(r"/portal/reported/[A-Za-z0-9_-]{43}", where)
    shown = visitor.get(where).text
    assert "It arrived" in shown
    assert "Keep the address of this page" in shown
    office = house.office
    assert office is not None
    with house.database.begin() as tx:
        name = tx.execute(text("SELECT id FROM cases_cases WHERE origin = 'report'")).scalar_one()
        assert find(tx, name).category == "nonviolent_crimes"
        rows = tx.execute(text("SELECT row_to_json(r)::text FROM cases_reports r")).scalar_one()
        assert "example.org" not in rows
        assert "A page" not in rows
        claims.claim(tx, office, name, by=ada.id)
        deciding.decide(tx, office, name, ruling("nothing", reason=EVIL), by=ada.id)
    answered = visitor.get(where).text
    assert "&lt;script&gt;" in answered
    assert EVIL not in answered
    assert "me@example.org" not in answered


def test_what_is_wrong_is_said_in_its_place_and_nothing_is_lost(
    product: Product, visitor: Browser, house: House
) -> None:
    for change, said in (
        ({"about": ""}, "Nothing was chosen"),
        ({"about": "invented"}, "about"),
        ({"place": " "}, "The place has"),
        ({"words": "x" * 8001}, "The report has 8001 characters"),
        ({"contact": "no address"}, "This is no e-mail address"),
        ({"contact": "a@b.example\r\nBcc: c@d.example"}, "This is no e-mail address"),
    ):
        refused = sent(visitor, FORM, **GIVEN | change)
        assert refused.status_code in (400, 422), change
        assert said in refused.text, change
        assert "&lt;script&gt;" in refused.text or "words" in change
        assert EVIL not in refused.text
    assert _cases(house) == 0


def test_whoever_fills_in_the_trap_is_thanked_and_nothing_is_kept(
    product: Product, visitor: Browser, house: House
) -> None:
    moved = sent(visitor, FORM, **GIVEN | {"website": "https://spam.example"})
    assert moved.headers["location"] == "/portal/report/thanks"
    assert "Thank you" in visitor.get("/portal/report/thanks").text
    assert _cases(house) == 0


def test_a_report_about_children_is_sealed(product: Product, visitor: Browser, house: House) -> None:
    sent(visitor, FORM, **GIVEN | {"about": "children"})
    with house.database.begin() as tx:
        assert tx.execute(text("SELECT sealed FROM cases_cases")).scalars().all() == [True]


def test_a_report_is_about_no_account_so_none_is_acted_on(
    product: Product, visitor: Browser, somebody: Callable[..., Person], signed_in: Callable[[Person], Browser]
) -> None:
    sent(visitor, FORM, **GIVEN)
    ben = signed_in(somebody("ben", "reviewer"))
    name = ben.post("/api/cases/next", {}).json()["id"]
    ban = {"outcome": "warn", "reason_code": "spam", "reason": "No."}
    refused = ben.post(f"/api/cases/{name}/decide", ban)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "case.bad_ruling")
    marked = ben.post(f"/api/cases/{name}/decide", ban | {"outcome": "nothing", "unfounded": True})
    assert marked.status_code == 200


class TestPace:
    @pytest.fixture
    def house(self, house: House) -> House:
        return msgspec.structs.replace(
            house, portal_pace=Pace(per_minute=1, burst=12), report_pace=Pace(per_minute=1, burst=2)
        )

    @pytest.fixture
    def product(self, house: House) -> None:
        """Nobody's product is needed."""

    def test_an_address_reports_so_often_and_looks_so_often(self, visitor: Browser, house: House) -> None:
        visitor.get(FORM)
        found = [sent(visitor, FORM, **GIVEN).status_code for _ in range(3)]
        assert found == [303, 303, 429]
        assert _cases(house) == 2
        last = [visitor.get(FORM) for _ in range(8)][-1]
        assert last.status_code == 429
        assert "Too many attempts" in last.text
        assert int(last.headers["retry-after"]) > 0


def _cases(house: House) -> int:
    with house.database.begin() as tx:
        return tx.scalar(text("SELECT count(*) FROM cases_cases")) or 0


def test_whoever_flagged_sees_on_a_page_what_became_of_it(
    product: Product, visitor: Browser, ada: Person, house: House
) -> None:
    found, office = product.exchange(), house.office
    assert office is not None
    flag = product.told("POST", "/api/v1/flags", {"exchange": found.exchange, "wrong": "untrue", "words": EVIL})["flag"]
    path = product.path(product.told("POST", f"/api/v1/flags/{flag}/link")["url"])
    waits = visitor.get(path).text
    assert "It arrived. A person will look at it." in waits
    assert EVIL not in waits
    with house.database.begin() as tx:
        claims.claim(tx, office, flag, by=ada.id)
        deciding.decide(tx, office, flag, ruling("warn"), by=ada.id)
    done = visitor.get(path).text
    assert "A person looked at it, and something was done." in done
    assert "warn" not in done
    assert sent(visitor, path).status_code == 404
