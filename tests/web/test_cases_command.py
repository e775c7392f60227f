"""`seawall cases` as people who are signed in, against a running server; the routing rules, from a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.access import keys
from seawall.access.people import Proof, Way, sessions
from seawall.app.casework import office
from seawall.app.commands.cases import cases, plain
from seawall.app.instance import Instance
from seawall.app.remote import Refused, agent
from seawall.app.settings import Settings
from seawall.cases import BadRules, Origin, open_case
from seawall.cases.opening import Opening
from seawall.cases.rules import DEFAULT
from seawall.vocabulary.ids import AccountId
from seawall.web import House
from tests.access.conftest import person
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("whole")
WHY = ("--reason-code", "repeated", "--reason", "You were told before.")


class Line:
    """Reviewers at their command lines."""

    def __init__(self, house: House, instance: Instance, home: str, folder: Path, clock: FrozenClock) -> None:
        self.house, self.instance, self.home, self.folder = house, instance, home, folder
        for name, role in (("ada", "reviewer"), ("bob", "reviewer"), ("eve", "senior_reviewer"), ("aud", "auditor")):
            with house.database.begin() as tx:
                who = person(tx, house.edges, name, role)
                proof = Proof(person=who.id, way=Way.PASSWORD, at=clock())
                (folder / name).write_text(sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1])

    def case(self, name: str, **more: Any) -> str:
        office = self.house.office
        assert office is not None
        ours: Any = {"by": "t", "record": self.house.edges.record, "clock": self.house.edges.clock}
        with self.house.database.begin() as tx:
            key, _ = keys.create_key(tx, "demo", name, **ours)
            opening = Opening(
                origin=Origin.FINDING, source=f"test:{name}", project=keys.project_of(tx, key), key=key,
                account=AccountId("ac_somebody"), has_end_user=True, **more,
            )  # fmt: skip
            return open_case(tx, office, opening, by="seawall")[0].id

    def run(self, who: str, *words: str) -> Result:
        signed = ("--server", self.home, "--token-file", str(self.folder / who))
        return CliRunner().invoke(cases, [*words, *signed], obj=self.instance)

    def told(self, who: str, *words: str) -> Any:
        result = self.run(who, *words, "--json")
        assert result.exit_code == 0, (words, result.output, result.exception)
        return json.loads(result.output)


@pytest.fixture
def line(house: House, instance: Instance, home: str, tmp_path: Path, clock: FrozenClock) -> Line:
    (tmp_path / "tokens").mkdir()
    return Line(house, instance, home, tmp_path / "tokens", clock)


def test_a_case_goes_from_the_queue_to_its_decision_at_the_command_line(line: Line) -> None:
    case = line.case("one", words="It said this.")
    assert "Nothing waits" in line.run("ada", "work", "--queue", "urgent").output
    assert case in line.run("ada", "work").output
    assert "general: 1, 0 claimed, 0 late" in line.run("ada", "queues").output
    assert line.told("ada", "next")["id"] == case
    assert line.told("ada", "note", case, "--text", "Looks like spam.")["state"] == "claimed"
    assert line.told("ada", "pause", case, "--reason-code", "asked")["state"] == "waiting"
    assert line.told("ada", "resume", case)["state"] == "open"
    assert line.told("ada", "claim", case)["claimed_by"].startswith("pe_")
    assert line.told("ada", "release", case)["claimed_by"] is None
    assert line.told("ada", "move", case, "urgent", "--reason-code", "threat")["queue"] == "urgent"
    line.told("bob", "claim", case)
    assert line.told("bob", "decide", case, "--outcome", "suspend", "--days", "3", *WHY)["state"] == "decided"
    shown = line.run("ada", "show", case, "--look").output
    assert "suspend (repeated)" in shown
    assert "note: Looks like spam." in shown
    assert line.told("eve", "reopen", case, "--reason-code", "new_facts")["round"] == 2
    assert [each["id"] for each in line.told("ada", "list", "--state", "open")] == [case]


def test_many_are_settled_by_the_digest_that_was_shown(line: Line) -> None:
    made = [line.case(name) for name in ("one", "two", "three")]
    assert line.told("ada", "merge", made[0], made[1])["joined"] == 1
    seen = line.told("ada", "preview", made[0], made[2], "--outcome", "warn", *WHY)
    assert {each["case"] for each in seen["cases"]} == {made[0], made[2]}
    assert isinstance(line.run("ada", "decide-all", seen["bulk"], "--digest", "0" * 64).exception, Refused)
    settled = line.told("ada", "decide-all", seen["bulk"], "--digest", seen["digest"])
    assert [each["state"] for each in settled["cases"]] == ["decided", "decided"]


def test_who_may_not_is_refused_in_the_words_of_the_server(line: Line) -> None:
    case = line.case("one")
    for words in (("list",), ("claim", case), ("list", "--sealed")):
        refused = line.run("aud", *words).exception
        assert isinstance(refused, Refused)
        assert refused.status == 403  # type: ignore[attr-defined]


def test_what_would_move_a_terminal_is_shown_as_a_sign() -> None:
    assert plain("a\x1b[31mb\nc\x07") == "a�[31mb\nc�"


def test_routing_rules_are_checked_from_a_file_and_nothing_starts_on_bad_ones(
    tmp_path: Path, database_url: str
) -> None:
    good = CliRunner().invoke(cases, ["rules", "check", str(DEFAULT), "--json"], obj=None)
    assert json.loads(good.output)["rules"] == 4
    assert CliRunner().invoke(cases, ["rules", "check"], obj=None).output.startswith("4 rules, 4 queues")
    bad = tmp_path / "rules.yaml"
    bad.write_text(DEFAULT.read_text().replace("queue: held", "queue: elsewhere"))
    refused = CliRunner().invoke(cases, ["rules", "check", str(bad)], obj=None)
    assert isinstance(refused.exception, BadRules)
    made = Instance(Settings(data_dir=str(tmp_path / "d"), database_url=database_url, cases_rules=str(bad)))
    with pytest.raises(BadRules, match="elsewhere"):
        office(made)
    made.close()
