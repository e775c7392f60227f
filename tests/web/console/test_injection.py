"""Whatever people can name or enter stays text: on every page, in every attribute, in errors and in exports."""

from collections.abc import Callable

import pytest

from seawall.access.people import Person, people
from seawall.access.people.held_keys import working
from seawall.access.people.model import Profile
from seawall.access.people.tables import passkeys as table
from seawall.web.house import House
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import Furnished, Make, furnish, text_of

# Would break out of a text, an attribute in either quote, a script, and a template.
BAD = "\"'><img src=x onerror=alert(1)><script>1<!--{{7*7}}"


@pytest.fixture
def poisoned(house: House, somebody: Callable[..., Person], clock: FrozenClock) -> Furnished:
    """A house in which whatever has a name has a bad one."""
    made = furnish(house, somebody, clock, called=BAD)
    with house.database.begin() as tx:
        for who in (made.ada, made.ben, made.cleo):
            profile = Profile(name=BAD, address=f"{BAD}@{who.id}")
            people.change(tx, house.edges, who.id, profile, by=who.id)
        tx.execute(table.update().values(name=BAD))
    return made


def clean(text: str) -> bool:
    """Tell whether a page holds the bad name as text alone."""
    return "<img" not in text and "<script>1" not in text and "49" not in text.split("{{7*7}}")[0][-5:]


def test_bad_names_stay_text_on_every_page(staff: Make, poisoned: Furnished, house: House, log: Log) -> None:
    root = staff("root", "administrator", "auditor", "security", "legal")
    with house.database.begin() as tx:
        people.change(tx, house.edges, root.person.id, Profile(name=BAD, address=f"{BAD}@root"), by=root.person.id)
        tx.execute(table.update().values(name=BAD))
        (key,) = working(tx, root.person.id)
    log.sequencer.step()
    person, project = f"/people/{poisoned.cleo.id}", f"/projects/{poisoned.project}"
    waiting, alone = f"/approvals/{poisoned.waiting.id}", f"/approvals/{poisoned.alone.id}"
    directory = f"/directories/{poisoned.directory}"
    named = [
        "", "/profile", "/profile/name", f"/profile/passkeys/{key.id}/remove", "/people", person, f"{person}/change",
        f"{person}/deactivate", f"{person}/end-sessions", f"{person}/link", f"{person}/roles/change",
        f"{person}/roles/publisher/withdraw", f"{person}/roles/publisher/confirm", "/projects", project,
        f"{project}/settings", f"{project}/archive", f"{project}/keys/add", f"{project}/keys/{poisoned.key}/revoke",
        "/directories", directory, f"{directory}/rotate", f"{directory}/end",
        f"{directory}/groups/{poisoned.group}", "/tokens", f"/tokens/{poisoned.token}",
        f"/tokens/{poisoned.token}/end", "/tokens/add",
        "/approvals", "/approvals?show=open", waiting, alone, f"{alone}/review", "/audit?kind=project.*",
        f"/rights/explain?person={poisoned.ada.id}&action=person.add",
    ]  # fmt: skip
    for path in named:
        reply = root.see(path)
        assert reply.status_code == 200, path
        assert "&lt;img src=x" in reply.text or "\\u003cimg" in reply.text, path
        assert clean(reply.text), path


def test_bad_entries_stay_text_where_they_are_refused(staff: Make, poisoned: Furnished) -> None:
    root = staff("root", "administrator", "auditor", "security")
    project = f"/projects/{poisoned.project}"
    for path, fields in {
        "/people/add": {"name": BAD, "address": BAD, "kind": BAD, "human": BAD},
        "/profile/name": {"name": BAD, "address": BAD},
        f"/people/{poisoned.ben.id}/change": {"name": BAD, "address": BAD},
        f"/people/{poisoned.ben.id}/roles/change": {"give": BAD, "owner": BAD, "review_days": BAD},
        "/projects/add": {"name": f"/{BAD}", "steer_share": BAD, "country": BAD},
        f"{project}/settings": {"steer_share": BAD, "country": BAD},
        f"{project}/keys/add": {"name": BAD * 4},
        "/approvals/ask/key.create_zero_retention": {"project": BAD, "name": BAD, "reason": BAD},
        f"/approvals/{poisoned.waiting.id}/approve": {"digest": BAD},
        "/audit/export": {"since": BAD, "kind": BAD, "form": BAD},
    }.items():
        reply = root.send(path, **fields)
        assert 400 <= reply.status_code < 500, (path, reply.status_code)
        assert clean(reply.text), path


def test_bad_addresses_stay_text(staff: Make, browser: Browser) -> None:
    root = staff("root", "administrator", "auditor", "security")
    for path, name in (
        ("", "said"), ("/people", "q"), ("/people", "sort"), ("/people", "page"), ("/people", "format"),
        ("/people", BAD), ("/approvals", "show"), ("/audit", "actor"), ("/audit", "subject"), ("/audit", "since"),
        ("/audit", "kind"), ("/audit", "before"), ("/rights/explain", "person"), ("/rights/explain", "action"),
        ("/rights/explain", "thing"), ("/step-up", "next"),
        ("/approvals/ask/key.create_zero_retention", "project"),
    ):  # fmt: skip
        assert clean(root.see(path, params={name: BAD}).text), (path, name)
    for path in (f"/people/{BAD}", f"/projects/{BAD}", f"/approvals/{BAD}", f"/{BAD}", f"/static/{BAD}/{BAD}"):
        assert clean(root.see(path).text), path
    for path, name in (("/sign-in", "next"), ("/sign-in", "said"), ("/link", "token")):
        assert clean(browser.get(f"/console{path}", params={name: BAD}).text), (path, name)


def test_a_notice_says_only_what_we_wrote(staff: Make) -> None:
    root = staff("root")
    assert "The key was revoked." in text_of(root.see("?said=key_revoked"))
    assert "Your account was stolen" not in root.see("?said=Your+account+was+stolen").text
