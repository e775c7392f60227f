"""`seawall people` and `seawall access` on a real instance."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from seawall.access.directory.model import NoSuchDirectory, NoSuchGroup
from seawall.access.people.model import BadPerson
from seawall.access.people.tokens import NoSuchToken
from seawall.access.rights.rights import NoSuchRole
from seawall.app.commands.access import access
from seawall.app.commands.directories import directories
from seawall.app.commands.people import people
from seawall.app.commands.tokens import tokens
from seawall.app.instance import Instance
from seawall.app.settings import Settings


@pytest.fixture
def instance(database_url: str, tmp_path: Path) -> Iterator[Instance]:
    instance = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url))
    yield instance
    instance.close()


def run(instance: Instance, group: click.Group, *words: str) -> Result:
    return CliRunner().invoke(group, list(words), obj=instance)


def told(instance: Instance, group: click.Group, *words: str) -> Any:
    result = run(instance, group, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def kinds(instance: Instance) -> list[str]:
    with instance.database().begin() as tx:
        return [row[0] for row in tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id")]


def test_a_person_is_added_given_roles_shown_and_deactivated(instance: Instance) -> None:
    ada = told(instance, people, "add", "Ada", "--address", "ada@people.test", "--role", "reviewer")["id"]
    robot = told(instance, people, "add", "Robot", "--service", "--of", ada)
    assert (robot["kind"], robot["human"]) == ("service", ada)
    assert told(instance, people, "roles", ada, "--grant", "legal", "--withdraw", "reviewer")["roles"] == ["legal"]
    assert "legal, by host:" in run(instance, people, "show", ada).output
    assert told(instance, people, "show", ada)["address"] == "ada@people.test"
    assert len(told(instance, people, "link", ada)["token"]) == 43
    told(instance, people, "deactivate", ada)
    assert "deactivated" in run(instance, people, "list").output
    told(instance, people, "activate", ada)
    assert sorted(kinds(instance)) == sorted(
        [
            "person.added", "role.granted", "person.added", "role.granted", "role.withdrawn", "sign_in_link.issued",
            "person.deactivated", "person.activated", *["host.acted"] * 6,
        ]
    )  # fmt: skip


def test_a_token_is_made_listed_without_its_secret_and_ended(instance: Instance) -> None:
    ada = told(instance, people, "add", "Ada")["id"]
    robot = told(instance, people, "add", "Robot", "--service", "--of", ada)["id"]
    made = told(instance, tokens, "create", robot, "nightly", "--days", "30")
    assert (made["token"]["owner"], made["secret"][:4]) == (ada, "swt_")
    shown = run(instance, tokens, "list", "--of", robot).output
    assert "nightly" in shown
    assert made["secret"] not in shown
    told(instance, tokens, "end", made["token"]["id"])
    assert "ended" in run(instance, tokens, "list").output
    assert isinstance(run(instance, tokens, "end", made["token"]["id"]).exception, NoSuchToken)
    assert isinstance(run(instance, tokens, "create", ada, "n").exception, BadPerson)
    assert sorted(kinds(instance)) == ["host.acted"] * 4 + [
        "person.added",
        "person.added",
        "token.created",
        "token.ended",
    ]


def test_a_role_that_is_none_is_refused_and_leaves_no_trace(instance: Instance) -> None:
    result = run(instance, people, "add", "Ada", "--role", "emperor")
    assert isinstance(result.exception, NoSuchRole)
    assert kinds(instance) == []


def test_explain_says_which_policy_decided_and_what_is_missing(instance: Instance) -> None:
    ada = told(instance, people, "add", "Ada", "--role", "legal")["id"]
    words = ("explain", ada, "vault.disclose", "VaultItem:it_1")
    refused = told(instance, access, *words)
    assert (refused["allowed"], refused["because"]) == (False, ["guard.fresh", "guard.two_party"])
    assert "Missing: the approval of others, for exactly this." in run(instance, access, *words).output
    assert told(instance, access, *words, "--proven", "--approved")["because"] == ["legal"]
    assert told(instance, access, *words, "--proven", "--approved", "--reader", "pe_2")["because"] == ["guard.readers"]
    assert "one of the roles" in run(instance, access, "explain", ada, "child_safety.read", "ChildSafetyCase").output


def test_rules_are_recorded_when_they_change(instance: Instance) -> None:
    assert told(instance, access, "record")["changed"]
    assert not told(instance, access, "record")["changed"]
    assert sorted(kinds(instance)) == ["host.acted", "rights.changed"]


def test_actions_and_checks_are_shown(instance: Instance, tmp_path: Path) -> None:
    assert {"name", "kind", "does", "passkey", "others", "roles"} == set(told(instance, access, "actions")[0])
    (tmp_path / "intern.cedar").write_text(
        '@id("i") permit (principal in Role::"intern", action == Action::"policy.read", resource);'
    )
    assert "intern" in told(instance, access, "check", str(tmp_path))["roles"]
    assert "11 roles" in run(instance, access, "check").output


def test_a_directory_is_set_up_listed_rotated_and_ended(instance: Instance) -> None:
    ada = told(instance, people, "add", "Ada")["id"]
    made = told(instance, directories, "add", "corp", "--owner", ada)
    assert made["token"].startswith("swd_")
    assert "corp" in run(instance, directories, "list").output
    assert told(instance, directories, "rotate", "corp", "--overlap-hours", "1")["token"] != made["token"]
    assert len(told(instance, directories, "list")[0]["tokens_end_at"]) == 2
    assert told(instance, directories, "groups", "corp") == {"groups": []}
    missing = run(instance, directories, "map", "corp", "staff", "--role", "reviewer")
    assert isinstance(missing.exception, NoSuchGroup)
    assert told(instance, directories, "end", "corp") == {"ended": made["directory"], "people": 0}
    assert "ended" in run(instance, directories, "list").output
    assert isinstance(run(instance, directories, "end", "corp").exception, NoSuchDirectory)
    assert kinds(instance)[-2:] == ["directory.ended", "host.acted"]
