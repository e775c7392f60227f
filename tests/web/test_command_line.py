"""The command line as a person: signs in by the device flow at a running server, and calls it."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.access.people import Person, Proof, Way, sessions
from seawall.app import remote
from seawall.app.remote import BadServer, Kept, NotSignedIn, Refused, Remote, checked_server
from seawall.web.house import House
from tests.access.conftest import Ledger, key_at
from tests.conftest import FrozenClock
from tests.web.browser import Browser, proven

Make = Callable[..., Person]
SignIn = Callable[[Person], Browser]


class Terminal:
    """Runs the real command line with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")}
        self.environment = kept | {"XDG_CONFIG_HOME": str(folder / "config")}
        self.file = folder / "config" / "seawall" / "sessions.json"

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "seawall.app", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        with self.start(*words) as process:
            said, _ = process.communicate(timeout=60)
        return process.returncode, said


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def code_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"/console/device and type (\S{4}-\S{4})$", line)
    assert found is not None, line
    return found[1]


@pytest.mark.slow
def test_the_command_line_signs_in_acts_and_signs_out(
    terminal: Terminal, home: str, house: House, somebody: Make, signed_in: SignIn, clock: FrozenClock, ledger: Ledger
) -> None:
    ada = somebody("ada", "auditor")
    with house.database.begin() as tx:
        device = key_at(tx, house.edges, ada, house.site)
    browser = signed_in(ada)
    with terminal.start("sign-in", "--server", home) as process:
        decided = browser.post("/api/device/approve", {"user_code": code_of(process)})
        assert decided.json()["program"].startswith("seawall/")
        assert process.stdout is not None
        assert f"as {ada.id}" in process.stdout.read()
    assert process.returncode == 0
    assert stat.S_IMODE(terminal.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(terminal.file.parent.stat().st_mode) == 0o700
    status, said = terminal.run("whoami", "--json")
    shown = json.loads(said)
    assert (status, shown["person"], shown["ways"], shown["roles"]) == (0, ada.id, ["device"], ["auditor"])
    # In a directory without an installation every other command acts there as that person, and nowhere else.
    assert terminal.run("access", "explain", ada.id, "policy.read", "Policy")[1].startswith(f"{ada.id} may policy.read")
    refused = terminal.run("projects", "create", "mine")
    assert (refused[0], "project.change is not allowed here." in refused[1]) == (1, True)
    assert not (terminal.folder / "seawall-data").exists()
    proven(browser, device)
    with terminal.start("sign-in", "--passkey") as process:
        assert browser.post("/api/device/approve", {"user_code": code_of(process)}).json()["proves"]
    assert json.loads(terminal.run("whoami", "--json")[1])["ways"] == ["device", "passkey"]
    with house.database.begin() as tx:
        assert len(sessions.live(tx, clock(), person=ada.id)) == 2
    assert terminal.run("sign-out")[0] == 0
    with house.database.begin() as tx:
        assert len(sessions.live(tx, clock(), person=ada.id)) == 1
    assert "token" not in terminal.file.read_text()
    assert ledger.kinds[-1] == "session.revoked"
    status, said = terminal.run("whoami", "--server", home)
    assert (status, "Nobody is signed in" in said) == (1, True)


@pytest.mark.slow
def test_a_person_who_says_no_is_told_of(terminal: Terminal, home: str, somebody: Make, signed_in: SignIn) -> None:
    browser = signed_in(somebody("ada"))
    with terminal.start("sign-in", "--server", home) as process:
        browser.post("/api/device/approve", {"user_code": code_of(process), "approve": False})
        assert process.stdout is not None
        assert "refused" in process.stdout.read()
    assert process.returncode == 1
    assert not terminal.file.exists()


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """The environment of a user of this machine."""
    return {"HOME": str(tmp_path)}


@pytest.fixture
def token(house: House, home: str, somebody: Make) -> str:
    """Of a session of this program."""

    with house.database.begin() as tx:
        ada = somebody("ada")
        proof = Proof(person=ada.id, way=Way.DEVICE, at=house.edges.clock())
        return sessions.begin(tx, house.edges, (proof,), bound_to=remote.agent())[1]


def test_other_commands_call_the_api_as_that_person(home: str, token: str, here: dict[str, str]) -> None:
    remote.keep(home, Kept(token=token, person="x"), here)
    there = remote.signed_in_at(home, here)
    assert there.call("GET", "/api/session")["ways"] == ["device"]
    with pytest.raises(Refused) as caught:
        there.call("GET", "/api/people")
    assert (caught.value.code, caught.value.status) == ("access.not_permitted", 403)
    assert "one of the roles" in caught.value.hint
    assert Refused.code == "seawall.error"


def test_a_session_that_ended_elsewhere_is_told_of(home: str, house: House, token: str, clock: FrozenClock) -> None:
    clock.advance(minutes=31)
    with pytest.raises(Refused, match="not used for a while"):
        Remote(home, token).call("GET", "/api/session")


def test_sessions_are_kept_for_each_server_and_forgotten(here: dict[str, str]) -> None:
    for server in ("https://a.test", "https://b.test"):
        remote.keep(server, Kept(token=server, person="x"), here)
    assert remote.load(here).last == "https://b.test"
    remote.keep("https://b.test", None, here)
    assert (remote.load(here).last, list(remote.load(here).servers)) == ("", ["https://a.test"])
    with pytest.raises(NotSignedIn, match=r"b\.test"):
        remote.signed_in_at("https://b.test", here)


def test_a_file_that_others_can_read_or_that_is_none_is_not_used(here: dict[str, str]) -> None:
    remote.keep("https://a.test", Kept(token="t", person="x"), here)
    kept = remote.where(here)
    assert kept == Path(here["HOME"]) / ".config" / "seawall" / "sessions.json"
    kept.chmod(0o644)
    with pytest.raises(BadServer, match="read by others"):
        remote.load(here)
    kept.chmod(0o600)
    kept.write_text("{")
    with pytest.raises(BadServer, match="cannot be read"):
        remote.load(here)


@pytest.mark.parametrize(
    "server", ["http://seawall.test", "http://10.0.0.1", "ftp://a", "a", "", "https://", "https://a/b", "https://a?x"]
)
def test_a_token_goes_over_https_or_to_this_machine(server: str) -> None:
    with pytest.raises(BadServer):
        checked_server(server)


def test_addresses_of_servers_are_taken_without_what_follows() -> None:
    for given, taken in (
        ("https://seawall.test/", "https://seawall.test"),
        ("http://localhost:8700", "http://localhost:8700"),
        ("http://[::1]:8700/", "http://[::1]:8700"),
    ):
        assert checked_server(given) == taken
