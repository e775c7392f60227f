"""Organisations in the console: added, given projects, banned as others agreed, reinstated; what is refused."""

from collections.abc import Callable

from playwright.sync_api import Page

from seawall.access import organisations
from seawall.access.people import Person
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import Make, Staff, hidden, text_of
from tests.web.console.test_browser import come_in, looked_at, page
from tests.web.console.wired.conftest import Furnished, team

__all__ = ["page"]
BAD = '"><img src=x onerror=alert(1)>'


def test_one_is_added_and_given_projects(staff: Make, furnished: Furnished) -> None:
    ada = staff("ann", "administrator")
    assert "There is no organisation." in text_of(ada.see("/organisations"))
    assert "'' cannot name an organisation." in text_of(ada.send("/organisations/add", name="")).replace("&#39;", "'")
    made = ada.send("/organisations/add", name="Acme").headers["location"]
    path = made.removeprefix("/console").split("?")[0]
    assert "No project is its own." in text_of(ada.see(path))
    assert ada.send(f"{path}/assign", project=furnished.project).headers["location"].endswith("?said=project_assigned")
    assert f'href="/console/projects/{furnished.project}"' in ada.see(path).text
    assert "There is no project" in text_of(ada.send(f"{path}/assign", project="pr_none"))
    assert ada.send(f"{path}/unassign", project=furnished.project).status_code == 303
    assert ada.send(f"{path}/unassign", project=furnished.project).status_code == 404
    assert ada.send("/organisations/add", name="Acme").status_code == 409
    assert ada.see("/organisations?format=csv").text.count("Acme") == 1


def test_it_is_banned_as_others_agreed_and_let_back_in(
    furnished: Furnished,
    house: House,
    somebody: Callable[..., Person],
    signed_in: Callable[[Person], Browser],
    clock: FrozenClock,
) -> None:
    known = team(house, somebody, clock)
    sam, sue = (Staff(signed_in(who), house, who, device) for who, device in (known["sam"], known["sue"]))
    for each in (sam, sue):
        each.prove()
    with house.database.begin() as tx:
        acme = organisations.add(tx, house.edges, "Acme", by="test").id
        organisations.assign(tx, house.edges, furnished.project, acme, by="test")
    path, asking = f"/organisations/{acme}", f"/approvals/ask/organisation.ban?organisation={acme}"
    assert f'href="/console{asking}"' in sam.see(path).text
    assert f'value="{acme}"' in sam.see(asking).text
    asked = sam.send("/approvals/ask/organisation.ban", organisation=acme, what_it_did=BAD, reason="It goes on.")
    request = asked.headers["location"].removeprefix("/console").split("?")[0]
    assert sue.send(f"{request}/approve", digest=hidden(sue.see(f"{request}/approve"), "digest")).status_code == 303
    assert f'href="/console{path}"' in sam.send(f"{request}/execute").text
    shown = sue.see(path)
    assert "<img" not in shown.text
    assert "banned" in text_of(shown)
    assert "work again, within a second" in text_of(sue.see(f"{path}/reinstate"))
    assert sue.send(f"{path}/reinstate").headers["location"].endswith("?said=organisation_reinstated")
    assert sue.send(f"{path}/reinstate").status_code == 409


def test_whoever_may_not_changes_nothing_and_names_stay_text(staff: Make, furnished: Furnished, house: House) -> None:
    with house.database.begin() as tx:
        bad = organisations.add(tx, house.edges, BAD, by="test").id
        organisations.assign(tx, house.edges, furnished.project, bad, by="test")
    rev, pub = staff("rev", "reviewer"), staff("pub", "publisher")
    for path in ("/organisations", f"/organisations/{bad}"):
        assert "<img" not in rev.see(path).text
        assert rev.see(path).status_code == 200
        assert pub.see(path).status_code == 403
    for path in ("add", f"{bad}/assign", f"{bad}/unassign", f"{bad}/reinstate"):
        assert rev.send(f"/organisations/{path}", name="x", project=furnished.project).status_code == 403
    assert ">demo<" not in rev.see(f"/organisations/{bad}").text


def test_no_page_of_organisations_shuts_anybody_out(page: Page, house: House, furnished: Furnished) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    with house.database.begin() as tx:
        good = organisations.add(tx, house.edges, "Good Example", by="test").id
        bad = organisations.add(tx, house.edges, "Acme", by="test").id
        organisations.assign(tx, house.edges, furnished.project, bad, by="test")
        organisations.ban(tx, house.edges, bad, reason="Sold access on to others.", by="test")
    come_in(page, house, furnished.ada)
    wrong = []
    for name, path in {"organisations": "", "organisation": f"/{good}", "organisation-banned": f"/{bad}",
                       "organisation-add": "/add"}.items():  # fmt: skip
        page.goto(f"/console/organisations{path}")
        wrong += looked_at(page, name)
    assert wrong == []
