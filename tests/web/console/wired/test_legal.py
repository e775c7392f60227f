"""Legal requests in the console: each step on a page of its own, what is refused and where, who learns of nothing."""

from collections.abc import Callable
from typing import Any

import pyrage
import pytest
from pyrage import x25519
from sqlalchemy import text

from seawall.access.approvals import Actor, vote
from seawall.access.approvals.requests import find
from seawall.access.people import Person
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make, Staff, proof_of, text_of
from tests.web.console.test_injection import BAD, clean
from tests.web.console.wired.conftest import ACCOUNT, stored, team
from tests.web.console.wired.legal import CALL, DATA, SCOPE, TAKEN, WORDS, approved, done, sent, taken


@pytest.fixture
def lea(staff: Make) -> Staff:
    return staff("lea", "legal")


@pytest.fixture
def leo(staff: Make) -> Staff:
    return staff("leo", "legal")


def used(house: House) -> None:
    with house.database.begin() as tx:
        stored(tx, house, ACCOUNT, "Said once.")


def test_an_empty_list_says_what_to_do(staff: Make, lea: Staff) -> None:
    assert "Nobody asked for anything." in text_of(lea.see("/legal"))
    assert "Nothing was published yet." in text_of(lea.see("/legal/numbers"))
    assert 'href="/console/legal"' in lea.see("").text
    for name, role in (("sam", "security"), ("aud", "auditor"), ("adm", "administrator"), ("rev", "senior_reviewer")):
        assert 'href="/console/legal"' not in staff(name, role).see("").text


