"""A case about child safety is handed over once somebody else agreed: encrypted, once, on record, and seen by few."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyrage
import pytest
from click.testing import CliRunner
from playwright.sync_api import Page
from pyrage import x25519

from seawall.access.people import Person, Proof, Way, sessions
from seawall.access.people.held_keys import working
from seawall.app.commands.cases import cases
from seawall.app.remote import Refused, agent
from seawall.cases import Case, Outcome
from seawall.vocabulary.categories import Category
from seawall.web.house import House
from tests.web.console.cases.conftest import SAID, Rooms
from tests.web.console.conftest import Staff, hidden, text_of
from tests.web.console.test_browser import add_passkey, come_in, looked_at

KEY = x25519.Identity.generate()
TO = {"recipient": str(KEY.to_public()), "to": "The authority, by courier"}
ROLES = {"kit": "child_safety_reviewer", "kim": "child_safety_reviewer", "lea": "legal", "rev": "senior_reviewer",
         "sec": "security"}  # fmt: skip


@pytest.fixture
def team(known_people: Callable[[dict[str, str]], dict[str, Staff]]) -> dict[str, Staff]:
    return known_people(ROLES)


@pytest.fixture
def case(rooms: Rooms, team: dict[str, Staff]) -> Case:
    made = rooms.case(Category.CHILD_SEXUAL_EXPLOITATION)
    return rooms.decides(made, team["kit"].person, Outcome.NOTHING)


def agreed(team: dict[str, Staff], case: Case) -> str:
    """Ask on the page, have it agreed to, and return the path of the request."""
    asked = team["kit"].send(f"/child-safety/{case.id}/export", **TO, reason="They asked for it.")
    assert asked.status_code == 303, text_of(asked)
    request = str(asked.headers["location"]).removeprefix("/console").split("?")[0]
    approve = f"{request}/approve"
    assert team["lea"].send(approve, digest=hidden(team["lea"].see(approve), "digest")).status_code == 303
    return request


def inside(file: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(pyrage.decrypt(file, [KEY]))) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_it_is_asked_for_agreed_to_and_downloaded_once(
    team: dict[str, Staff], case: Case, rooms: Rooms, house: House
) -> None:
    kit, path = team["kit"], f"/child-safety/{case.id}/export"
    assert "Hand it over to an authority" in text_of(kit.see(f"/child-safety/{case.id}"))
    assert "Nothing is filed with the CyberTipline of NCMEC" in text_of(kit.see(path))
    bad = kit.send(path, **TO | {"recipient": "age1nonsense"}, reason="x")
    assert (bad.status_code, "is no public key of age" in text_of(bad)) == (400, True)
    request = agreed(team, case)
    will = text_of(team["lea"].see(request))
    assert "Hands" in will
    assert TO["recipient"] in will
    assert SAID not in will
    assert "Others agreed to" in text_of(kit.see(path))
    file = kit.send(f"{request}/execute")
    assert file.headers["content-disposition"] == f'attachment; filename="{case.id}.zip.age"'
    assert file.headers["cache-control"] == "no-store"
    assert SAID.encode() not in file.content
    assert SAID.encode() in inside(file.content)["exchange-1/request"]
    assert kit.send(f"{request}/execute").status_code == 409
    assert TO["recipient"] in text_of(kit.see(path))
    assert "Handed over to an authority" in text_of(kit.see(f"/child-safety/{case.id}"))
    assert rooms.kinds().count("child_safety.exported") == 1
    assert len([each for each in rooms.kinds() if each == "vault.item_held"]) == 2
    (listed,) = kit.browser.get(f"/api/child-safety/cases/{case.id}/exports").json()
    assert listed["recipient"] == TO["recipient"]


def test_nobody_else_learns_of_it_and_nothing_lies_about(
    team: dict[str, Staff], case: Case, house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    request, kit = agreed(team, case), team["kit"]
    for name in ("rev", "sec"):
        assert team[name].see(request).status_code == 404
        assert team[name].see(f"/child-safety/{case.id}/export").status_code == 403
        assert team[name].browser.post(f"/api/child-safety/cases/{case.id}/export", TO).status_code == 403
        assert team[name].browser.get(f"/api/child-safety/cases/{case.id}/exports").status_code == 403
    kit.send(f"{request}/execute")
    assert SAID not in caplog.text
    for each in tmp_path.rglob("*"):
        assert not (each.is_file() and SAID.encode() in each.read_bytes()), each


def test_over_the_api_and_at_the_command_line_the_refusal_says_what_to_ask(
    team: dict[str, Staff], case: Case, house: House, tmp_path: Path
) -> None:
    kit, file, token = team["kit"], tmp_path / "case.age", tmp_path / "token"
    with house.database.begin() as tx:
        factor = working(tx, kit.person.id)[0].id
        proof = Proof(person=kit.person.id, way=Way.PASSKEY, at=house.edges.clock(), factor=factor, verified=True)
        token.write_text(sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1])

    def run(*more: str) -> Any:
        words = ["export", case.id, str(file), "--recipient", TO["recipient"], "--to", TO["to"], *more]
        return CliRunner().invoke(cases, [*words, "--server", kit.browser.home, "--token-file", str(token)])

    refused = run().exception
    assert isinstance(refused, Refused)
    assert "seawall approvals ask child_safety.export" in refused.hint
    assert not file.exists()
    request = agreed(team, case).rpartition("/")[2]
    done = run("--approval", request)
    assert (done.exit_code, "nothing was filed" in done.output) == (0, True)
    assert file.stat().st_mode & 0o077 == 0
    assert json.loads(inside(file.read_bytes())["report.json"])["case"] == case.id
    file.unlink()
    assert run("--approval", request).exit_code == 1


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_page_shuts_nobody_out(
    page: Page, team: dict[str, Staff], case: Case, house: House, somebody: Callable[..., Person]
) -> None:
    request = agreed(team, case)
    team["kit"].send(f"{request}/execute")
    come_in(page, house, somebody("Kai Example", "child_safety_reviewer"))
    add_passkey(page)
    page.goto(f"/console/child-safety/{case.id}/export")
    assert looked_at(page, "child-safety-export") == []
