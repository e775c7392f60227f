"""Whatever testers, projects, keys, holds and requests are called stays text on the pages about them."""

from collections.abc import Callable

from seawall.access.people import Person, people
from seawall.access.people.model import Profile
from seawall.app.instance import Instance
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make
from tests.web.console.test_injection import BAD, clean
from tests.web.console.wired.conftest import Furnished, furnish


def _poisoned(house: House, instance: Instance, somebody: Callable[..., Person], clock: FrozenClock) -> Furnished:
    made = furnish(house, instance, somebody, clock, called=BAD)
    with house.database.begin() as tx:
        for who in (made.ada, made.tess, made.tom, made.rita):
            people.change(tx, house.edges, who.id, Profile(name=BAD, address=f"{BAD}@{who.id}"), by=who.id)
    return made


def test_bad_names_stay_text_on_every_page(
    staff: Make, house: House, instance: Instance, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    bad, root = _poisoned(house, instance, somebody, clock), staff("root", "administrator", "security", "legal")
    engagement, request = f"/testers/{bad.engagement}", f"/privacy/requests/{bad.checked}"
    tess, rita = f"{engagement}/people/{bad.tess.id}", f"{engagement}/people/{bad.rita.id}"
    record = root.send(f"{engagement}/statements/issue").headers["location"].split("?")[0].rpartition("/")[2]
    for path in (
        "/testers", "/testers/begin", f"/testers/begin/{bad.project}", engagement, f"/testers/{bad.other}",
        f"{engagement}/end", f"{engagement}/safeguards/restore", f"{engagement}/people/add", f"{tess}/key",
        f"{tess}/remove", f"{rita}/restore", f"{engagement}/statements/issue", f"{engagement}/statements/{record}",
        "/privacy/take/account", "/privacy/take/project", request, f"/privacy/requests/{bad.of_person}",
        f"/privacy/requests/{bad.of_project}",
    ):  # fmt: skip
        reply = root.see(path)
        assert reply.status_code == 200, path
        assert "&lt;img src=x" in reply.text, path
        assert clean(reply.text), path
    key = root.send(f"{tess}/key", name=BAD)
    assert (key.status_code, clean(key.text)) == (200, True)
    exported = root.see("/testers?format=csv")
    assert (exported.headers["content-type"], "attachment" in exported.headers["content-disposition"]) == (
        "text/csv; charset=utf-8", True,
    )  # fmt: skip


def test_bad_entries_stay_text_where_they_are_refused(staff: Make, furnished: Furnished) -> None:
    root = staff("root", "administrator", "security", "legal")
    engagement, request = f"/testers/{furnished.engagement}", f"/privacy/requests/{furnished.waits}"
    tess, rita = f"{engagement}/people/{furnished.tess.id}", f"{engagement}/people/{furnished.rita.id}"
    everything = dict.fromkeys(
        (
            "organisation", "purpose", "begins", "ends", "addresses", "models", "request_budget", "token_budget",
            "owner", "reason",
        ),
        BAD,
    )  # fmt: skip
    for path, fields in {
        f"/testers/begin/{furnished.project}": everything,
        f"{engagement}/people/add": {"person": BAD, "checked": BAD},
        f"{rita}/restore": {"checked": BAD},
        f"{tess}/key": {"name": BAD * 4, "request_budget": BAD},
        "/privacy/take/account": {"wish": BAD, "end_user": BAD, "project": BAD, "subjects": BAD},
        "/privacy/take/person": {"wish": BAD, "person": f"{BAD}@x"},
        "/privacy/take/project": {"wish": BAD, "project": BAD},
        f"{request}/check": {"how": BAD},
        f"{request}/refuse": {"reason_code": BAD},
        f"{request}/correct": {"note": BAD},
        f"/privacy/requests/{furnished.of_person}/correct": {"name": BAD, "address": BAD},
    }.items():
        reply = root.send(path, **fields)
        assert 400 <= reply.status_code < 500, (path, reply.status_code)
        assert clean(reply.text), path


def test_bad_addresses_stay_text(staff: Make, furnished: Furnished) -> None:
    root = staff("root", "administrator", "security", "legal")
    for path, name in (
        ("/testers", "state"), ("/testers", "safeguards"), ("/testers", "q"), ("/testers", "sort"),
        ("/testers", BAD), ("/testers/begin", "project"), ("/privacy", "wish"), ("/privacy", "whose"),
        ("/privacy", "state"), ("/privacy", "q"), (f"/testers/{furnished.engagement}", "said"),
        ("/approvals/ask/tester.lift_safeguards", "engagement"),
    ):  # fmt: skip
        assert clean(root.see(path, params={name: BAD}).text), (path, name)
    engagement, request = f"/testers/{furnished.engagement}", f"/privacy/requests/{furnished.waits}"
    for path in (
        f"/testers/{BAD}", f"/testers/begin/{BAD}", f"/testers/{BAD}/end", f"{engagement}/people/{BAD}/key",
        f"{engagement}/people/{BAD}/restore", f"{engagement}/statements/{BAD}", f"{engagement}/statements/{BAD}/proof",
        f"/privacy/take/{BAD}", f"/privacy/requests/{BAD}", f"{request}/{BAD}", f"/privacy/requests/{BAD}/delete",
    ):  # fmt: skip
        reply = root.see(path)
        assert (reply.status_code, clean(reply.text)) == (404, True), path


def test_no_page_holds_a_script_or_a_style_of_its_own(staff: Make, furnished: Furnished) -> None:
    root = staff("root", "administrator", "security", "legal")
    for path in (
        "/testers", f"/testers/{furnished.engagement}", f"/testers/begin/{furnished.project}", "/privacy",
        f"/privacy/requests/{furnished.checked}", "/privacy/retention", "/privacy/take",
    ):  # fmt: skip
        text = root.see(path).text
        assert (" style=" in text, "<style" in text, " onclick" in text) == (False, False, False)
        assert text.count("<script") == text.count('<script src="/console/static/')
