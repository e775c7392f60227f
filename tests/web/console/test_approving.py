"""Approvals in the console: what waits, what is voted on, what is done, and what is refused."""

from collections.abc import Callable

import pytest

from seawall.access.approvals import State, requests
from seawall.web.house import House
from tests.access.authenticator import Authenticator
from tests.web.browser import Browser
from tests.web.console.conftest import Furnished, Staff, hidden, text_of


@pytest.fixture
def come(house: House, furnished: Furnished, signed_in: Callable[..., Browser]) -> Callable[[str], Staff]:
    """Sign somebody who is in the house in, freshly proven."""

    def make(name: str) -> Staff:
        device: Authenticator = getattr(furnished, f"{name}_device")
        person = getattr(furnished, name)
        made = Staff(signed_in(person), house, person, device)
        made.prove()
        return made

    return make


Come = Callable[[str], Staff]


def test_what_waits_for_somebody_is_their_first_page(come: Come, furnished: Furnished) -> None:
    ben, cleo = come("ben"), come("cleo")
    assert f"/console/approvals/{furnished.waiting.id}" in ben.see("").text
    assert f"/console/approvals/{furnished.alone.id}" in ben.see("").text
    assert f"/console/approvals/{furnished.waiting.id}" not in cleo.see("").text
    assert f"/console/approvals/{furnished.waiting.id}" in cleo.see("/approvals?show=mine").text
    assert f"/console/approvals/{furnished.waiting.id}" not in ben.see("/approvals?show=done").text


def test_a_request_shows_exactly_what_a_vote_binds(come: Come, furnished: Furnished) -> None:
    told = text_of(come("ben").see(f"/approvals/{furnished.waiting.id}"))
    for part in (furnished.waiting.digest.hex(), "For demo.", "Cleo Example", furnished.project, "that keeps nothing"):
        assert part in told
    assert "Ben Example could approve" in told
    assert "is the requester" in told


def test_one_approves_and_the_other_carries_it_out_once(come: Come, furnished: Furnished, house: House) -> None:
    ben, cleo = come("ben"), come("cleo")
    path = f"/approvals/{furnished.waiting.id}"
    digest = hidden(ben.see(f"{path}/approve"), "digest")
    assert ben.send(f"{path}/approve", digest=digest).headers["location"].endswith("?said=approved")
    assert "Carry it out" in cleo.see(path).text
    done = cleo.send(f"{path}/execute")
    assert "sw_" in done.text
    again = cleo.send(f"{path}/execute")
    assert (again.status_code, "sw_" in again.text) == (409, False)


def test_a_vote_on_another_digest_or_none_does_not_count(come: Come, furnished: Furnished, house: House) -> None:
    ben, path = come("ben"), f"/approvals/{furnished.waiting.id}"
    assert ben.send(f"{path}/approve", digest="0" * 64).status_code == 409
    assert ben.send(f"{path}/approve").status_code == 422
    assert ben.send(f"{path}/approve", digest="x" * 64).status_code == 422
    with house.database.begin() as tx:
        assert requests.find(tx, house.edges, furnished.waiting.id).state is State.WAITING


def test_nobody_votes_on_their_own_request(come: Come, furnished: Furnished) -> None:
    cleo, path = come("cleo"), f"/approvals/{furnished.waiting.id}"
    assert "/approve" not in cleo.see(path).text
    reply = cleo.send(f"{path}/approve", digest=furnished.waiting.digest.hex())
    assert reply.status_code == 403


def test_a_vote_takes_a_fresh_passkey(come: Come, furnished: Furnished, clock: Callable[..., object]) -> None:
    ben, path = come("ben"), f"/approvals/{furnished.waiting.id}/deny"
    clock.advance(minutes=6)  # type: ignore[attr-defined]
    reply = ben.send(path, digest=furnished.waiting.digest.hex())
    assert reply.headers["location"].startswith("/console/step-up?next=%2Fconsole%2Fapprovals")


def test_a_denial_ends_it_and_so_does_taking_it_back(come: Come, furnished: Furnished) -> None:
    ben, cleo = come("ben"), come("cleo")
    path = f"/approvals/{furnished.waiting.id}"
    assert ben.send(f"{path}/cancel").status_code == 403
    assert ben.send(f"{path}/deny", digest=furnished.waiting.digest.hex()).status_code == 303
    assert "denied" in text_of(cleo.see(path))
    assert cleo.send(f"{path}/cancel").status_code == 409


def test_what_was_done_alone_is_reviewed_once_by_each(come: Come, furnished: Furnished) -> None:
    ben, cleo = come("ben"), come("cleo")
    path = f"/approvals/{furnished.alone.id}/review"
    assert cleo.send(f"{path}?justified=yes").status_code == 403
    assert "was not justified" in text_of(ben.see(f"{path}?justified=no"))
    assert ben.send(f"{path}?justified=no").status_code == 303
    assert ben.send(f"{path}?justified=yes").status_code == 409
    assert "not justified" in text_of(ben.see(f"/approvals/{furnished.alone.id}"))


def test_somebody_asks_for_an_act(come: Come, furnished: Furnished) -> None:
    ben = come("ben")
    assert "Make a key with zero retention" in ben.see("/approvals/ask").text
    path = "/approvals/ask/key.create_zero_retention"
    assert ben.send(path, project="none", name="x", reason="why").status_code == 404
    assert ben.send(path, project=furnished.project, name="x", reason="").status_code == 422
    taken = ben.send(path, project=furnished.project, name="x", reason="why")
    assert (taken.status_code, "is asked for already" in text_of(taken)) == (409, True)
    assert ben.see("/approvals/ask/person.add").status_code == 404
    assert ben.see("/approvals/ask/vault.disclose").status_code == 404
    cleo = come("cleo")
    assert cleo.send(f"/approvals/{furnished.waiting.id}/cancel").status_code == 303
    made = ben.send(path, project=furnished.project, name="x", reason="why")
    assert made.headers["location"].endswith("?said=asked")
