"""Directories in the console: set up, told by a token that is shown once, mapped, rotated, ended."""

from collections.abc import Callable, Iterator

import pytest

from seawall.access.directory import directories
from seawall.access.people import Person, roles
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make, Staff, text_of
from tests.web.scim.client import Caller

BAD = "\"'><img src=x onerror=alert(1)>{{7*7}}"


def secret_of(page: str) -> str:
    return page.split('<code class="secret">')[1].split("<")[0]


def set_up(ada: Staff, name: str = "corp") -> tuple[str, str]:
    """Set a directory up on its page; return the path of its page and its token."""
    made = ada.send("/directories/add", name=name, days="180")
    assert made.status_code == 200, made.text
    return made.text.split('class="button" href="/console')[1].split('"')[0], secret_of(made.text)


@pytest.fixture
def calling(home: str) -> Iterator[Callable[[str], Caller]]:
    """Call as a directory does, with a token."""
    made: list[Caller] = []

    def call(secret: str) -> Caller:
        made.append(Caller(home, secret))
        return made[-1]

    yield call
    for each in made:
        each.http.close()


Call = Callable[[str], Caller]


def test_a_directory_is_set_up_and_its_token_shown_once(staff: Make, calling: Call, house: House) -> None:
    ada = staff("ada", "administrator")
    assert "There is no directory." in text_of(ada.see("/directories"))
    made = ada.send("/directories/add", name="corp", days="90")
    secret = secret_of(made.text)
    assert (secret[:4], made.headers["cache-control"]) == ("swd_", "no-store")
    assert f"{house.site.origins[0]}/scim/v2" in made.text
    path = made.text.split('class="button" href="/console')[1].split('"')[0]
    assert "never" in text_of(ada.see(path))
    corp = calling(secret)
    zoe = corp.add("zoe")
    corp.group("staff", zoe["id"])
    shown = ada.see(path)
    assert secret not in shown.text
    for part in ("Zoe", "zoe@corp.test", "staff", "just now"):
        assert part in text_of(shown), part
    assert f"/console/people/{zoe['id']}" in shown.text
    assert secret not in ada.see("/directories").text
    assert [each["people"] for each in ada.see("/directories?format=json").json()] == [1]


@pytest.mark.parametrize(
    ("fields", "told", "place"),
    [
        ({"name": "", "days": "90"}, "cannot have the name", "f-name"),
        ({"name": "x" * 81, "days": "90"}, "cannot have the name", "f-name"),
        ({"name": "corp", "days": "400"}, "days: Input should be", "f-days"),
        ({"name": "corp", "days": "many"}, "days: Input should be", "f-days"),
        ({"name": "taken", "days": "90"}, "Another directory has the name", "f-name"),
    ],
)
def test_what_cannot_be_set_up_is_told_in_its_place(
    staff: Make, fields: dict[str, str], told: str, place: str, house: House
) -> None:
    ada = staff("ada", "administrator")
    set_up(ada, "taken")
    reply = ada.send("/directories/add", **fields)
    assert reply.status_code in (400, 409, 422)
    assert told in text_of(reply)
    assert place == "" or f'href="#{place}"' in reply.text
    with house.database.begin() as tx:
        assert [each.name for each in directories.every(tx)] == ["taken"]


def test_a_group_gives_the_roles_that_are_ticked_and_no_others(staff: Make, calling: Call, house: House) -> None:
    ada = staff("ada", "administrator")
    path, secret = set_up(ada)
    corp = calling(secret)
    zoe = corp.add("zoe")["id"]
    group = corp.group("staff", zoe)["id"]
    form = ada.see(f"{path}/groups/{group}")
    assert "Its members, 1 today, get the roles" in text_of(form)
    fields = {"role-reviewer": "yes", "role-auditor": "yes"}
    assert ada.send(f"{path}/groups/{group}", **fields).headers["location"].endswith("?said=group_mapped")
    with house.database.begin() as tx:
        assert [each.role for each in roles.held(tx, zoe)] == ["auditor", "reviewer"]
    assert 'name="role-auditor" value="yes" checked' in ada.see(f"{path}/groups/{group}").text
    assert "auditor, reviewer" in text_of(ada.see(path))
    assert ada.send(f"{path}/groups/{group}", **{"role-reviewer": "yes"}).status_code == 303
    with house.database.begin() as tx:
        assert [each.role for each in roles.held(tx, zoe)] == ["reviewer"]
    wrong = ada.send(f"{path}/groups/{group}", **{"role-king": "yes"})
    assert (wrong.status_code, "king" in text_of(wrong)) == (400, True)
    assert ada.send(f"{path}/groups/gp_none").status_code == 404
    with house.database.begin() as tx:
        assert [each.role for each in roles.held(tx, zoe)] == ["reviewer"]


def test_a_group_of_another_directory_is_not_reached(staff: Make, calling: Call) -> None:
    ada = staff("ada", "administrator")
    (path, secret), (other, _) = set_up(ada), set_up(ada, "other")
    group = calling(secret).group("staff")["id"]
    assert ada.see(f"{path}/groups/{group}").status_code == 200
    assert ada.see(f"{other}/groups/{group}").status_code == 404
    assert ada.send(f"{other}/groups/{group}", **{"role-auditor": "yes"}).status_code == 404


