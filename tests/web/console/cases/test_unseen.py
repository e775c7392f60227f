"""Who is left out of a case's readers learns nothing of it: every answer is that of a case that does not exist."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pyrage import x25519

from seawall.access.people import Proof, Way, sessions
from seawall.access.people.held_keys import working
from seawall.app.commands.approvals import approvals
from seawall.app.commands.cases import cases
from seawall.app.remote import agent
from seawall.cases import Case, Outcome
from seawall.cases.working import change_readers
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import new_id
from seawall.web.application import inner
from seawall.web.house import House
from tests.web.console.cases.conftest import Rooms
from tests.web.console.conftest import Staff, text_of

SEALING = Category.CHILD_SEXUAL_EXPLOITATION
TO = {"recipient": str(x25519.Identity.generate().to_public()), "to": "The authority"}
# More than each takes: what is wrong in a form may not be told before it is known who asks.
GIVEN: dict[str, Any] = {
    **TO, "reason_code": "repeated", "text": "A note.", "queue": "general", "outcome": "nothing", "reason": "So it is.",
}  # fmt: skip
ROLES = {"kit": "child_safety_reviewer", "kim": "child_safety_reviewer", "sen": "senior_reviewer",
         "sue": "senior_reviewer"}  # fmt: skip
UNKNOWN = new_id("cs")


@pytest.fixture
def team(known_people: Callable[[dict[str, str]], dict[str, Staff]]) -> dict[str, Staff]:
    return known_people(ROLES)


@pytest.fixture
def closed(rooms: Rooms, team: dict[str, Staff]) -> dict[str, list[Case]]:
    """Cases of which one person alone knows, by who does not: open ones and decided ones, sealed and not."""
    made: dict[str, list[Case]] = {"kim": [], "sue": []}
    for category, reader, other in ((SEALING, "kit", "kim"), (Category.JAILBREAK, "sen", "sue")):
        settled = rooms.decides(rooms.case(category), team[reader].person, Outcome.NOTHING)
        for case in (rooms.case(category, account="ac_other"), settled):
            with rooms.house.database.begin() as tx:
                by = team[reader].person.id
                made[other].append(change_readers(tx, rooms.office, case.id, [by], by=by))
    return made


def routes(app: FastAPI, *prefixes: str) -> Iterator[tuple[str, str]]:
    """Give every route that names a case in its path, with its method."""
    for each in app.routes:
        if isinstance(each, APIRoute) and "{case}" in each.path and each.path.startswith(prefixes):
            yield from ((method, each.path) for method in sorted(each.methods) if method != "HEAD")


def told(reply: httpx.Response, case: str) -> tuple[int, str, str]:
    """Return what an answer says, but for the name of the case."""
    where = reply.headers.get("location", "")
    return reply.status_code, where.replace(case, "…"), text_of(reply).replace(case, "…")


def asked(who: Staff, method: str, path: str, case: str) -> tuple[int, str, str]:
    path = path.replace("{case}", case)
    if not path.startswith("/console"):
        return told(who.browser.ask(method, path, json=None if method == "GET" else {**GIVEN, "readers": None}), case)
    page = path.removeprefix("/console")
    return told(who.see(page) if method == "GET" else who.send(page, **GIVEN), case)


KINDS = {
    "kim": ("/api/child-safety/cases/", "/console/child-safety/"),
    "sue": ("/api/cases/", "/api/appeals/", "/console/cases/"),
}


@pytest.mark.parametrize("name", KINDS)
def test_no_page_and_no_route_tells_a_sealed_case_from_one_that_is_not_there(
    closed: dict[str, list[Case]], team: dict[str, Staff], house: House, name: str
) -> None:
    every = list(routes(inner(house), *KINDS[name]))
    assert len(every) > 20
    for method, path in every:
        expected = asked(team[name], method, path, UNKNOWN)
        assert [asked(team[name], method, path, each.id) for each in closed[name]] == [expected] * 2, (method, path)
        # A page may lead on before it looks; it leads to one that does.
        assert expected[0] in (404, 303), (method, path, expected)


@pytest.mark.parametrize("way", ["", "/break-glass"])
def test_what_takes_the_approval_of_others_does_not_tell_either(
    closed: dict[str, list[Case]], team: dict[str, Staff], rooms: Rooms, way: str
) -> None:
    kim, before = team["kim"], rooms.kinds()

    def ask(case: str, **more: str) -> tuple[int, str, str]:
        wanted = {"act": "child_safety.export", "parameters": {"case": case, **TO, **more}, "reason": "They asked."}
        return told(kim.browser.post(f"/api/approvals{way}", wanted), case)

    # Of cases of the other kind she learns as little.
    named = [each.id for one in closed.values() for each in one]
    for more in ({}, {"manifest_sha256": "0" * 64}):
        assert [ask(each, **more) for each in named] == [ask(UNKNOWN, **more)] * len(named)
    assert ask(UNKNOWN)[0] in (404, 403 if way else 404)
    assert rooms.kinds() == before


def test_the_command_line_does_not_tell_either(
    closed: dict[str, list[Case]], team: dict[str, Staff], house: House, tmp_path: Path
) -> None:
    kim, token = team["kim"], tmp_path / "token"
    with house.database.begin() as tx:
        factor = working(tx, kim.person.id)[0].id
        proof = Proof(person=kim.person.id, way=Way.PASSKEY, at=house.edges.clock(), factor=factor, verified=True)
        token.write_text(sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1])
    signed = ("--server", kim.browser.home, "--token-file", str(token))
    export = ("--recipient", TO["recipient"], "--to", TO["to"])

    def said(command: Any, *words: str) -> str:
        done = CliRunner().invoke(command, [*words, *signed])
        assert done.exit_code != 0, done.output
        return f"{done.exception}\n{done.output}"

    ways: dict[str, Callable[[str], str]] = {
        "show": lambda case: said(cases, "show", case, "--sealed"),
        "open": lambda case: said(cases, "show", case),
        "claim": lambda case: said(cases, "claim", case, "--sealed"),
        "export": lambda case: said(cases, "export", case, str(tmp_path / "out"), *export),
        "ask": lambda case: said(
            approvals, "ask", "child_safety.export", "--parameters", json.dumps({"case": case, **TO}), "--reason", "x",
        ),
    }  # fmt: skip
    for name, way in ways.items():
        expected = way(UNKNOWN).replace(UNKNOWN, "…")
        told = [way(each.id).replace(each.id, "…") for one in closed.values() for each in one]
        assert told == [expected] * len(told), name
