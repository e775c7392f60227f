"""`/api/legal`: a request from its intake to its end, who gets how far, and who learns not even that it is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pyrage
import pytest
from sqlalchemy import text

from seawall.access.people import Person
from seawall.app.instance import Instance
from seawall.app.legalwork import legal_jobs
from seawall.vault import sweep
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.approving import told
from tests.web.browser import Browser
from tests.web.legal import ACCOUNT, AT, CALL, PREPARED, RECIPIENT, Firm

pytestmark = pytest.mark.usefixtures("whole")
EVIL = "<script>alert(1)</script>\"'>{{ 7*7 }}"


@pytest.fixture
def firm(house: House, clock: FrozenClock, signed_in: Callable[[Person], Browser]) -> Firm:
    made = Firm(house, clock, signed_in)
    made.used()
    return made


def kinds(house: House) -> list[str]:
    with house.database.begin() as tx:
        return list(tx.scalars(text("SELECT kind FROM ledger_records WHERE kind LIKE 'legal%' ORDER BY id")))


def test_a_request_from_its_intake_to_its_end(firm: Firm, house: House, clock: FrozenClock) -> None:
    name = firm.approved()
    waits = told(firm["lea"].get("/api/legal/requests?only_open=true"))["requests"]
    assert [(each["id"], each["state"], each["overdue"]) for each in waits] == [(name, "approved", False)]
    told(firm["leo"].post(f"{AT}/{name}/preserve"))
    early = {"act": "legal.produce", "parameters": {"request": name, "manifest_sha256": "0" * 64}, "reason": "x"}
    assert firm["leo"].post("/api/approvals", early).json()["error"]["code"] == "legal.nothing_prepared"
    told(firm["lea"].post(f"{AT}/{name}/prepare", PREPARED))
    clock.advance(days=8)
    firm.sign_in()
    digest, approval = firm.agreed(name)
    manifest = told(firm["leo"].get(f"{AT}/{name}/manifest"))
    assert [each["category"] for each in manifest["items"]] == ["account", "exchanges", "content"]
    assert "Said once." not in repr(manifest)
    body = {"manifest_sha256": digest, "approval": approval}
    file = firm["leo"].post(f"{AT}/{name}/produce", body)
    assert file.headers["content-disposition"] == f'attachment; filename="{name}.jsonl.age"'
    assert b"Said once." not in file.content
    lines = [msgspec.json.decode(each) for each in pyrage.decrypt(file.content, [RECIPIENT]).splitlines()]
    assert (lines[0]["items"], lines[3]["content"]) == (3, "Said once.")
    assert firm["leo"].post(f"{AT}/{name}/produce", body).status_code == 409
    told(firm["lea"].post(f"{AT}/{name}/deliver", {"at": clock().isoformat()}))
    closed = told(firm["leo"].post(f"{AT}/{name}/close", {"outcome": "full", "reason_code": "answered"}))
    assert (closed["state"], closed["outcome"]) == ("closed", "full")
    whole = told(firm["lea"].get(f"{AT}/{name}"))
    assert [each["what"] for each in whole["trail"]] == [
        "taken", "called_back", "reviewed", "approved", "notice_laid", "preserved", "prepared", "prepared", "produced",
        "delivered", "closed",
    ]  # fmt: skip
    assert "human" not in repr(whole)
    assert whole["production"]["times"] == 1
    assert set(kinds(house)) >= {"legal_request.produced", "legal_request.preserved", "legal_request.closed"}


def test_without_an_approval_the_refusal_says_what_to_ask_for(firm: Firm) -> None:
    name = firm.approved(nondisclosure=True)
    digest = told(firm["lea"].post(f"{AT}/{name}/prepare", PREPARED))["manifest_sha256"]
    refused = firm["leo"].post(f"{AT}/{name}/produce", {"manifest_sha256": digest})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access.approval_needed")
    assert digest in refused.json()["error"]["asks"]
    assert "Said once." not in refused.text


def test_what_others_agreed_to_is_exactly_what_is_given(firm: Firm) -> None:
    name = firm.approved(nondisclosure=True)
    digest, approval = firm.agreed(name)
    other = told(firm["lea"].post(f"{AT}/{name}/prepare", PREPARED | {"to": "somebody else"}))["manifest_sha256"]
    for each in (digest, other):
        refused = firm["leo"].post(f"{AT}/{name}/produce", {"manifest_sha256": each, "approval": approval})
        assert refused.status_code == 409, refused.text
        assert refused.json()["error"]["code"] in ("legal.manifest_changed", "access.request_changed")
    assert told(firm["lea"].get(f"{AT}/{name}"))["state"] == "approved"


def test_a_service_account_or_a_stale_passkey_decides_nothing(firm: Firm, clock: FrozenClock) -> None:
    name = firm.called()
    clock.advance(minutes=6)
    refused = firm["lea"].post(f"{AT}/{name}/accept", {"reason": "x"})
    assert refused.json()["error"]["code"] == "access.passkey_needed"
    assert told(firm["lea"].get(f"{AT}/{name}"))["state"] == "legal_review"


def test_whoever_has_no_right_learns_not_even_that_it_is_there(firm: Firm) -> None:
    name = firm.approved(nondisclosure=True)
    _, approval = firm.agreed(name)
    steps = {
        "look": None, "document": None, "call-back": CALL, "accept": {"reason": "x"}, "approve": None,
        "clarify": {"reason_code": "x", "words": "x"}, "challenge": {"reason_code": "x", "words": "x"},
        "go-on": {"reason_code": "x", "words": "x"}, "send-back": {"reason_code": "x", "words": "x"},
        "reject": {"reason_code": "x", "words": "x"}, "bar": {"reason": "order"}, "preserve": None, "renew": None,
        "prepare": PREPARED, "produce": {"manifest_sha256": "0" * 64}, "deliver": {"at": "2026-01-01T00:00:00Z"},
        "close": {"outcome": "withdrawn", "reason_code": "x"},
    }  # fmt: skip
    for who in ("ada", "aud", "rev", "eva", "pub", "sam"):
        browser = firm[who]
        for path in ("/api/legal/requests", "/api/legal/numbers", "/api/legal/numbers/preview"):
            assert browser.get(path).status_code == 403, (who, path)
        assert browser.post(AT, firm.given()).status_code == 403
        for step, body in steps.items():
            there, nowhere = (browser.post(f"{AT}/{each}/{step}", body) for each in (name, "lr_none"))
            same = (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
            assert (there.status_code, same) == (403, True), (who, step, there.text)
        for path in ("", "/manifest"):
            there, nowhere = (browser.get(f"{AT}/{each}{path}") for each in (name, "lr_none"))
            assert (there.status_code, there.json()) == (403, nowhere.json())
        listed = browser.get("/api/approvals")
        # Security has a seat, and sees what it is asked; nobody else sees that anything is asked.
        assert (name in listed.text) is (who == "sam"), who
        assert (browser.get(f"/api/approvals/{approval}").status_code == 200) is (who == "sam"), who
    assert firm["lea"].get(f"{AT}/lr_none").status_code == 404


def test_what_somebody_sent_stays_text_and_a_form_of_another_site_does_nothing(firm: Firm) -> None:
    more = {"agency": EVIL, "sender": EVIL, "legal_basis": EVIL, "case_ref": EVIL}
    name = firm.taken(**more)
    seen = firm["lea"].post(f"{AT}/{name}/look")
    assert (seen.json()["papers"]["agency"], seen.headers["content-type"]) == (EVIL, "application/json")
    document = firm["lea"].post(f"{AT}/{name}/document")
    assert (document.content, document.headers["content-type"]) == (b"%PDF an order", "application/octet-stream")
    assert document.headers["x-content-type-options"] == "nosniff"
    foreign = {"origin": "https://evil.test", "sec-fetch-site": "cross-site"}
    assert firm["lea"].ask("POST", f"{AT}/{name}/preserve", headers=foreign).status_code == 403
    for wrong in ({"kind": "letter"}, {"document": "***"}, {"scope": {}}, {"received_at": "yesterday"}):
        assert firm["lea"].post(AT, firm.given(**wrong)).status_code in (400, 422)
    for scope in ({"accounts": ["ac_1'; DROP TABLE legal_requests"]}, {"accounts": ["<b>"]}):
        given: dict[str, Any] = firm.given()
        given["scope"] |= scope
        assert firm["lea"].post(AT, given).json()["error"]["code"] == "legal.bad_scope"
    assert told(firm["lea"].get("/api/legal/requests"))["requests"][0]["id"] == name


def test_the_product_gets_the_notice_and_hands_it_over(firm: Firm, house: House) -> None:
    name = firm.approved()
    keyed = {"x-api-key": firm.secret, "cookie": ""}
    (waits,) = told(firm["lea"].ask("GET", "/api/v1/notices", headers=keyed))["notices"]
    assert (waits["account"], waits["notice"]["legal_request"]) == (ACCOUNT, name)
    for _ in range(2):
        told(firm["lea"].ask("POST", f"/api/v1/notices/{waits['id']}/given", headers=keyed))
    assert kinds(house).count("legal_request.notice_given") == 1


def test_the_jobs_of_a_worker_release_and_tell(firm: Firm, instance: Instance, clock: FrozenClock) -> None:
    until = (clock() + timedelta(days=5)).isoformat()
    name = firm.approved(nondisclosure=True, nondisclosure_until=until)
    told(firm["lea"].post(f"{AT}/{name}/preserve"))
    release, tell = legal_jobs(instance)
    clock.advance(days=60)
    for job in (release, tell):
        job.run()
    sweep(instance.vault(), instance.database(), clock)
    firm.sign_in()
    whole = told(firm["lea"].get(f"{AT}/{name}"))
    assert whole["trail"][-1]["what"] == "notice_laid"
    assert whole["preservation"]["released_at"] is None
    digest = told(firm["lea"].post(f"{AT}/{name}/prepare", PREPARED))
    assert digest["items"] == 3  # what is preserved outlived its thirty days
    clock.advance(days=30)
    release.run()
    sweep(instance.vault(), instance.database(), clock)
    firm.sign_in()
    assert told(firm["lea"].post(f"{AT}/{name}/prepare", PREPARED))["items"] == 2
    assert told(firm["lea"].get(f"{AT}/{name}"))["preservation"]["released_at"] is not None


def test_numbers_are_previewed_and_published(firm: Firm, clock: FrozenClock) -> None:
    firm.taken()
    clock.advance(days=200)
    firm.sign_in()
    period = {"since": "2026-01-01T00:00:00Z", "until": "2026-07-01T00:00:00Z"}
    seen = told(firm["lea"].get("/api/legal/numbers/preview", params=period))
    assert seen["cells"][0]["requests"] is None
    assert told(firm["leo"].post("/api/legal/numbers", period)) == seen
    assert told(firm["lea"].get("/api/legal/numbers")) == [seen]
    assert firm["leo"].post("/api/legal/numbers", period).json()["error"]["code"] == "legal.bad_period"
