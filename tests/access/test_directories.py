"""Directories and who is told when a person is deactivated, on a real database."""

from datetime import timedelta

import msgspec
import pytest

from seawall.access.approvals.requests import newest as newest_requests
from seawall.access.directory import TokenRefused, directories
from seawall.access.directory.model import BadDirectory, DirectoryNameTaken, NoSuchDirectory
from seawall.access.ended import PERSON_ENDED
from seawall.access.people import Edges, Kind, people, roles
from seawall.access.people.links import consume_link, issue_link
from seawall.access.people.proofs import SignInRefused
from seawall.store import Transaction
from tests.access.conftest import Ledger, person
from tests.access.team import Team
from tests.conftest import FrozenClock


@pytest.fixture
def edges(edges: Edges) -> Edges:
    """Every room is told, as the application wires it."""
    return msgspec.structs.replace(edges, person_ended=PERSON_ENDED)


def test_a_directory_is_found_by_its_token_and_ended(
    tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    olga = person(tx, edges, "olga")
    made, issued = directories.add(tx, edges, "corp", owner=olga.id, by="host:test")
    assert directories.authenticate(tx, edges, issued.secret) == made
    with pytest.raises(DirectoryNameTaken):
        directories.add(tx, edges, "corp", owner=olga.id, by="host:test")
    directories.end(tx, edges, "corp", by="host:test")
    with pytest.raises(TokenRefused):
        directories.authenticate(tx, edges, issued.secret)
    with pytest.raises(NoSuchDirectory):
        directories.rotate(tx, edges, "corp", by="host:test")
    assert directories.add(tx, edges, "corp", owner=olga.id, by="host:test")[0].id != made.id
    assert ledger.kinds[-5:] == [
        "directory.added", "directory.token_issued", "directory.ended", "directory.added", "directory.token_issued",
    ]  # fmt: skip


def test_a_token_runs_out_even_if_nobody_rotates_it(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    olga = person(tx, edges, "olga")
    _, issued = directories.add(tx, edges, "corp", owner=olga.id, by="host:test", good_for=timedelta(days=1))
    clock.advance(hours=23, minutes=59)
    directories.authenticate(tx, edges, issued.secret)
    clock.advance(minutes=1)
    with pytest.raises(TokenRefused):
        directories.authenticate(tx, edges, issued.secret)


def test_only_an_active_person_vouches_for_a_directory(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    olga = person(tx, edges, "olga")
    robot = person(tx, edges, "robot", human=olga.id, kind=Kind.SERVICE)
    gone = person(tx, edges, "gone")
    people.deactivate(tx, edges, gone.id, by="host:test")
    before = len(ledger)
    for owner in (robot.id, gone.id):
        with pytest.raises(BadDirectory, match="vouch"):
            directories.add(tx, edges, "corp", owner=owner, by="host:test")
    for name in ("", "a\nb", "x" * 81, "di_other"):
        with pytest.raises(BadDirectory):
            directories.add(tx, edges, name, owner=olga.id, by="host:test")
    with pytest.raises(BadDirectory, match="good for"):
        directories.add(tx, edges, "corp", owner=olga.id, by="host:test", good_for=timedelta(days=400))
    assert [kind for kind in ledger.kinds[before:] if kind != "directory.added"] == []


def test_a_second_account_of_the_owner_takes_nothing_over(tx: Transaction, edges: Edges) -> None:
    olga = person(tx, edges, "olga")
    second = person(tx, edges, "olga2", human=olga.id)
    made, first = directories.add(tx, edges, "corp", owner=olga.id, by=olga.id)
    directories.rotate(tx, edges, made.id, by=second.id)
    assert directories.authenticate(tx, edges, first.secret).owner == olga.id


def test_deactivation_ends_links_and_requests_and_asks_for_reviews(
    tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    team = Team(tx, edges, clock)
    robot = person(tx, edges, "robot", "evaluator", human=team.bob.id, kind=Kind.SERVICE)
    roles.grant(tx, edges, team.lea.id, "reviewer", by=team.bob.id)
    request, link = team.ask(tx), issue_link(tx, edges, team.bob.id, by="host:test")
    assert roles.due(tx, clock()) == ()
    people.deactivate(tx, edges, team.bob.id, by="host:test")
    assert [(each.id, each.state) for each in newest_requests(tx, edges, limit=9)] == [(request.id, "cancelled")]
    assert {(each.person, each.role) for each in roles.due(tx, clock())} == {
        (team.lea.id, "reviewer"),
        (robot.id, "evaluator"),
    }
    people.activate(tx, edges, team.bob.id, by="host:test")
    assert isinstance(consume_link(tx, edges, link.token, from_loopback=True), SignInRefused)
    assert ledger.kinds[-5:] == [
        "request.ended", "role.review_asked", "role.review_asked", "person.deactivated", "person.activated",
    ]  # fmt: skip


def test_who_was_deactivated_by_whom_is_known_until_they_come_again(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    people.deactivate(tx, edges, ada.id, by="host:test")
    assert people.find(tx, ada.id).deactivated_by == "host:test"
    assert people.activate(tx, edges, ada.id, by="host:test").deactivated_by is None


def test_a_room_that_fails_keeps_the_person_active(tx: Transaction, edges: Edges) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("this room is not there")

    ada = person(tx, edges, "ada")
    broken = msgspec.structs.replace(edges, person_ended=(fail,))
    with pytest.raises(RuntimeError), tx.begin_nested():
        people.deactivate(tx, broken, ada.id, by="host:test")
    assert people.find(tx, ada.id).active
