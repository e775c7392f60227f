"""The console in a real browser: passkeys, keyboard, narrow screens, light and dark, and what axe finds."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from seawall.access.people import Person, links, recovery, roles
from seawall.web.house import House
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.console.conftest import Furnished

pytestmark = pytest.mark.slow

# Where somebody who builds pages wants to look at them: SEAWALL_SHOTS=/tmp/shots
_SHOTS = os.environ.get("SEAWALL_SHOTS", "")
_WIDTH = {"wide": 1280, "narrow": 320}


@pytest.fixture
def page(chromium: Chromium, home: str) -> Iterator[Page]:
    """A page of the site in a fresh browser with a passkey device, that fails on any error of a script or policy."""
    context = chromium.new_context(base_url=home, reduced_motion="reduce")
    made = context.new_page()
    said: list[str] = []
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    with_device(made)
    made.set_default_timeout(20_000)
    yield made
    context.close()
    assert said == []


def with_device(page: Page) -> None:
    """Give a browser an authenticator that verifies whoever uses it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def come_in(page: Page, house: House, who: Person) -> None:
    """Sign in by a link, as a person does who was given one."""
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, who.id, by="host:test").token
    page.goto(f"/console/link?token={token}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Profile", exact=True)).to_be_visible()


def add_passkey(page: Page) -> None:
    page.goto("/console/profile/passkeys/add")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("The passkey was added.")).to_be_visible()


def looked_at(page: Page, name: str) -> list[str]:
    """Look at a page wide and narrow, light and dark; return what is wrong with it."""
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": _WIDTH["wide"], "height": 900})
        _shot(page, f"{name}-{scheme}")
        found = Axe().run(page)
        wrong += [f"{name} {scheme}: {each['id']} {each['nodes'][0]['html']}" for each in found.response["violations"]]
    page.set_viewport_size({"width": _WIDTH["narrow"], "height": 800})
    _shot(page, f"{name}-narrow")
    across = page.evaluate("document.documentElement.scrollWidth")
    return [*wrong, *([f"{name}: {across} px across"] if across > _WIDTH["narrow"] else [])]


