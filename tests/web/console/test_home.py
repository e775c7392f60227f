"""The first page: what waits for whoever is signed in, and how each of it is answered."""

from collections.abc import Callable
from datetime import timedelta

from seawall.access import keys, privacy, projects
from seawall.access.people import Person, people, roles
from seawall.access.people.model import Profile
from seawall.access.privacy import Whose, Wish
from seawall.access.recertify import SOURCES, begin, report
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make, text_of
from tests.web.console.test_injection import BAD, clean

ACCOUNT = "ac_00000000000000000000000000"


def asked(house: House, by: str) -> str:
    """Begin a campaign that asks about everything; return the item that is asked about a reviewer."""
    with house.database.begin() as tx:
        made = begin(tx, house.edges, SOURCES, by=by, ahead=timedelta(days=400))
        return next(each.id for each in report(tx, made.id).items if each.what == "reviewer")


def given(house: House, owner: Person, holder: Person, **more: timedelta) -> None:
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, holder.id, "reviewer", by=owner.id, **more)


def test_nothing_waits_for_somebody_new(staff: Make) -> None:
    assert "Nothing waits for you." in text_of(staff("nobody").see(""))


def test_a_role_that_is_due_stands_there_for_its_owner_alone(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    ada, owner, ben = staff("ada", "administrator"), staff("owner"), somebody("ben")
    given(house, ada.person, ben, review=timedelta(days=10))
    told = text_of(ada.see(""))
    assert "due in 10 days the role reviewer of ben" in told
    assert f"/console/people/{ben.id}#roles" in ada.see("").text
    assert "reviewer" not in text_of(owner.see(""))


def test_an_owner_without_a_role_learns_that_a_campaign_will_ask(
    staff: Make, house: House, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    owner, ben = staff("owner"), somebody("ben")
    given(house, owner.person, ben, review=timedelta(days=1))
    assert "a campaign will ask you" in text_of(owner.see(""))
    assert "/console/people/" not in owner.see("").text


def test_what_a_campaign_asks_is_confirmed_or_taken_away(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    owner, ben = staff("owner"), somebody("ben")
    given(house, owner.person, ben)
    item = asked(house, owner.person.id)
    path = f"/recertification/{item}"
    assert "due in 14 days the role reviewer of ben Confirm" in text_of(owner.see(""))
    assert "due again in half a year" in text_of(owner.see(f"{path}/confirm"))
    assert owner.send(f"{path}/confirm").headers["location"] == "/console?said=item_confirmed"
    assert "Nothing waits for you." in text_of(owner.see(""))
    assert owner.send(f"{path}/confirm").status_code == 404
    with house.database.begin() as tx:
        assert [each.role for each in roles.held(tx, ben.id)] == ["reviewer"]


def test_what_is_not_needed_any_more_is_taken_away(staff: Make, house: House, somebody: Callable[..., Person]) -> None:
    owner, ben = staff("owner"), somebody("ben")
    given(house, owner.person, ben)
    item = asked(house, owner.person.id)
    assert "It lets nobody do anything" in text_of(owner.see(f"/recertification/{item}/withdraw"))
    assert owner.send(f"/recertification/{item}/withdraw").status_code == 303
    with house.database.begin() as tx:
        assert roles.held(tx, ben.id) == ()


def test_nobody_answers_what_somebody_else_is_asked(staff: Make, house: House) -> None:
    owner, ben, other = staff("owner"), staff("ben"), staff("other", "auditor")
    given(house, owner.person, ben.person)
    item = asked(house, owner.person.id)
    for who in (ben, other):
        for part in ("confirm", "withdraw"):
            assert who.see(f"/recertification/{item}/{part}").status_code == 404
            assert who.send(f"/recertification/{item}/{part}").status_code == 404
    owner.browser.form = other.browser.form
    assert owner.send(f"/recertification/{item}/confirm").status_code == 403
    with house.database.begin() as tx:
        assert [each.role for each in roles.held(tx, ben.person.id)] == ["reviewer"]


def test_a_privacy_request_stands_there_as_its_deadline_comes_near(
    staff: Make, house: House, clock: FrozenClock
) -> None:
    with house.database.begin() as tx:
        made = privacy.take(tx, house.edges, Wish.OPT_OUT, Whose.ACCOUNT, [ACCOUNT], by="host:test")
    clock.advance(days=20)
    assert made.id not in staff("early", "legal").see("").text
    clock.advance(days=4)
    lea, aud = staff("lea", "legal"), staff("aud", "auditor")
    told = text_of(lea.see(""))
    assert "due in 6 days opt out , about 1 account nobody has checked who asks" in told
    assert f"/console/privacy/requests/{made.id}" in lea.see("").text
    assert made.id not in aud.see("").text
    clock.advance(days=7)
    assert "was due" in text_of(staff("leo", "legal").see(""))


def test_names_stay_text_on_the_first_page(staff: Make, house: House, somebody: Callable[..., Person]) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    given(house, ada.person, ben, review=timedelta(days=2))
    with house.database.begin() as tx:
        people.change(tx, house.edges, ben.id, Profile(name=BAD), by=ada.person.id)
        projects.create(tx, "demo", by=ada.person.id, record=house.edges.record, clock=house.edges.clock)
        keys.create_key(tx, "demo", BAD, by=ada.person.id, record=house.edges.record, clock=house.edges.clock)
    assert clean(ada.see("").text)
    item = asked(house, ada.person.id)
    for path in ("", f"/recertification/{item}/confirm", f"/recertification/{item}/withdraw"):
        reply = ada.see(path)
        assert "&lt;img src=x" in reply.text, path
        assert clean(reply.text), path
    assert clean(ada.see(f"/recertification/{BAD}/confirm").text)
