"""`seawall investigations` and `seawall rescreen` as people who are signed in, against a running server."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from seawall.access.people import Proof, Way, sessions
from seawall.app.cli import cli
from seawall.app.inquiring import investigation_jobs
from seawall.app.instance import Instance
from seawall.app.investigating import desk
from seawall.app.remote import Refused, agent
from seawall.app.settings import Settings
from seawall.vocabulary.categories import Category
from seawall.web.house import House
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock
from tests.investigations.conftest import Traffic, found
from tests.web.console.wired.test_investigations import JAILBREAK

pytestmark = pytest.mark.usefixtures("whole")
Run = Callable[..., Any]


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Any:
    made = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False), clock)
    yield made
    made.close()


@pytest.fixture
def house(house: House, instance: Instance) -> House:
    return msgspec.structs.replace(house, inquiry=desk(instance))


@pytest.fixture
def line(house: House, instance: Instance, home: str, tmp_path: Path, clock: FrozenClock) -> Run:
    """Run a command as somebody who is signed in; return what it says as JSON."""
    for name, role in (("ada", "senior_reviewer"), ("aud", "auditor")):
        with house.database.begin() as tx:
            who = person(tx, house.edges, name, role)
            proof = Proof(person=who.id, way=Way.PASSWORD, at=clock())
            (tmp_path / name).write_text(sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1])

    def run(*words: str, who: str = "ada", as_json: bool = True) -> Any:
        signed = ("--server", home, "--token-file", str(tmp_path / who), *(("--json",) if as_json else ()))
        result: Result = CliRunner().invoke(cli, [*words, *signed], obj=instance)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, (words, result.output)
        return json.loads(result.output) if as_json else result.output

    return run


def test_a_pattern_is_followed_at_the_command_line(
    house: House, instance: Instance, line: Run, clock: FrozenClock
) -> None:
    assert house.inquiry is not None
    traffic = Traffic(house.database, house.inquiry, Ledger(), clock, project="traffic")
    one = traffic.exchange("Odd\x1b[31m words.", found(Category.HATE), account="ac_1")
    traffic.exchange(JAILBREAK, account="ac_2")
    traffic.index()
    jobs = {each.name: each for each in investigation_jobs(instance)}
    made = line("investigations", "open", "--name", "One pattern")["id"]
    searched = line("investigations", "search", made, "--by", "category", "--for", "hate", "--since", "2025-12-01")
    assert (searched["hits"], searched["value"]) == (1, "hate")
    typed = line("investigations", "search", made, "--by", "text", "--for", "odd")
    jobs["investigations.scan"].run(search=typed["id"])
    told = line("investigations", "results", made, typed["id"], as_json=False)
    assert one in told
    seen = line("investigations", "look", made, one, as_json=False)
    assert ("words." in seen, "\x1b" in seen) == (True, False)
    for thing in (one, "ac_1"):
        line("investigations", "pin", made, thing)
    assert line("investigations", "unpin", made, "ac_1")["pins"][0]["thing"] == one
    line("investigations", "note", made, "--text", "Looks alike.")
    assert line("investigations", "readers", made, "--all")["readers"] is None
    assert [each["id"] for each in line("investigations", "searches", made)] == [typed["id"], searched["id"]]
    shown = line("investigations", "show", made, as_json=False)
    assert all(each in shown for each in ("One pattern", "Looks alike.", f"saved: exchange {one}", "viewed"))
    assert "is closed" in line("investigations", "close", made, "--reason-code", "done", as_json=False)
    assert line("investigations", "list", "--open") == []
    assert "closed  One pattern" in line("investigations", "list", as_json=False)
    again = line("investigations", "reopen", made, "--reason-code", "new_facts", as_json=False)
    assert f"{made} is open again." in again
    assert [each["id"] for each in line("investigations", "list", "--open")] == [made]
    with pytest.raises(Refused, match="is open"):
        line("investigations", "reopen", made, "--reason-code", "new_facts")
    with pytest.raises(Refused, match="not allowed"):
        line("investigations", "list", who="aud")
    until = (clock() + timedelta(days=1)).date().isoformat()
    run = line("rescreen", "start", "--since", "2025-12-20", "--until", until)["id"]
    with ThreadPoolExecutor(1) as thread:
        thread.submit(jobs["investigations.rescreen"].run, rescreening=run).result()
    shown = line("rescreen", "show", run, as_json=False)
    assert "newly jailbreak: 1" in shown
    assert "no judge is asked again: 0 findings of judges count as they were made" in shown
    (row,) = line("rescreen", "exchanges", run)
    assert "1 cases were opened." in line("rescreen", "cases", run, row["exchange"], as_json=False)
    assert "1 screened" not in line("rescreen", "list", as_json=False)
    with pytest.raises(Refused, match="over already"):
        line("rescreen", "stop", run)
