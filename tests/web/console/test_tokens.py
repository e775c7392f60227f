"""Tokens of service accounts in the console: made, shown once, listed, ended."""

from collections.abc import Callable

import httpx
import pytest

from seawall.access.people import Kind, Person, people, tokens
from seawall.access.people.model import Profile
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make, Staff, text_of

BAD = "\"'><img src=x onerror=alert(1)>{{7*7}}"


def service(house: House, of: Person, name: str = "Nightly") -> Person:
    with house.database.begin() as tx:
        return people.add(tx, house.edges, Profile(name=name), by=of.id, kind=Kind.SERVICE, human=of.id)


def made_by(ada: Staff, account: Person, name: str = "export") -> tuple[str, str]:
    """Make a token on its page; return the path of its page and its secret."""
    fields = {"person": account.id, "name": name, "owner": ada.person.id, "days": "90"}
    reply = ada.send("/tokens/add", **fields)
    assert reply.status_code == 200, reply.text
    path = reply.text.split('class="button" href="/console')[1].split('"')[0]
    return path, reply.text.split('<code class="secret">')[1].split("<")[0]


def works(home: str, secret: str) -> bool:
    reply = httpx.get(f"{home}/api/session", headers={"authorization": f"Bearer {secret}"})
    return reply.status_code == 200


def test_a_token_is_made_shown_once_and_ended(staff: Make, house: House, home: str) -> None:
    ada = staff("ada", "administrator")
    account = service(house, ada.person)
    assert "There is no token." in text_of(ada.see("/tokens"))
    assert "Make a token" in ada.see(f"/people/{account.id}").text
    form = ada.see(f"/tokens/add?person={account.id}")
    assert f'<option value="{account.id}" selected>Nightly</option>' in form.text
    path, secret = made_by(ada, account)
    assert secret.startswith("swt_")
    assert works(home, secret)
    for page in (ada.see("/tokens"), ada.see(path), ada.see(f"/tokens?q={account.id}")):
        assert secret not in page.text
        assert "export" in page.text
    assert "just now" in text_of(ada.see(path)).split("Last used")[1]
    assert "is refused from the next request on" in text_of(ada.see(f"{path}/end"))
    assert ada.send(f"{path}/end").headers["location"].endswith("?said=token_ended")
    assert not works(home, secret)
    assert "ended" in text_of(ada.see(path))
    assert (ada.see(f"{path}/end").status_code, ada.send(f"{path}/end").status_code) == (404, 404)


@pytest.mark.parametrize(
    ("changed", "told", "place"),
    [
        ({"person": ""}, "No service account is chosen.", "f-person"),
        ({"name": ""}, "A token needs a name", "f-name"),
        ({"days": "366"}, "days: Input should be", "f-days"),
        ({"days": "soon"}, "days: Input should be", "f-days"),
        ({"owner": "pe_none"}, "Nobody is known as", ""),
    ],
)
def test_what_is_wrong_is_told_in_its_place_and_makes_nothing(
    staff: Make, house: House, changed: dict[str, str], told: str, place: str
) -> None:
    ada = staff("ada", "administrator")
    account = service(house, ada.person)
    fields = {"person": account.id, "name": "export", "owner": ada.person.id, "days": "90"} | changed
    reply = ada.send("/tokens/add", **fields)
    assert reply.status_code in (400, 404, 422)
    assert told in text_of(reply)
    assert place == "" or f'href="#{place}"' in reply.text
    with house.database.begin() as tx:
        assert tokens.every(tx) == []


def test_people_have_no_tokens(staff: Make) -> None:
    ada = staff("ada", "administrator")
    fields = {"person": ada.person.id, "name": "export", "owner": ada.person.id, "days": "90"}
    assert "is a person" in text_of(ada.send("/tokens/add", **fields))


def test_a_list_says_which_tokens_work_and_why_the_others_do_not(
    staff: Make, house: House, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    one, other = service(house, ada.person, "One"), service(house, ada.person, "Other")
    path, _ = made_by(ada, one, "ends")
    ada.send(f"{path}/end")
    made_by(ada, one, "works")
    made_by(ada, other, "stopped")
    with house.database.begin() as tx:
        tokens.make(tx, house.edges, one, "rests", owner=ben, by="host:test")
        people.deactivate(tx, house.edges, ben.id, by="host:test")
        people.deactivate(tx, house.edges, other.id, by="host:test")
    shown = {each["name"]: each["state"] for each in ada.see("/tokens?format=json").json()}
    assert shown == {
        "ends": "ended",
        "works": "works",
        "rests": "rests: its owner is deactivated",
        "stopped": "ended",
    }
    assert len(ada.see("/tokens?format=csv&q=rests").text.splitlines()) == 2
    clock.advance(days=90)
    ada = staff("root", "administrator")
    shown = {each["name"]: each["state"] for each in ada.see("/tokens?format=json&sort=name").json()}
    assert shown["works"] == "ran out"


def test_tokens_are_for_whom_the_rules_let(staff: Make, house: House) -> None:
    ada = staff("ada", "administrator")
    path, _ = made_by(ada, service(house, ada.person))
    auditor, nobody = staff("aud", "auditor"), staff("nobody")
    assert "End the token" not in auditor.see(path).text
    assert "/console/tokens" not in nobody.see("").text
    for who, seen in ((auditor, 200), (nobody, 403)):
        assert (who.see("/tokens").status_code, who.see(path).status_code) == (seen, seen)
        for part in ("/tokens/add", f"{path}/end"):
            assert (who.see(part).status_code, who.send(part).status_code) == (403, 403)
    with house.database.begin() as tx:
        assert [each.ended_at for each in tokens.every(tx)] == [None]


def test_making_and_ending_take_a_fresh_passkey(staff: Make, house: House, clock: FrozenClock) -> None:
    ada = staff("ada", "administrator")
    path, _ = made_by(ada, service(house, ada.person))
    clock.advance(minutes=6)
    for part in ("/tokens/add", f"{path}/end"):
        for reply in (ada.see(part), ada.send(part)):
            assert reply.headers["location"].startswith("/console/step-up?next=%2Fconsole%2Ftokens")


def test_what_is_named_stays_text(staff: Make, house: House) -> None:
    ada = staff("ada", "administrator")
    account = service(house, ada.person, BAD)
    path, _ = made_by(ada, account, BAD)
    for part in ("/tokens", path, f"{path}/end", "/tokens/add"):
        reply = ada.see(part)
        assert "&lt;img src=x" in reply.text, part
        assert "<img" not in reply.text, part
    for fields in ({"person": BAD, "name": BAD, "owner": BAD, "days": BAD}, {"person": account.id, "owner": BAD}):
        assert "<img" not in ada.send("/tokens/add", **fields).text
    assert "<img" not in ada.see(f"/tokens/{BAD}").text
    assert "<img" not in ada.see("/tokens/add", params={"person": BAD}).text
