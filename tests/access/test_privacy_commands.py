"""`seawall privacy` on a real instance."""

import json
from pathlib import Path
from typing import Any

from seawall.access import keys, projects
from seawall.access.privacy.model import IdentityUnchecked
from seawall.app.commands.people import people
from seawall.app.commands.privacy import privacy as group
from seawall.app.instance import Instance
from seawall.enforce import account_id
from seawall.vault import Retention
from seawall.vocabulary.errors import InvalidInput
from tests.access.test_commands import instance, kinds, run, told

__all__ = ["instance"]


def test_an_end_user_is_found_in_every_key_of_a_project_and_deleted(instance: Instance, tmp_path: Path) -> None:
    ours: Any = {"by": "t", "record": instance.record, "clock": instance.clock}
    with instance.database().begin() as tx:
        projects.create(tx, "demo", **ours)
        made = [keys.create_key(tx, "demo", name, **ours)[0] for name in ("one", "two")]
        accounts = [account_id(instance.account_secrets()[0], key, "user@elsewhere.test") for key in made]
        for account in accounts:
            instance.vault().put(tx, b"words of theirs", owner=account, retention=Retention.CASE)
    words = ("request", "--wish", "delete", "--project", "demo", "--user", "user@elsewhere.test")
    request = told(instance, group, *words)
    assert sorted(request["subjects"]) == sorted(accounts)
    name = request["id"]
    assert "2 of content" in run(instance, group, "show", name).output
    assert isinstance(run(instance, group, "delete", name, "--yes").exception, IdentityUnchecked)
    told(instance, group, "check", name, "--how", "vouched_by_project")
    output = run(instance, group, "delete", name, "--yes").output
    assert "removed: 2 of content" in output
    assert "the last backup with it is gone by" in output
    assert "2 accounts  answered" in run(instance, group, "list").output
    assert run(instance, group, "list", "--open").stdout == "Nobody asked for anything.\n"
    assert "user@elsewhere.test" not in "".join(kinds(instance))


def test_an_export_is_a_file_of_its_owner_and_is_never_written_over(instance: Instance, tmp_path: Path) -> None:
    ada = told(instance, people, "add", "Ada")["id"]
    name = told(instance, group, "request", "--wish", "export", "--person", ada)["id"]
    told(instance, group, "check", name, "--how", "in_person")
    file = tmp_path / "ada.jsonl"
    file.write_text("mine")
    assert isinstance(run(instance, group, "export", name, str(file)).exception, InvalidInput)
    assert told(instance, group, "show", name)["state"] == "open"
    file.unlink()
    told(instance, group, "export", name, str(file))
    assert file.stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["name"] for line in lines if line.get("part") == "profile"] == ["Ada"]


def test_corrections_opt_outs_and_refusals(instance: Instance) -> None:
    ada = told(instance, people, "add", "Ada")["id"]
    account = "ac_00000000000000000000000000"
    for wish, who, words in (
        ("correct", ("--person", ada), ("correct", "--name", "Ada Lovelace")),
        ("correct", ("--account", account), ("correct", "--note", "That was my brother.")),
        ("opt_out", ("--account", account), ("opt-out",)),
        ("delete", ("--account", account), ("refuse", "--reason-code", "not_who_they_say")),
    ):
        name = told(instance, group, "request", "--wish", wish, *who)["id"]
        told(instance, group, "check", name, "--how", "in_person")
        answered = told(instance, group, words[0], name, *words[1:])
        assert answered["state"] == ("refused" if words[0] == "refuse" else "answered")
    assert run(instance, group, "request", "--wish", "delete", "--user", "u").exit_code == 2
    assert run(instance, group, "correct", "pv_1").exit_code == 2


def test_retention_is_shown_as_it_is_set(instance: Instance) -> None:
    shown = told(instance, group, "retention")
    assert [each["days"] for each in shown["classes"]] == [30, 730, 2192, None, None]
    assert "Backups are kept for 35 days." in run(instance, group, "retention").output
    assert "until it is erased" in run(instance, group, "retention").output
