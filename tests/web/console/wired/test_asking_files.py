"""Acts that take a directory: asked for in the console as at the command line, shown before anybody agrees."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.policy.read import DEFAULT
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import Staff, device_of, text_of
from tests.web.console.test_browser import add_passkey, come_in, looked_at, page

__all__ = ["page"]
PUBLISH = "/approvals/ask/policy.publish"


@pytest.fixture
def editors(house: House, somebody: Callable[..., Person], clock: FrozenClock) -> tuple[Person, Person]:
    """Two editors of policies; the second has a passkey that is four days old."""
    made = somebody("Pol", "policy_editor"), somebody("Pia", "policy_editor")
    device_of(house, made[1])
    clock.advance(hours=96)
    return made


def test_a_policy_is_handed_in_as_a_directory(
    page: Page, house: House, editors: tuple[Person, Person], tmp_path: Path
) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(DEFAULT, folder)
    (folder / "notes.txt").write_text("No part of it.")
    (folder / "policy.yaml").write_text((folder / "policy.yaml").read_text().replace("name: default", "name: ours", 1))
    come_in(page, house, editors[0])
    add_passkey(page)
    page.goto("/console/approvals/ask")
    page.locator(f'a[href="/console{PUBLISH}"]').click()
    assert looked_at(page, "ask-with-files") == []
    page.get_by_label("Why").fill("It is time.")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_contain_text("no directory with .yaml, .yml, .cedar in it was chosen")
    page.get_by_label("Files").set_input_files(folder)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("Puts the usage policy")).to_be_visible()
    expect(page.get_by_text("could approve", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("policy/rules.yaml", b"\xff\xfe", "a file is no UTF-8 text"),
        ("policy/notes.txt", b"words", "no directory with .yaml, .yml, .cedar in it was chosen"),
        ("policy/../../rules.yaml", b"a: 1", "is no file of a policy"),
        ("policy/rules.yaml", b"<img src=x>: [", "rules.yaml"),
    ],
)
def test_what_is_no_policy_is_told_in_the_form_and_asks_nobody(
    house: House, editors: tuple[Person, Person], signed_in: Callable[[Person], Browser],
    name: str, content: bytes, told: str,
) -> None:  # fmt: skip
    browser = signed_in(editors[0])
    pol = Staff(browser, house, editors[0], device_of(house, editors[0]))
    pol.prove()
    reply = browser.ask(
        "POST",
        f"/console{PUBLISH}",
        data={"csrf": browser.form, "reason": "It is time."},
        files={"files": (name, content)},
        headers={"accept": "text/html", "x-csrf-token": ""},
    )
    assert (reply.status_code, told in text_of(reply)) == (reply.status_code, True), text_of(reply)
    assert 400 <= reply.status_code < 500
    assert "<img src=x" not in reply.text
    assert "You have asked for nothing." in pol.see("/approvals?show=mine").text


def test_a_file_without_the_token_of_a_page_changes_nothing(
    house: House, editors: tuple[Person, Person], signed_in: Callable[[Person], Browser]
) -> None:
    browser = signed_in(editors[0])
    reply = browser.ask(
        "POST", f"/console{PUBLISH}", data={"reason": "x"}, files={"files": ("p/rules.yaml", b"a: 1")},
        headers={"accept": "text/html", "x-csrf-token": ""},
    )  # fmt: skip
    assert reply.status_code == 403