def test_a_request_goes_its_way_page_by_page(
    lea: Staff, leo: Staff, house: House, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    used(house)
    path = taken(lea, nondisclosure="yes", phone="")
    assert "Nothing goes on before that." in text_of(lea.see(path))
    done(lea, path, "call-back", **CALL)
    for step, states in (("clarify", "It waits for the sender."), ("challenge", "It waits for the sender or a court.")):
        done(lea, path, step, **WORDS)
        assert states in text_of(lea.see(path))
    done(lea, path, "go-on", **WORDS)
    assert ACCOUNT in lea.see(f"{path}/accept").text
    done(lea, path, "accept", reason="So far.", categories=["content"], **SCOPE)
    assert "You reviewed it, so somebody else approves it" in text_of(lea.see(path))
    refused = lea.send(f"{path}/approve")
    assert (refused.status_code, "under this account or another of yours" in text_of(refused)) == (403, True)
    done(leo, path, "send-back", **WORDS)
    done(lea, path, "accept", reason="It holds.", categories=["content"], **SCOPE)
    done(leo, path, "approve")
    assert "something bars it" in text_of(lea.see(path))
    done(lea, path, "bar", reason="child_risk", until="2027-01-01T00:00")
    done(lea, path, "preserve")
    done(lea, path, "renew")
    assert "once, which is all" in text_of(lea.see(path))
    again = lea.send(f"{path}/renew")
    assert (again.status_code, "was renewed before" in text_of(again)) == (409, True)
    done(lea, path, "prepare", to="Inspector, by courier", in_clear_because="They come here.")
    listed = text_of(leo.see(f"{path}/manifest"))
    for words in ("What was written and answered", "the review left it out", "Inspector, by courier"):
        assert words in listed
    assert "Said once." not in listed
    assert "Ask others" in leo.see(f"{path}/produce").text


def test_the_file_is_downloaded_once_others_agreed(
    staff: Make, house: House, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    used(house)
    made = team(house, somebody, clock)
    lea, leo = staff("lea", "legal"), staff("leo", "legal")
    path = approved(lea, leo, nondisclosure="yes")
    neither = sent(lea, f"{path}/prepare", {"to": "Inspector"})
    assert (neither.status_code, "is encrypted to a recipient" in text_of(neither)) == (400, True)
    key = x25519.Identity.generate()
    done(lea, path, "prepare", to="Inspector", recipient=str(key.to_public()), in_clear_because="")
    asks = leo.see(f"{path}/produce").text.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    form = leo.browser.get(asks, headers={"accept": "text/html"}).text
    digest = asks.rpartition("=")[2]
    assert digest in form
    name = path.rpartition("/")[2]
    asked = leo.send("/approvals/ask/legal.produce", request=name, manifest_sha256=digest, reason="It is due.")
    assert asked.status_code == 303, text_of(asked)
    approval = asked.headers["location"].rpartition("/")[2].split("?")[0]
    early = leo.send(f"{path}/produce", manifest_sha256=digest, approval=approval)
    assert early.status_code == 409
    agree(house, made, approval)
    assert "Others agreed to" in leo.see(f"{path}/produce").text
    file = leo.send(f"{path}/produce", manifest_sha256=digest, approval=approval)
    assert (file.status_code, b"Said once." in pyrage.decrypt(file.content, [key])) == (200, True)
    assert file.headers["content-disposition"] == f'attachment; filename="{name}.jsonl.age"'
    assert leo.send(f"{path}/produce", manifest_sha256=digest, approval=approval).status_code == 409
    done(lea, path, "deliver", at="2026-01-06T10:00")
    full = lea.send(f"{path}/close", outcome="none_no_data", reason_code="answered")
    assert (full.status_code, "found nothing" in text_of(full)) == (400, True)
    done(lea, path, "close", outcome="full", reason_code="answered")
    shown = text_of(lea.see(path))
    assert "Answered in full" in shown
    assert "What comes next" not in shown


def agree(house: House, made: dict[str, Any], approval: str) -> None:
    """Have security agree, with a passkey that is old enough."""
    sam, device = made["sam"]
    actor = Actor(person=sam.id, proofs=(proof_of(house, device),))
    with house.database.begin() as tx:
        bound = find(tx, house.edges, approval).digest
        vote(tx, house.edges, house.desk, actor, approval, bound=bound, approves=True)


def test_what_it_says_is_shown_to_whoever_asks_and_that_is_on_record(lea: Staff, house: House) -> None:
    path = taken(lea, case_ref="12/26")
    assert "Example Police" not in lea.see(path).text
    seen = text_of(lea.send(f"{path}/look"))
    for words in ("Example Police", "Inspector Example", "12/26", "That you looked is on record."):
        assert words in seen
    document = lea.send(f"{path}/document")
    assert (document.content, document.headers["content-type"]) == (b"%PDF an order", "application/octet-stream")
    with house.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM ledger_records WHERE kind = 'legal_request.viewed'")) == 2


@pytest.mark.parametrize(
    ("fields", "told", "place"),
    [
        ({"tier": "content", "kind": "subpoena"}, "A subpoena reaches basic data at most", "tier"),
        ({"country": "xx"}, "'xx' is no country.", "country"),
        ({"accounts": "Karl"}, "'Karl' is no account.", "accounts"),
        ({"agency": ""}, "The agency has 0 characters.", "agency"),
        ({"until": "2025-01-01T00:00"}, "The time is empty", "since"),
        ({"received_at": "yesterday"}, "received_at: Input should be", "received_at"),
        ({"nondisclosure": "yes", "nondisclosure_until": "2025-01-01T00:00"}, "has passed", "nondisclosure_until"),
    ],
)
def test_what_no_request_can_be_is_told_in_its_place(lea: Staff, fields: dict[str, str], told: str, place: str) -> None:
    reply = sent(lea, "/legal/take", {**TAKEN, "categories": DATA, **fields}, b"x")
    assert reply.status_code in (400, 422)
    assert told in text_of(reply).replace("&#39;", "'")
    assert f'id="e-{place}"' in reply.text
    assert 'value="Section 1"' in reply.text
    assert lea.see("/legal?format=json").json() == []


def test_a_request_without_its_document_is_refused(lea: Staff) -> None:
    for document in (b"", None):
        reply = sent(lea, "/legal/take", {**TAKEN, "categories": DATA}, document)
        assert (reply.status_code, "A document of 0 bytes." in text_of(reply)) == (400, True)


def test_whoever_has_no_right_learns_of_nothing_and_changes_nothing(
    staff: Make, lea: Staff, leo: Staff, clock: FrozenClock
) -> None:
    path = taken(lea)
    steps = (
        "call-back", "accept", "clarify", "challenge", "go-on", "send-back", "reject", "approve", "preserve", "renew",
        "bar", "prepare", "produce", "deliver", "close",
    )  # fmt: skip
    for name, role in (("aud", "auditor"), ("adm", "administrator"), ("rev", "reviewer"), ("sam", "security")):
        who = staff(name, role)
        for place in (path, "/legal/requests/lr_none"):
            for step in ("", "/manifest", *(f"/{each}" for each in steps)):
                assert who.see(f"{place}{step}").status_code == 403, (name, place, step)
            for step in ("look", "document", *steps):
                assert who.send(f"{place}/{step}").status_code == 403, (name, place, step)
        assert {who.see(each).status_code for each in ("/legal", "/legal/take", "/legal/numbers")} == {403}
    for step in ("", "/manifest", *(f"/{each}" for each in steps)):
        assert lea.see(f"/legal/requests/lr_none{step}").status_code == 404, step
    form, lea.browser.form = lea.browser.form, leo.browser.form
    for step in (*steps, "look"):
        foreign = lea.send(f"{path}/{step}")
        assert (foreign.status_code, "web.foreign_request" in foreign.text) == (403, True), step
    lea.browser.form = form
    clock.advance(minutes=6)
    assert lea.see(f"{path}/accept").headers["location"].startswith("/console/step-up?next=%2Fconsole%2Flegal")
    assert [each["state"] for each in lea.see("/legal?format=json").json()] == ["not called back"]


def test_lists_are_narrowed_and_exported(lea: Staff) -> None:
    taken(lea)
    taken(lea, kind="subpoena", tier="basic", categories=["account"])
    assert [each["kind"] for each in lea.see("/legal?format=json&kind=Subpoena").json()] == ["Subpoena"]
    assert lea.see("/legal?format=csv&state=closed").text.count("\r\n") == 1


def test_numbers_are_seen_first_and_closed_once(staff: Make, lea: Staff, clock: FrozenClock) -> None:
    taken(lea)
    half = {"since": "2026-01-01T00:00", "until": "2026-07-01T00:00"}
    early = lea.send("/legal/numbers", **half)
    assert (early.status_code, "The period ends on" in text_of(early)) == (400, True)
    clock.advance(days=200)
    leo = staff("leo2", "legal")
    assert "Close and publish" in leo.see("/legal/numbers", params=half).text
    assert leo.send("/legal/numbers", **half).headers["location"].endswith("?said=legal_numbers")
    assert "1 January 2026 up to 1 July 2026" in text_of(leo.see("/legal/numbers"))
    assert "overlaps" in text_of(leo.send("/legal/numbers", **half))
    assert leo.see("/legal/numbers?since=x&until=y").status_code == 422


def test_bad_names_and_entries_stay_text(lea: Staff, leo: Staff, house: House) -> None:
    used(house)
    bad = dict.fromkeys(("agency", "sender", "title", "email", "phone", "legal_basis", "case_ref"), BAD)
    path = taken(lea, nondisclosure="yes", **bad)
    done(lea, path, "call-back", **CALL | {"spoke_to": BAD, "number": f"{BAD}7654321"})
    done(lea, path, "clarify", reason_code="too_broad", words=BAD)
    done(lea, path, "go-on", reason_code="answered", words=BAD)
    done(lea, path, "accept", reason=BAD, categories=DATA, **SCOPE)
    done(leo, path, "approve")
    done(lea, path, "prepare", to=BAD, in_clear_because=BAD)
    for reply in (lea.send(f"{path}/look"), lea.see(f"{path}/manifest")):
        assert "&lt;img src=x" in reply.text
        assert clean(reply.text)
    for step, fields in {
        "bar": {"reason": BAD, "until": BAD}, "prepare": {"to": BAD * 9, "recipient": BAD},
        "deliver": {"at": BAD},
        "close": {"outcome": BAD, "reason_code": BAD}, "accept": {"reason": BAD, "accounts": BAD, "since": BAD},
        "call-back": {"found_at": BAD, "number": BAD}, "reject": {"reason_code": BAD, "words": BAD},
        "produce": {"manifest_sha256": BAD, "approval": BAD},
    }.items():  # fmt: skip
        reply = lea.send(f"{path}/{step}", **fields)
        assert 400 <= reply.status_code < 500, (step, reply.status_code)
        assert clean(reply.text), step
    wrong = sent(lea, "/legal/take", dict.fromkeys(TAKEN, BAD), BAD.encode())
    assert (wrong.status_code, clean(wrong.text)) == (422, True)
    for place in (f"/legal?q={BAD}", f"/legal?kind={BAD}", f"/legal/numbers?since={BAD}&until={BAD}"):
        assert clean(lea.see(place).text)
    assert lea.see(f"/legal/requests/{BAD}").status_code == 404
    text_ = lea.see(path).text
    assert (" style=" in text_, "<style" in text_, " onclick" in text_) == (False, False, False)
