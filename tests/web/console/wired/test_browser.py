"""Outside testers and privacy requests in a real browser: without a script, narrow, light and dark, and for axe."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from seawall.access import privacy, testers
from seawall.access.people import Person
from seawall.app.instance import Instance
from seawall.gateway import testing
from seawall.web.house import House
from tests.access.test_testers import Lifting
from tests.conftest import FrozenClock
from tests.web.console.test_browser import add_passkey, come_in, looked_at
from tests.web.console.wired.conftest import Furnished, team

# Each drives a browser, on machines that do other things too.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_engagements_are_narrowed_without_a_script(
    chromium: Chromium, home: str, house: House, furnished: Furnished
) -> None:
    context = chromium.new_context(base_url=home, java_script_enabled=False)
    plain = context.new_page()
    come_in(plain, house, furnished.ada)
    plain.get_by_role("link", name="Testers").click()
    plain.get_by_label("State", exact=True).select_option("ended")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.get_by_role("rowheader")).to_have_text(["Lab demo"])
    context.close()


def test_an_engagement_is_asked_for(
    page: Page, house: House, furnished: Furnished, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    team(house, somebody, clock)
    come_in(page, house, furnished.ada)
    add_passkey(page)
    page.goto("/console/testers")
    page.get_by_role("link", name="Ask to begin an engagement").click()
    page.get_by_label("Project").select_option("demo")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Organisation").fill("Laboratory")
    page.get_by_label("Purpose").fill("To see.")
    page.get_by_label("Networks").fill("here")
    page.get_by_label("Why").fill("They asked.")
    page.get_by_role("checkbox", name="demo").check()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("alert")).to_contain_text("'here' is no network.")
    expect(page.get_by_role("checkbox", name="demo")).to_be_checked()
    page.get_by_label("Networks").fill("192.0.2.7")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Laboratory").first).to_be_visible()
    expect(page.get_by_text("waiting").first).to_be_visible()


def test_a_table_is_narrowed_as_somebody_chooses(page: Page, house: House, furnished: Furnished) -> None:
    come_in(page, house, furnished.ada)
    page.goto("/console/testers")
    page.get_by_label("State", exact=True).select_option("running")
    expect(page.get_by_role("rowheader")).to_have_text(["Institute demo"])
    assert page.url.endswith("state=running&safeguards=")
    page.get_by_role("link", name="Organisation", exact=True).click()
    expect(page.get_by_role("columnheader", name="Organisation")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("rowheader")).to_have_text(["Institute demo"])


def test_a_deletion_asks_for_the_passkey_and_goes_on(
    page: Page, house: House, furnished: Furnished, clock: FrozenClock
) -> None:
    come_in(page, house, furnished.ada)
    add_passkey(page)
    clock.advance(minutes=6)
    page.goto(f"/console/privacy/requests/{furnished.checked}")
    page.get_by_role("link", name="Delete what is stored").click()
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete what is stored of them")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("What may be deleted is deleted.")).to_be_visible()


def test_a_copy_and_a_proof_are_saved_as_files(
    page: Page, house: House, instance: Instance, furnished: Furnished, somebody: Callable[..., Person], tmp_path: Path
) -> None:
    with house.database.begin() as tx:
        privacy.check(tx, house.edges, furnished.waits, how=privacy.Checked.IN_PERSON, by="host:desk")
    come_in(page, house, furnished.ada)
    add_passkey(page)
    page.goto(f"/console/privacy/requests/{furnished.waits}/export")
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download and answer").click()
    assert kept.value.suggested_filename == f"{furnished.waits}.jsonl"
    page.goto(f"/console/testers/{furnished.engagement}/statements/issue")
    page.get_by_role("button", name="Issue the statement").click()
    expect(page.get_by_text("The statement was issued.")).to_be_visible()
    instance.sequencer().step()
    with page.expect_download() as proof:
        page.get_by_role("link", name="Download the proof").click()
    assert proof.value.suggested_filename.endswith(".tlog-proof")


def test_no_page_of_testers_shuts_anybody_out(
    page: Page, house: House, furnished: Furnished, clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    here, tess = f"/testers/{furnished.engagement}", f"/testers/{furnished.engagement}/people/{furnished.tess.id}"
    with house.database.begin() as tx:
        stated, _ = testers.issue(tx, house.edges, furnished.engagement, testing.tested, by=furnished.ada.id)
    come_in(page, house, furnished.ada)
    add_passkey(page)
    wrong = []
    for name, path in {
        "testers": "/testers",
        "testers-begin": "/testers/begin",
        "tester-begin": f"/testers/begin/{furnished.project}",
        "engagement": here,
        "engagement-over": f"/testers/{furnished.other}",
        "engagement-end": f"{here}/end",
        "tester-add": f"{here}/people/add",
        "tester-restore": f"{here}/people/{furnished.rita.id}/restore",
        "tester-remove": f"{tess}/remove",
        "tester-key": f"{tess}/key",
        "statement-issue": f"{here}/statements/issue",
        "statement": f"{here}/statements/{stated}",
        "statement-early": f"{here}/statements/{stated}/proof",
        "lift-ask": f"/approvals/ask/tester.lift_safeguards?engagement={furnished.engagement}",
    }.items():
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    page.goto(f"/console{tess}/key")
    page.get_by_label("Name").fill("laptop")
    page.get_by_label("Requests at most").fill("0")
    page.get_by_role("button", name="Make the key").click()
    wrong += looked_at(page, "tester-key-wrong")
    page.get_by_label("Requests at most").fill("50")
    page.get_by_role("button", name="Make the key").click()
    wrong += looked_at(page, "tester-key-made")
    page.goto(f"/console/testers/begin/{furnished.project}")
    page.get_by_role("button", name="Ask for it").click()
    wrong += looked_at(page, "tester-begin-wrong")
    assert wrong == []


def test_no_page_of_a_test_without_safeguards_shuts_anybody_out(
    page: Page, house: House, furnished: Furnished, clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    with house.database.begin() as tx:
        lifting = Lifting(tx, house.edges, clock)
        approval = lifting.executed(tx, furnished.engagement)
        testers.lift_safeguards(tx, house.edges, furnished.engagement, by=lifting.sam.id, approval=approval)
    come_in(page, house, furnished.ada)
    wrong = []
    for name, path in {"engagement-lifted": "", "safeguards-restore": "/safeguards/restore"}.items():
        page.goto(f"/console/testers/{furnished.engagement}{path}")
        wrong += looked_at(page, name)
    assert wrong == []


def test_no_page_of_privacy_shuts_anybody_out(page: Page, house: House, furnished: Furnished) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    come_in(page, house, furnished.ada)
    add_passkey(page)
    wrong = []
    for name, path in {
        "privacy": "",
        "privacy-none": "?q=zebra",
        "privacy-take": "/take",
        "privacy-take-account": "/take/account",
        "privacy-take-person": "/take/person",
        "privacy-late": f"/requests/{furnished.late}",
        "privacy-checked": f"/requests/{furnished.checked}",
        "privacy-project": f"/requests/{furnished.of_project}",
        "privacy-check": f"/requests/{furnished.waits}/check",
        "privacy-export": f"/requests/{furnished.waits}/export",
        "privacy-delete": f"/requests/{furnished.checked}/delete",
        "privacy-correct": f"/requests/{furnished.late}/correct",
        "privacy-correct-person": f"/requests/{furnished.of_person}/correct",
        "privacy-opt-out": f"/requests/{furnished.of_project}/opt-out",
        "privacy-refuse": f"/requests/{furnished.waits}/refuse",
        "retention": "/retention",
    }.items():
        page.goto(f"/console/privacy{path}")
        wrong += looked_at(page, name)
    page.goto("/console/privacy/take/account")
    page.get_by_label("The end user's name").fill("karl")
    page.get_by_role("button", name="Take it in").click()
    wrong += looked_at(page, "privacy-take-wrong")
    page.goto(f"/console/privacy/requests/{furnished.checked}/delete")
    page.get_by_role("button", name="Delete for good").click()
    wrong += looked_at(page, "privacy-deleted")
    assert wrong == []
