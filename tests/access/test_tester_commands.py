"""`seawall testers` on a real instance."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seawall.access import Upstream, projects
from seawall.access.testers.model import EngagementOver
from seawall.app.cli import cli
from seawall.app.commands.people import people
from seawall.app.commands.testers import testers as group
from seawall.app.instance import Instance
from tests.access.test_commands import instance, kinds, run, told

__all__ = ["instance"]


@pytest.fixture
def owner(instance: Instance) -> str:
    ours: Any = {"by": "t", "record": instance.record}
    up = Upstream(name="gpt", api="chat", base_url="https://up.test", model="gpt-up")
    with instance.database().begin() as tx:
        projects.create(tx, "demo", clock=instance.clock, **ours)
        projects.set_model(tx, "demo", up, seal=instance.seal, **ours)
    return str(told(instance, people, "add", "Owner")["id"])


ADD = ("add", "Institute", "--purpose", "To see.", "--project", "demo", "--ends", "2999-01-01", "--model", "gpt")


def test_an_engagement_is_set_up_shown_stated_and_ended(instance: Instance, owner: str) -> None:
    name = told(instance, group, *ADD, "--address", "192.0.2.0/24", "--owner", owner, "--requests", "9")["id"]
    ada = told(instance, people, "add", "Ada")["id"]
    told(instance, group, "validate", name, ada, "--checked", "video_call")
    made = told(instance, group, "key", name, ada, "laptop", "--requests", "3")
    assert made["secret"].startswith("sw_")
    shown = told(instance, group, "show", name)
    assert (shown["purpose"], shown["state"], shown["requests"]) == ("To see.", "running", 0)
    assert [each["has_factor"] for each in shown["testers"]] == [False]
    assert "no second factor yet" in run(instance, group, "show", name).output
    assert "0 of 3 requests  works" in run(instance, group, "show", name).output
    record = told(instance, group, "statement", name)["record"]
    assert f"seawall ledger prove {record}" not in run(instance, group, "statement", name).output
    assert "Institute  running" in run(instance, group, "list").output
    assert told(instance, group, "remove", name, ada)["keys"] == 1
    assert told(instance, group, "restore", name)["safeguards"]
    assert told(instance, group, "end", name)["state"] == "ended"
    assert isinstance(run(instance, group, "end", name).exception, EngagementOver)
    assert [kind for kind in kinds(instance) if kind.startswith("tester")] == [
        "tester.engagement_created", "tester.validated", "tester.key_created", "tester.statement_issued",
        "tester.statement_issued", "tester.removed", "tester.engagement_ended",
    ]  # fmt: skip


def test_what_cannot_be_read_is_refused_with_its_value(instance: Instance, owner: str) -> None:
    result = run(instance, group, *ADD[:-4], "--ends", "soon", "--model", "gpt", "--address", "::/0", "--owner", owner)
    assert result.exit_code == 2
    assert "'soon' is no moment" in result.output


def test_the_group_is_part_of_the_command_line(tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli, ["testers", "--help"])
    assert shown.exit_code == 0
    assert json.dumps(shown.output)
