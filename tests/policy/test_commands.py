"""`seawall policy`: what people see, in words and as JSON."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.app.commands.policy import DirectoryInUse, policy
from seawall.app.settings import Settings
from seawall.policy import DEFAULT, read
from seawall.policy.problems import NoSuchVersion
from seawall.store import Database
from tests.conftest import FrozenClock

Folder = Callable[..., Path]


@pytest.fixture
def run(database: Database, clock: FrozenClock) -> Callable[..., Result]:
    records: list[Any] = []
    instance = SimpleNamespace(
        database=lambda: database,
        record=lambda _tx, body: records.append(body),
        clock=clock,
        records=records,
        settings=Settings(),
    )

    def call(*arguments: object, fails: bool = False) -> Result:
        result = CliRunner().invoke(policy, [str(each) for each in arguments], obj=instance)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert (result.exit_code == 1) == fails, result.output
        return result

    return call


def test_the_default_can_be_copied_changed_checked_and_published(run: Callable[..., Result], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    run("init", mine)
    assert read(mine) == read(DEFAULT)
    assert "default is in order: 20 categories" in run("check", mine).output
    assert run("publish", mine, "--by", "lead_1").stdout.startswith("Version 1 (")
    assert "was in force already; nothing is published" in run("publish", mine, "--by", "lead_1").output
    listed = json.loads(run("list", "--json").stdout)
    assert [(each["version"], each["by"]) for each in listed] == [(1, "lead_1")]


def test_a_directory_with_files_is_not_overwritten(run: Callable[..., Result], folder: Folder) -> None:
    directory = folder()
    with pytest.raises(DirectoryInUse):
        run("init", directory)
    assert (directory / "policy.yaml").read_text() == "name: small\n"


def test_check_names_every_problem_and_ends_with_1(run: Callable[..., Result], folder: Folder) -> None:
    broken = folder({"ladder.yaml": "stepps: []\n", "policy.yaml": "name: small\nfail: opne\n"})
    told = run("check", broken, fails=True).output
    assert "The policy has 2 problems:" in told
    assert "ladder.yaml:1: ladder has no key 'stepps'.\n    Did you mean 'steps'?" in told
    found = json.loads(run("check", broken, "--json", fails=True).output)
    assert found["ok"] is False
    assert [(each["file"], each["line"]) for each in found["problems"]] == [("ladder.yaml", 1), ("policy.yaml", 2)]


def test_check_needs_no_database() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from seawall.app.commands.policy import policy\n"
        f"result = CliRunner().invoke(policy, ['check', {str(DEFAULT)!r}, '--json'])\n"
        "assert result.exit_code == 0, result.output\n"
        "print('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_versions_and_directories_can_be_shown_and_compared(run: Callable[..., Result], folder: Folder) -> None:
    draft = folder({"policy.yaml": "name: other\n"}, "draft")
    # The names of these detectors are known to the shipped screen; those of the small policy are not.
    run("publish", folder())
    shown = run("show").output
    assert "Jailbreak (jailbreak, medium)" in shown
    assert "hate.warn" in shown
    assert "at 3: suspended for 7 days" in shown
    assert json.loads(run("show", draft, "--json").stdout)["policy"]["name"] == "other"
    assert run("diff", "1", draft).stdout == "changed policy\n    name: small -> other\n"
    assert run("diff", "1", "1").stdout == "Nothing changed.\n"
    with pytest.raises(NoSuchVersion):
        run("show", "7")
