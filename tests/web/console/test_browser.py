"""The console in a real browser: passkeys, keyboard, narrow screens, light and dark, and what axe finds."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from seawall.access import projects
from seawall.access.people import Person, links, roles
from seawall.web.house import House
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.console.conftest import Furnished

# Each drives a browser, on machines that do other things too.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# Where somebody who builds pages wants to look at them: SEAWALL_SHOTS=/tmp/shots
_SHOTS = os.environ.get("SEAWALL_SHOTS", "")
_WIDTH = {"wide": 1280, "middle": 920, "narrow": 320}


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
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": _WIDTH["wide"], "height": 900})
    _shot(page, f"{name}-light")
    wrong = _found(page, f"{name} light", {"resultTypes": ["violations"]})
    page.emulate_media(color_scheme="dark")
    _shot(page, f"{name}-dark")
    # Nothing but its colours differs in the dark.
    wrong += _found(page, f"{name} dark", {"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    for size in ("middle", "narrow"):
        page.set_viewport_size({"width": _WIDTH[size], "height": 800})
        across = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{name}: {across} px across"] if across > _WIDTH[size] else []
    _shot(page, f"{name}-narrow")
    return wrong


def _found(page: Page, name: str, options: dict[str, object]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [f"{name}: {each['id']} {each['nodes'][0]['html']}" for each in found]


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
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.name"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    wanted = ["Skip to the content", "Seawall", "Sign in with a passkey", "address", "password", "code", "Sign in"]
    assert reached == wanted


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


def test_no_page_of_the_sign_in_shuts_anybody_out(
    page: Page, house: House, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    page.goto("/console/sign-in")
    wrong = looked_at(page, "sign-in")
    page.get_by_label("E-mail address").fill("nobody@people.test")
    page.get_by_role("button", name="Sign in", exact=True).click()
    wrong += looked_at(page, "sign-in-refused")
    page.goto("/console/link?token=anything")
    wrong += looked_at(page, "link")
    come_in(page, house, somebody("Ada Example", "administrator"))
    wrong += looked_at(page, "welcome")
    for path, name in (("", "home-new"), ("/profile/passkeys/add", "passkey-add"), ("/nothing-here", "missing")):
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    add_passkey(page)
    clock.advance(minutes=10)
    page.goto("/console/people/add")
    wrong += looked_at(page, "step-up")
    assert wrong == []


def _of_people(at: Furnished) -> dict[str, str]:
    person = f"/people/{at.cleo.id}"
    return {
        "home": "",
        "profile": "/profile",
        "profile-name": "/profile/name",
        "password": "/profile/password",
        "people": "/people",
        "people-none": "/people?q=zebra",
        "person-add": "/people/add",
        "person": person,
        "person-deactivate": f"{person}/deactivate",
        "role-change": f"{person}/roles/change",
        "rights": "/rights",
        "explain": f"/rights/explain?person={at.cleo.id}&action=person.add",
    }


def _of_work(at: Furnished) -> dict[str, str]:
    project, waiting, alone = f"/projects/{at.project}", f"/approvals/{at.waiting.id}", f"/approvals/{at.alone.id}"
    return {
        "projects": "/projects",
        "project-add": "/projects/add",
        "project": project,
        "project-archive": f"{project}/archive",
        "approvals": "/approvals",
        "approvals-mine": "/approvals?show=mine",
        "approval": waiting,
        "approval-alone": alone,
        "review": f"{alone}/review?justified=no",
        "ask": "/approvals/ask",
        "ask-key": f"/approvals/ask/key.create_zero_retention?project={at.project}",
        "audit": "/audit",
        "audit-some": "/audit?kind=person.*&since=2026-01-01",
        "audit-wrong": "/audit?since=yesterday",
    }


def _of_programs(at: Furnished) -> dict[str, str]:
    directory, token = f"/directories/{at.directory}", f"/tokens/{at.token}"
    act = "key.create_zero_retention"
    return {
        "directories": "/directories",
        "directory-add": "/directories/add",
        "directory": directory,
        "directory-rotate": f"{directory}/rotate",
        "directory-end": f"{directory}/end",
        "group": f"{directory}/groups/{at.group}",
        "tokens": "/tokens",
        "tokens-none": "/tokens?q=zebra",
        "token-add": "/tokens/add",
        "token": token,
        "token-end": f"{token}/end",
        "ask-alone": f"/approvals/ask/{act}?project={at.project}",
        "home-alarmed": "",
        "act-alone": f"/approvals/alone/{act}?project={at.project}&name=laptop",
    }


@pytest.mark.parametrize("paths", [_of_people, _of_work, _of_programs], ids=["people", "work", "programs"])
def test_no_page_shuts_anybody_out(
    page: Page, house: House, furnished: Furnished, log: Log, paths: Callable[[Furnished], dict[str, str]]
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    may_all(page, house, furnished.ada)
    log.sequencer.step()
    wrong = []
    for name, path in paths(furnished).items():
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    assert wrong == []


def test_in_an_emergency_somebody_acts_alone_without_a_script(
    chromium: Chromium, home: str, house: House, furnished: Furnished, somebody: Callable[..., Person]
) -> None:
    """The passkey alone takes one; everything after it is ordinary forms."""
    context = chromium.new_context(base_url=home)
    page = context.new_page()
    with_device(page)
    come_in(page, house, somebody("sam", "security"))
    add_passkey(page)
    with house.database.begin() as tx:
        projects.create(tx, "other", by="host:test", record=house.edges.record, clock=house.edges.clock)
    state = context.storage_state()
    context.close()
    plain = chromium.new_context(base_url=home, java_script_enabled=False, storage_state=state)
    page = plain.new_page()
    page.goto("/console/approvals/ask/key.create_zero_retention")
    page.get_by_role("link", name="act alone").click()
    page.get_by_label("Project").fill(furnished.project)
    page.get_by_label("Name").fill("emergency")
    page.get_by_label("Why").fill("The clinic is down.")
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_role("alert")).to_contain_text("The box is not ticked")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_role("alert")).to_contain_text("is asked for already")
    page.get_by_label("Project").fill("other")
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_role("region", name="Alarm")).to_contain_text("sam: make a key with zero retention.")
    page.get_by_role("link", name="Carry it out").click()
    page.get_by_role("button", name="Carry it out").click()
    expect(page.get_by_text("This is shown once.")).to_be_visible()
    plain.close()


def may_all(page: Page, house: House, who: Person) -> None:
    """Let an administrator see every page, with a passkey just used."""
    with house.database.begin() as tx:
        for role in ("security", "legal"):
            roles.grant(tx, house.edges, who.id, role, by="host:test")
    come_in(page, house, who)
    add_passkey(page)


def test_nothing_that_is_shown_once_and_no_error_shuts_anybody_out(
    page: Page, house: House, furnished: Furnished
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    may_all(page, house, furnished.ada)
    page.goto("/console/profile/recovery-codes")
    page.get_by_role("button", name="Make ten codes").click()
    wrong = looked_at(page, "recovery-codes")
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
    page.goto("/console/directories/add")
    page.get_by_label("Name").fill("Corporate directory")
    page.get_by_role("button", name="Set it up").click()
    wrong += looked_at(page, "directory-made")
    page.goto("/console/tokens/add")
    page.get_by_role("button", name="Make the token").click()
    wrong += looked_at(page, "token-wrong")
    page.get_by_label("Service account").select_option(label="demo")
    page.get_by_label("Name").fill("nightly export")
    page.get_by_role("button", name="Make the token").click()
    wrong += looked_at(page, "token-made")
    assert wrong == []