def _shot(page: Page, name: str) -> None:
    if _SHOTS:
        Path(_SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{_SHOTS}/{name}.png", full_page=True)


def test_whoever_is_given_a_link_adds_a_passkey_and_signs_in_with_it(
    page: Page, house: House, somebody: Callable[..., Person]
) -> None:
    come_in(page, house, somebody("ada"))
    expect(page.get_by_text("Add a passkey now")).to_be_visible()
    add_passkey(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/console/sign-in?next=/console/profile")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1, name="ada")).to_be_visible()


def test_something_dangerous_asks_for_the_passkey_and_goes_on(
    page: Page, house: House, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    ada, ben = somebody("ada", "administrator"), somebody("ben")
    come_in(page, house, ada)
    add_passkey(page)
    clock.advance(minutes=6)
    page.goto(f"/console/people/{ben.id}")
    page.get_by_role("link", name="Deactivate").click()
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deactivate ben")
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("The person was deactivated")).to_be_visible()


def test_the_sign_in_page_works_from_the_keyboard(page: Page) -> None:
    page.goto("/console/sign-in")
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.name"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    wanted = ["Skip to the content", "Seawall", "Sign in with a passkey", "address", "password", "code", "Sign in"]
    assert [each for each in reached if each in wanted] == wanted


def test_a_form_is_filled_in_and_corrected_from_the_keyboard(
    page: Page, house: House, somebody: Callable[..., Person]
) -> None:
    come_in(page, house, somebody("ada", "administrator"))
    page.goto("/console/projects/add")
    page.get_by_label("Country").focus()
    page.keyboard.type("Germany")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Name").focus()
    page.keyboard.type("demo")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("DE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("demo")


def test_the_skip_link_leads_past_the_navigation(page: Page, house: House, somebody: Callable[..., Person]) -> None:
    come_in(page, house, somebody("ada"))
    page.goto("/console")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_table_is_filtered_as_somebody_types(page: Page, house: House, somebody: Callable[..., Person]) -> None:
    ada = somebody("ada", "administrator")
    somebody("ben")
    come_in(page, house, ada)
    page.goto("/console/people")
    page.get_by_role("searchbox").fill("ben")
    expect(page.get_by_role("rowheader")).to_have_text(["ben"])
    assert page.url.endswith("q=ben")
    page.get_by_role("link", name="Name").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")


def test_a_table_is_filtered_without_a_script(
    chromium: Chromium, home: str, house: House, somebody: Callable[..., Person]
) -> None:
    context = chromium.new_context(base_url=home, java_script_enabled=False)
    plain = context.new_page()
    somebody("ben")
    come_in(plain, house, somebody("ada", "administrator"))
    plain.goto("/console/people")
    plain.get_by_role("searchbox").fill("ben")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.get_by_role("rowheader")).to_have_text(["ben"])
    context.close()


def test_no_page_shuts_anybody_out(
    page: Page, house: House, furnished: Furnished, clock: FrozenClock, log: Log
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    wrong = []
    page.goto("/console/sign-in")
    wrong += looked_at(page, "sign-in")
    page.get_by_label("E-mail address").fill("nobody@people.test")
    page.get_by_role("button", name="Sign in", exact=True).click()
    wrong += looked_at(page, "sign-in-refused")
    page.goto("/console/link?token=anything")
    wrong += looked_at(page, "link")
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, furnished.ada.id, "security", by="host:test")
        roles.grant(tx, house.edges, furnished.ada.id, "legal", by="host:test")
        recovery.issue_codes(tx, house.edges, furnished.ada.id, by=furnished.ada.id)
    come_in(page, house, furnished.ada)
    wrong += looked_at(page, "welcome")
    page.goto("/console")
    wrong += looked_at(page, "home-new")
    page.goto("/console/profile/passkeys/add")
    wrong += looked_at(page, "passkey-add")
    add_passkey(page)
    log.sequencer.step()
    wrong += _pages(page, furnished)
    wrong += _shown_once(page, furnished)
    clock.advance(minutes=10)
    page.goto("/console/people/add")
    wrong += looked_at(page, "step-up")
    assert wrong == []


def _pages(page: Page, furnished: Furnished) -> list[str]:
    person, project = f"/people/{furnished.cleo.id}", f"/projects/{furnished.project}"
    waiting, alone = f"/approvals/{furnished.waiting.id}", f"/approvals/{furnished.alone.id}"
    paths = {
        "home": "",
        "profile": "/profile",
        "profile-name": "/profile/name",
        "password": "/profile/password",
        "people": "/people",
        "people-none": "/people?q=zebra",
        "person-add": "/people/add",
        "person": person,
        "person-change": f"{person}/change",
        "person-deactivate": f"{person}/deactivate",
        "role-grant": f"{person}/roles/grant",
        "role-withdraw": f"{person}/roles/publisher/withdraw",
        "rights": "/rights",
        "explain": f"/rights/explain?person={furnished.cleo.id}&action=person.add",
        "projects": "/projects",
        "project-add": "/projects/add",
        "project": project,
        "project-settings": f"{project}/settings",
        "project-archive": f"{project}/archive",
        "key-add": f"{project}/keys/add",
        "approvals": "/approvals",
        "approvals-mine": "/approvals?show=mine",
        "approval": waiting,
        "approval-alone": alone,
        "review": f"{alone}/review?justified=no",
        "ask": "/approvals/ask",
        "ask-key": f"/approvals/ask/key.create_zero_retention?project={furnished.project}",
        "audit": "/audit",
        "audit-some": "/audit?kind=person.*&since=2026-01-01",
        "audit-wrong": "/audit?since=yesterday",
        "missing": "/nothing-here",
    }
    wrong = []
    for name, path in paths.items():
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    return wrong


def _shown_once(page: Page, furnished: Furnished) -> list[str]:
    """Go through what is shown once only, and errors in their place."""
    wrong = []
    page.goto("/console/profile/recovery-codes")
    page.get_by_role("button", name="Make ten codes").click()
    wrong += looked_at(page, "recovery-codes")
    page.goto("/console/profile/authenticator")
    page.get_by_role("button", name="Show the QR code").click()
    wrong += looked_at(page, "authenticator")
    page.get_by_role("textbox", name="Code").fill("12")
    page.get_by_role("button", name="Confirm").click()
    wrong += looked_at(page, "authenticator-wrong")
    page.goto(f"/console/projects/{furnished.project}/keys/add")
    page.get_by_label("Name").fill("Laptop of Ada")
    page.get_by_role("button", name="Make the key").click()
    wrong += looked_at(page, "key-made")
    page.goto("/console/projects/add")
    page.get_by_label("Name").fill("demo/2")
    page.get_by_role("button", name="Make the project").click()
    wrong += looked_at(page, "project-wrong")
    return wrong
