"""`seawall approvals` as people who are signed in, against a running server."""

import json
from pathlib import Path
from typing import Any

import pytest
from click import Command
from click.testing import CliRunner, Result

from seawall.access.people import Person, Proof, Way, sessions
from seawall.access.people.held_keys import working
from seawall.app.commands.approvals import approvals
from seawall.app.commands.waiting import waiting
from seawall.app.instance import Instance
from seawall.app.remote import NotSignedIn, Refused, agent
from seawall.web import House
from tests.conftest import FrozenClock
from tests.web.approving import KEY, ROLES, joined

pytestmark = pytest.mark.usefixtures("whole")


class Desk:
    """People at their command lines."""

    def __init__(self, house: House, instance: Instance, home: str, folder: Path, clock: FrozenClock) -> None:
        self.instance, self.home, self.folder = instance, home, folder
        with house.database.begin() as tx:
            people = {name: joined(tx, house, name, role)[0] for name, role in ROLES.items()}
        clock.advance(hours=73)
        for name, who in people.items():
            (folder / name).write_text(self._token(house, who, clock))

    def _token(self, house: House, who: Person, clock: FrozenClock) -> str:
        with house.database.begin() as tx:
            factor = working(tx, who.id)[0].id
            proof = Proof(person=who.id, way=Way.PASSKEY, at=clock(), factor=factor, verified=True)
            return sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1]

    def run(self, who: str, *words: str, command: Command = approvals) -> Result:
        signed = ("--server", self.home, "--token-file", str(self.folder / who))
        return CliRunner().invoke(command, [*words, *signed], obj=self.instance)

    def told(self, who: str, *words: str) -> Any:
        result = self.run(who, *words, "--json")
        assert result.exit_code == 0, (result.output, result.exception)
        return json.loads(result.stdout)


@pytest.fixture
def desk(house: House, instance: Instance, home: str, tmp_path: Path, clock: FrozenClock) -> Desk:
    (tmp_path / "tokens").mkdir()
    return Desk(house, instance, home, tmp_path / "tokens", clock)


ASK = ("ask", KEY, "--parameters", '{"project": "demo", "name": "laptop"}', "--reason", "the clinic asked")


def test_a_request_goes_from_asking_to_done_at_the_command_line(desk: Desk) -> None:
    request = desk.told("bob", *ASK)
    shown = desk.run("lea", "show", request["id"]).output
    assert "Makes a key 'laptop'" in shown
    assert f"digest {request['digest']}" in shown
    assert "sam could agree" in shown
    assert desk.told("lea", "approve", request["id"], "--digest", request["digest"])["state"] == "approved"
    assert desk.told("bob", "execute", request["id"])["shown"]["secret"].startswith("sw_")
    assert isinstance(desk.run("bob", "execute", request["id"]).exception, Refused)
    assert "executed" in desk.run("aud", "list").output
    assert desk.told("aud", "list", "--state", "waiting") == []


def test_requests_are_denied_cancelled_and_acts_listed(desk: Desk) -> None:
    request = desk.told("bob", *ASK)
    assert desk.told("lea", "deny", request["id"], "--digest", request["digest"])["state"] == "denied"
    again = desk.told("bob", *ASK)
    assert desk.told("bob", "cancel", again["id"])["state"] == "cancelled"
    assert "there are not enough people who could agree" in desk.run("aud", "acts").output


def test_glass_is_broken_and_reviewed(desk: Desk) -> None:
    broken = desk.told("bob", "break-glass", *ASK[1:])
    assert "alone" in desk.run("aud", "show", broken["id"]).output
    assert f"alarm: {broken['id']} (broken)" in desk.run("lea", command=waiting).output
    reviewed = desk.told("lea", "review", broken["id"], "--justified", "--words", "It burnt.")
    assert (reviewed["reviews"][0]["justified"], reviewed["reviews"][0]["words"]) == (True, "It burnt.")
    assert "Nothing waits for you." in desk.run("aud", command=waiting).output


def test_a_directory_is_handed_in(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    rule = '@id("i") permit (principal in Role::"intern", action == Action::"policy.read", resource);'
    (tmp_path / "rules" / "intern.cedar").write_text(rule)
    asked = desk.told("bob", "ask", "rights.change", "--files", str(tmp_path / "rules"), "--reason", "an intern comes")
    assert "intern may policy.read" in asked["will"]


def test_a_refusal_is_the_servers_own(desk: Desk) -> None:
    refused = desk.run("pub", *ASK).exception
    assert isinstance(refused, Refused)
    assert (refused.status, refused.as_dict()["code"]) == (403, "access.not_permitted")


def test_who_is_not_signed_in_is_told_what_to_do(
    instance: Instance, home: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    refused = CliRunner().invoke(approvals, ["list", "--server", home], obj=instance).exception
    assert isinstance(refused, NotSignedIn)
    assert "seawall sign-in" in refused.hint


@pytest.mark.parametrize("given", ["nonsense", "[]"])
def test_parameters_that_are_no_object_are_refused(desk: Desk, given: str) -> None:
    assert desk.run("bob", "ask", KEY, "--parameters", given, "--reason", "x").exit_code == 2
