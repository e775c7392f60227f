"""Feedback on commitments: the form, its receipt, who reads and answers, what becomes public, what is kept where."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import text

from seawall.access.people import Person
from seawall.cases.feedback import Given, reading, taking
from seawall.cases.links import Opens, issue
from seawall.commitments import load
from seawall.hub.scan import fit
from seawall.web.house import House
from seawall.web.pace import Pace
from tests.access.conftest import Ledger
from tests.web.browser import Browser
from tests.web.portal.conftest import EVIL, sent

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]
FORM = "/portal/feedback/hiroshima.2"
SECRET = "The report of last year is missing, says Mx Quill."
GIVEN = {"words": SECRET, "contact": "me@example.org", "website": ""}


@pytest.fixture
def house(house: House, tmp_path: Path) -> House:
    """A house whose organisation stands by a framework, and stood by another."""
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "commitments.yaml").write_text(
        "adopts:\n  hiroshima: {since: 2024-02-01}\n  munich: {since: 2024-02-16, until: 2025-06-30}\n"
    )
    assert house.office is not None
    office = msgspec.structs.replace(house.office, fit_for_all=lambda text: fit({"answer": text.encode()}))
    return msgspec.structs.replace(house, book=load(folder), office=office)


@pytest.fixture
def ann(somebody: Make, signed_in: SignIn) -> Browser:
    """A publisher."""
    return signed_in(somebody("ann", "publisher"))


def said(visitor: Browser, **change: str) -> str:
    """Send the form; return the address of the receipt."""
    moved = sent(visitor, FORM, **GIVEN | change)
    assert moved.status_code == 303, moved.text
    return moved.headers["location"]


def named(house: House) -> str:
    with house.database.begin() as tx:
        return str(reading.every(tx)[0].id)


def page(browser: Browser, path: str) -> httpx.Response:
    return browser.get(path, headers={"accept": "text/html"})


def test_somebody_without_an_account_writes_and_reads_the_answer(
    visitor: Browser, ann: Browser, house: House, ledger: Ledger
) -> None:
    asked = visitor.get(FORM)
    assert "<script" not in asked.text
    assert "Hiroshima" in asked.text
    where = said(visitor)
    assert re.fullmatch(r"/portal/feedback/said/[A-Za-z0-9_-]{43}", where)
    receipt = visitor.get(where).text
    assert "It arrived" in receipt
    assert "Keep the address of this page" in receipt
    assert "me@example.org" not in receipt
    name = named(house)
    shown = ann.get(f"/api/feedback/{name}").json()
    assert (shown["words"], shown["contact"], shown["answered_at"]) == (SECRET, "me@example.org", None)
    done = ann.post(f"/api/feedback/{name}/answer", {"words": EVIL, "public": "It comes in March."})
    assert done.status_code == 200, done.text
    answered = visitor.get(where).text
    assert "&lt;script&gt;" in answered
    assert EVIL not in answered
    assert "shown to everybody" in answered
    assert [kind for kind in ledger.kinds if kind.startswith("feedback.")] == [
        "feedback.received", "feedback.answered", "feedback.answer_published",
    ]  # fmt: skip


def test_words_addresses_and_answers_lie_in_the_vault_alone(
    visitor: Browser, ann: Browser, house: House, ledger: Ledger
) -> None:
    said(visitor)
    ann.post(f"/api/feedback/{named(house)}/answer", {"words": "Thank you for that.", "public": "It comes in March."})
    with house.database.begin() as tx:
        rows = tx.execute(text("SELECT row_to_json(f)::text FROM cases_feedback f")).scalar_one()
        rows += "".join(tx.execute(text("SELECT row_to_json(e)::text FROM outbox_events e")).scalars())
    kept = rows + "".join(map(repr, ledger))
    for hidden in ("Quill", "example.org", "Thank you", "March"):
        assert hidden not in kept


def test_what_nobody_stands_by_has_no_form(visitor: Browser, house: House) -> None:
    for about in ("munich", "thorn", "munich.1", "nothing", "..%2f..", "hiroshima.99"):
        refused = visitor.get(f"/portal/feedback/{about}")
        assert refused.status_code == 404, about
        assert "This link does not work" in refused.text
    assert visitor.get("/portal/feedback/hiroshima").status_code == 200


def test_what_is_wrong_is_said_in_its_place_and_nothing_is_lost(visitor: Browser, house: House) -> None:
    for change, told in (
        ({"words": " "}, "The feedback has"),
        ({"words": "x" * 4001}, "4001 characters"),
        ({"contact": "no address"}, "This is no e-mail address"),
        ({"csrf": "0" * 64}, "open for too long"),
    ):
        refused = sent(visitor, FORM, **GIVEN | change)
        assert refused.status_code in (400, 403, 422), change
        assert told in refused.text
        assert "Quill" in refused.text or "words" in change
    assert sent(visitor, FORM, **GIVEN | {"website": "https://spam.example"}).headers["location"].endswith("/thanks")
    with house.database.begin() as tx:
        assert reading.every(tx) == []


def test_another_link_opens_no_receipt(visitor: Browser, house: House) -> None:
    where = said(visitor)
    assert house.office is not None
    with house.database.begin() as tx:
        _, other = issue(tx, house.office, Opens.REPORT, named(house), project="", key="", account="", by="t")
    assert visitor.get(f"/portal/feedback/said/{other}").status_code == 404
    assert visitor.get(where.replace("feedback/said", "reported")).status_code == 404


def test_it_is_answered_once_and_only_by_whoever_may(
    visitor: Browser, ann: Browser, somebody: Make, signed_in: SignIn, house: House, ledger: Ledger
) -> None:
    said(visitor)
    name, answer = named(house), {"words": "Thank you."}
    aud = signed_in(somebody("aud", "auditor"))
    before = len(ledger.kinds)
    for path in ("/api/feedback", f"/api/feedback/{name}", "/console/feedback", f"/console/feedback/{name}"):
        assert aud.get(path).status_code == 403, path
    assert aud.post(f"/api/feedback/{name}/answer", answer).status_code == 403
    assert len(ledger.kinds) == before
    assert ann.post("/api/feedback/fb_none/answer", answer).status_code == 404
    assert ann.post(f"/api/feedback/{name}/answer", {"words": " "}).status_code == 400
    assert ann.post(f"/api/feedback/{name}/answer", answer, headers={"x-csrf-token": "0"}).status_code == 403
    assert ann.post(f"/api/feedback/{name}/answer", answer).json()["published"] is False
    again = ann.post(f"/api/feedback/{name}/answer", answer)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "feedback.answered_already")
    assert "feedback.answer_published" not in ledger.kinds


def test_what_must_not_be_published_is_refused_before_anything_is_answered(
    visitor: Browser, ann: Browser, house: House, ledger: Ledger
) -> None:
    said(visitor)
    given = {"words": "Thank you.", "public": "As me@example.org says."}
    refused = ann.post(f"/api/feedback/{named(house)}/answer", given)
    assert refused.json()["error"]["code"] == "hub.not_fit_to_publish"
    assert "me@example.org" not in refused.text
    assert "feedback.answered" not in ledger.kinds


def test_the_console_lists_shows_and_answers(visitor: Browser, ann: Browser, house: House) -> None:
    assert "Nobody wrote yet" in page(ann, "/console/feedback").text
    said(visitor, words=EVIL)
    name = named(house)
    listed = page(ann, "/console/feedback").text
    assert "One waits for an answer" in listed
    assert "Quill" not in listed
    shown = page(ann, f"/console/feedback/{name}").text
    assert "&lt;script&gt;" in shown
    assert EVIL not in shown
    fields = {"csrf": ann.form, "words": "", "public": ""}
    faulty = ann.ask("POST", f"/console/feedback/{name}/answer", data=fields, headers={"x-csrf-token": ""})
    assert faulty.status_code == 400
    assert 'id="e-words"' in faulty.text
    fields |= {"words": "Thank you.", "public": "It comes in March."}
    done = ann.ask("POST", f"/console/feedback/{name}/answer", data=fields, headers={"x-csrf-token": ""})
    assert done.headers["location"] == f"/console/feedback/{name}?said=feedback_answered"
    after = page(ann, f"/console/feedback/{name}").text
    assert "It comes in March." in after
    assert "Answer it" not in after
    assert "answered in public" in page(ann, "/console/feedback").text
    assert 'href="/console/feedback"' in page(ann, "/console").text


class TestPace:
    @pytest.fixture
    def house(self, house: House) -> House:
        return msgspec.structs.replace(
            house, portal_pace=Pace(per_minute=1, burst=9), report_pace=Pace(per_minute=1, burst=2)
        )

    def test_an_address_writes_so_often(self, visitor: Browser, house: House) -> None:
        assert [sent(visitor, FORM, **GIVEN).status_code for _ in range(3)] == [303, 303, 429]
        with house.database.begin() as tx:
            assert len(reading.every(tx)) == 2


def test_feedback_is_listed_newest_first_and_what_waits_oldest_first(house: House, ann: Browser) -> None:
    assert house.office is not None
    names = []
    for word in ("one", "two", "three"):
        with house.database.begin() as tx:
            made, _ = taking.take(tx, house.office, Given(framework="hiroshima", about="hiroshima", words=word))
            names.append(str(made.id))
    ann.post(f"/api/feedback/{names[1]}/answer", {"words": "Thank you."})
    listed = [each["id"] for each in ann.get("/api/feedback").json()["feedback"]]
    assert listed == names[::-1]
    waits = ann.get("/api/feedback?only_open=true&limit=1").json()
    assert ([each["id"] for each in waits["feedback"]], waits["next"]) == ([names[0]], names[0])