def test_a_token_is_rotated_with_an_overlap_by_its_owner(staff: Make, calling: Call, clock: FrozenClock) -> None:
    ada = staff("ada", "administrator")
    path, first = set_up(ada)
    assert "overlap_hours" in ada.see(f"{path}/rotate").text
    wrong = ada.send(f"{path}/rotate", days="90", overlap_hours="9999")
    assert (wrong.status_code, 'href="#f-overlap_hours"' in wrong.text) == (422, True)
    second = secret_of(ada.send(f"{path}/rotate", days="90", overlap_hours="1").text)
    assert second != first
    for secret in (first, second):
        assert calling(secret).ask("GET", "/Users").status_code == 200
    clock.advance(hours=1)
    assert calling(first).ask("GET", "/Users").status_code == 401
    assert calling(second).ask("GET", "/Users").status_code == 200


def test_whoever_rotates_what_another_set_up_is_told_that_it_becomes_theirs(staff: Make, calling: Call) -> None:
    ada, ben = staff("ada", "administrator"), staff("ben", "administrator")
    path, first = set_up(ada)
    form = ben.see(f"{path}/rotate")
    assert "You do not own this directory." in text_of(form)
    assert "overlap_hours" not in form.text
    secret_of(ben.send(f"{path}/rotate", days="90").text)
    assert calling(first).ask("GET", "/Users").status_code == 401
    assert "ben" in text_of(ada.see(path)).split("Owner")[1][:20]


def test_a_directory_ends_after_the_page_has_said_what_will_happen(staff: Make, calling: Call) -> None:
    ada = staff("ada", "administrator")
    path, secret = set_up(ada)
    calling(secret).add("zoe")
    assert "The people whom it holds, 1 today, stay" in text_of(ada.see(f"{path}/end"))
    assert ada.send(f"{path}/end").headers["location"].endswith("?said=directory_ended")
    assert calling(secret).ask("GET", "/Users").status_code == 401
    after = ada.see(path)
    assert (after.status_code, "Make a new token" in after.text, "Zoe" in after.text) == (200, False, True)
    for again in ("end", "rotate"):
        assert ada.see(f"{path}/{again}").status_code == 404
        assert ada.send(f"{path}/{again}", days="90").status_code == 404


def test_directories_are_for_whom_the_rules_let(staff: Make) -> None:
    path, _ = set_up(staff("ada", "administrator"))
    auditor, nobody = staff("aud", "auditor"), staff("nobody")
    shown = auditor.see(path)
    assert (shown.status_code, "Make a new token" in shown.text, "End the directory" in shown.text) == (
        200, False, False,
    )  # fmt: skip
    assert "Set up a directory" not in auditor.see("/directories").text
    assert "/console/directories" not in nobody.see("").text
    for who, seen in ((auditor, 200), (nobody, 403)):
        assert who.see("/directories").status_code == seen
        for part in ("/directories/add", f"{path}/rotate", f"{path}/end", f"{path}/groups/gp_x"):
            assert who.see(part).status_code == 403, part
            assert who.send(part, name="x", days="9").status_code == 403, part


def test_dangerous_steps_take_a_fresh_passkey(staff: Make, clock: FrozenClock, house: House) -> None:
    ada = staff("ada", "administrator")
    path, _ = set_up(ada)
    clock.advance(minutes=6)
    for part in ("/directories/add", f"{path}/rotate", f"{path}/end", f"{path}/groups/gp_x"):
        for reply in (ada.see(part), ada.send(part, name="more", days="9")):
            assert reply.headers["location"].startswith("/console/step-up?next=%2Fconsole%2Fdirectories"), part
    with house.database.begin() as tx:
        assert [each.ended_at for each in directories.every(tx)] == [None]


def test_what_a_directory_names_stays_text(staff: Make, calling: Call) -> None:
    ada = staff("ada", "administrator")
    path, secret = set_up(ada, BAD)
    corp = calling(secret)
    zoe = corp.add("zoe", displayName=BAD, emails=[{"value": f"{BAD}@corp.test", "primary": True}])["id"]
    group = corp.group(BAD, zoe)["id"]
    for part in ("/directories", path, f"{path}/rotate", f"{path}/end", f"{path}/groups/{group}", f"/people/{zoe}"):
        reply = ada.see(part)
        assert reply.status_code == 200, part
        assert "&lt;img src=x" in reply.text, part
        assert "<img" not in reply.text, part
    for part, fields in {
        "/directories/add": {"name": f"{BAD}\n", "days": BAD},
        f"{path}/rotate": {"days": BAD, "overlap_hours": BAD},
        f"{path}/groups/{group}": {f"role-{BAD}": BAD},
        f"/directories/x{BAD}/end": {},
    }.items():
        reply = ada.send(part, **fields)
        assert 400 <= reply.status_code < 500, part
        assert "<img" not in reply.text, part
    for name in ("q", "sort", "page", "format", BAD):
        assert "<img" not in ada.see(path, params={name: BAD}).text


def test_what_owns_nothing_is_shown_by_its_identifier(staff: Make, somebody: Callable[..., Person]) -> None:
    """A directory that was set up on the host by somebody else is listed with who owns it."""
    ada, ben = staff("ada", "administrator"), somebody("ben")
    with ada.house.database.begin() as tx:
        directories.add(tx, ada.house.edges, "corp", owner=ben.id, by="host:root")
    shown = text_of(ada.see("/directories/corp"))
    assert "host:root" in shown
    assert "ben" in shown
