"""Legal requests in Chromium: taken in with a file, narrowed, handed over; no page shuts anybody out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.cases.legal import Bureau, Data, Kind, intake, notifying, preserving, producing, reviewing, verifying
from seawall.cases.legal.kinds import Bar
from seawall.web.house import House
from tests.cases.legal.conftest import AGREED, CALL, Desk, scope
from tests.conftest import FrozenClock
from tests.web.console.test_browser import add_passkey, come_in, looked_at
from tests.web.console.wired.conftest import ACCOUNT, stored, team

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """Requests in every state, and who works on them."""

    lea: Person
    new: str
    review: str
    reviewed: str
    approved: str
    prepared: str
    produced: str
    urgent: str
    rejected: str


@pytest.fixture
def filed(house: House, somebody: Callable[..., Person], clock: FrozenClock) -> Filed:
    """Fill the house with requests in every state."""
    lea, leo = somebody("Lea Example", "legal"), somebody("Leo Example", "legal")
    team(house, somebody, clock)
    bureau, start = house.bureau, clock()
    assert bureau is not None
    with house.database.begin() as tx:
        for _ in range(3):
            stored(tx, house, ACCOUNT, "Said once.")
    here = scope(*Data, accounts=(ACCOUNT,), since=start - timedelta(days=20), until=start + timedelta(days=9))
    names = {}
    for name in ("new", "review", "reviewed", "approved", "prepared", "produced", "rejected"):
        names[name] = _filed(house, bureau, clock, lea, leo, name, here)
    with house.database.begin() as tx:
        papers = msgspec.structs.replace(_desk(house, clock).asked().papers, danger="Somebody is in danger.")
        urgent = _desk(house, clock).asked(Kind.EMERGENCY, papers=papers, scope=here)
        found = intake.take(tx, bureau, urgent, by=lea.id)
        verifying.call_back(tx, bureau, found.id, CALL, by=lea.id)
        reviewing.accept(tx, bureau, found.id, scope=None, reason="It is.", by=leo.id)
    return Filed(lea=lea, urgent=found.id, **names)


def _desk(house: House, clock: FrozenClock) -> Desk:
    return Desk(house.edges, house.edges.record, clock)  # type: ignore[arg-type]


def _filed(
    house: House, bureau: Bureau, clock: FrozenClock, lea: Person, leo: Person, state: str, reach: object
) -> str:
    barred = state in ("prepared", "produced")
    asked = msgspec.structs.replace(_desk(house, clock).asked(), scope=reach, nondisclosure=barred)
    with house.database.begin() as tx:
        name = intake.take(tx, bureau, asked, by=lea.id).id
        if state == "new":
            return name
        verifying.call_back(tx, bureau, name, CALL, by=lea.id)
        preserving.preserve(tx, bureau, name, by=lea.id)
        if state == "rejected":
            reviewing.reject(tx, bureau, name, "No such section.", reason_code="no_basis", by=lea.id)
        if state in ("review", "rejected"):
            return name
        less = msgspec.structs.replace(reach, categories=(Data.ACCOUNT, Data.CONTENT))  # type: ignore[type-var]
        reviewing.accept(tx, bureau, name, scope=less, reason="So far.", by=leo.id)  # type: ignore[arg-type]
        if state == "reviewed":
            return name
        reviewing.approve(tx, bureau, name, by=lea.id)
        if state == "approved":
            return name
        notifying.bar(tx, bureau, name, Bar.CHILD_RISK, clock() + timedelta(days=90), by=lea.id)
        how = {"to": "Inspector Example, by courier", "in_clear_because": "It is handed over in person."}
        digest = producing.prepare(tx, bureau, name, **how, by=lea.id).manifest_sha256
        if state == "produced":
            producing.produce(tx, bureau, name, digest, AGREED, by=lea.id)
    return name


def test_a_request_is_taken_in_with_its_document(page: Page, house: House, filed: Filed, tmp_path: Path) -> None:
    order = tmp_path / "order.pdf"
    order.write_bytes(b"%PDF an order")
    come_in(page, house, filed.lea)
    add_passkey(page)
    page.get_by_role("link", name="Legal", exact=True).click()
    page.get_by_role("link", name="Take a request in").click()
    page.get_by_label("By which right they ask").select_option("subpoena")
    page.get_by_label("How deep it reaches").select_option("basic")
    page.get_by_label("Country").fill("DE")
    page.get_by_label("Authority, court or party").fill("Example Court")
    page.get_by_label("Who signed it").fill("Judge Example")
    page.get_by_label("Law that they name").fill("Section 1")
    page.get_by_label("Accounts").fill("Karl")
    page.get_by_role("checkbox", name="Which account it is, since when").check()
    page.get_by_label("From (UTC)").fill("2025-12-01T00:00")
    page.get_by_label("Up to, not including (UTC)").fill("2026-02-01T00:00")
    page.get_by_label("The request itself").set_input_files(order)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("alert")).to_contain_text("'Karl' is no account.")
    assert looked_at(page, "legal-take-wrong") == []
    page.get_by_label("Accounts").fill(ACCOUNT)
    page.get_by_label("The request itself").set_input_files(order)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("The request was taken in.")).to_be_visible()
    expect(page.get_by_text("Example Court")).to_have_count(0)
    page.get_by_role("button", name="Show what it says").click()
    expect(page.get_by_text("Example Court")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download the document").click()
    assert Path(kept.value.path()).read_bytes() == b"%PDF an order"


def test_no_page_of_legal_requests_shuts_anybody_out(page: Page, house: House, filed: Filed) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    come_in(page, house, filed.lea)
    add_passkey(page)
    at = "/requests/"
    wrong = []
    for name, path in {
        "legal": "",
        "legal-take": "/take",
        "legal-new": f"{at}{filed.new}",
        "legal-review": f"{at}{filed.review}",
        "legal-reviewed": f"{at}{filed.reviewed}",
        "legal-approved": f"{at}{filed.approved}",
        "legal-prepared": f"{at}{filed.prepared}",
        "legal-produced": f"{at}{filed.produced}",
        "legal-urgent": f"{at}{filed.urgent}",
        "legal-rejected": f"{at}{filed.rejected}",
        "legal-call": f"{at}{filed.new}/call-back",
        "legal-accept": f"{at}{filed.review}/accept",
        "legal-object": f"{at}{filed.review}/challenge",
        "legal-approve": f"{at}{filed.reviewed}/approve",
        "legal-bar": f"{at}{filed.review}/bar",
        "legal-preserve": f"{at}{filed.review}/preserve",
        "legal-prepare": f"{at}{filed.approved}/prepare",
        "legal-manifest": f"{at}{filed.prepared}/manifest",
        "legal-produce": f"{at}{filed.prepared}/produce",
        "legal-deliver": f"{at}{filed.produced}/deliver",
        "legal-close": f"{at}{filed.produced}/close",
        "legal-numbers": "/numbers?since=2026-01-01T00:00&until=2026-07-01T00:00",
    }.items():
        page.goto(f"/console/legal{path}")
        wrong += looked_at(page, name)
    page.goto(f"/console/legal/requests/{filed.produced}")
    page.get_by_role("button", name="Show what it says").click()
    wrong += looked_at(page, "legal-looked")
    assert wrong == []


def test_it_is_handed_over_once_others_agreed(page: Page, house: House, filed: Filed) -> None:
    come_in(page, house, filed.lea)
    add_passkey(page)
    page.goto(f"/console/legal/requests/{filed.prepared}")
    page.get_by_role("link", name="Hand it over").click()
    page.get_by_role("link", name="Ask others").click()
    page.get_by_label("Why").fill("It is due.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Hands 4 items of 1 account over in answer to")).to_be_visible()
