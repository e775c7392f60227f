"""Every command declares what it needs; what acts past approvals on the host is recorded, or switched off."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from seawall.access.people import people
from seawall.access.people.model import Profile
from seawall.access.rights.actions import BY_NAME
from seawall.app.cli import cli
from seawall.app.commands.declared import RecoveryOff, declared, needs
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.policy import DEFAULT
from seawall.vault import Retention


def _walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for each in command.list_commands(context):
        found = command.get_command(context, each)
        assert found is not None
        yield from _walk(found, f"{name} {each}")


COMMANDS = dict(_walk(cli, "seawall"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_declares_what_it_needs(name: str) -> None:
    what = declared(COMMANDS[name])
    assert what is not None, "write @offered(…), @needs(…), @signed_in or @host_only(…) below its @command"
    assert bool(what.reason) is not bool(what.action or what.remote)
    ways = (what.both, what.remote, bool(what.host), bool(what.reason))
    assert ways.count(True) == 1, "it has one way, says why it is the host alone, or is @offered"
    given = {parameter.name for parameter in COMMANDS[name].params}
    assert set(what.instead) <= given
    for action in filter(None, (what.action, *what.instead.values())):
        assert action in BY_NAME, action


def test_a_command_that_declares_nothing_is_noticed() -> None:
    assert declared(click.Command("bare", callback=lambda: None)) is None


@pytest.fixture
def instance(database_url: str, tmp_path: Path) -> Iterator[Instance]:
    instance = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url))
    yield instance
    instance.close()


@pytest.fixture
def locked(instance: Instance, database_url: str) -> Iterator[Instance]:
    """The same instance, where the host may not act past approvals."""
    made = Instance(Settings(data_dir=instance.settings.data_dir, database_url=database_url, host_recovery=False))
    yield made
    made.close()


def run(instance: Instance, line: str, *more: str) -> Result:
    words = [*line.split(), *more]
    found: click.Command | None = cli
    while isinstance(found, click.Group):
        found = found.get_command(click.Context(found), words.pop(0))
    assert found is not None
    return CliRunner().invoke(found, words, obj=instance, prog_name=line)


def acted(instance: Instance) -> list[str]:
    with instance.database().begin() as tx:
        found = tx.exec_driver_sql("SELECT body FROM ledger_records WHERE kind = 'host.acted' ORDER BY id")
        bodies = [json.loads(bytes(row[0])) for row in found]
    for body in bodies:
        told = body.get("body", body)
        assert (told["authenticated"], told["way"]) == (False, "recovery")
    return [body.get("body", body)["action"] for body in bodies]


def lines(instance: Instance) -> dict[str, list[str]]:
    """Return command lines that act past approvals, by the action that each comes to."""
    run(instance, "projects create demo")
    with instance.database().begin() as tx:
        item = instance.vault().put(tx, b"said", owner="ac_1", retention=Retention.CASE)
        someone = people.add(tx, instance.edges(), Profile(name="Ada"), by="host:test").id
    return {
        "policy.publish": [f"policy publish {DEFAULT}"],
        "key.create_zero_retention": ["keys create demo laptop --zero-retention"],
        "project.stop_keeping": ["projects create quiet --zero-retention", "projects set demo --zero-retention"],
        "model.grant_access": ["projects model-add demo small --base-url https://api.example.com"],
        "vault.hold": [f"vault hold {item} --reason court", f"vault release {item}"],
        "vault.erase": [f"vault erase {item} --reason-code person_asked"],
        "system.rotate_keys": ["vault rotate"],
        "rights.change": ["access record"],
        "person.add": ["people add Bob"],
        "role.grant": [f"people roles {someone} --grant legal"],
        "person.change": [f"people link {someone}", f"people deactivate {someone}", f"people activate {someone}"],
    }


def test_what_the_host_does_past_approvals_is_recorded_as_unauthenticated(instance: Instance) -> None:
    wanted = ["project.change"]
    for action, each in lines(instance).items():
        for line in each:
            result = run(instance, line)
            assert result.exit_code == 0, (line, result.output, result.exception)
            wanted.append(action)
    assert acted(instance) == wanted


def test_what_is_not_dangerous_is_recorded_too_and_reading_is_not(instance: Instance) -> None:
    for line in ("projects create demo", "keys create demo laptop", "projects set demo --country DE", "people list"):
        assert run(instance, line).exit_code == 0
    assert acted(instance) == ["project.change", "key.create", "project.change"]


def test_where_recovery_is_off_the_host_is_refused_and_nothing_is_recorded(
    instance: Instance, locked: Instance
) -> None:
    told = lines(instance)
    with instance.database().begin() as tx:
        before = tx.exec_driver_sql("SELECT count(*) FROM ledger_records").scalar()
    for action, each in told.items():
        for line in each if action != "vault.hold" else []:
            assert isinstance(run(locked, line).exception, RecoveryOff), line
    with instance.database().begin() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM ledger_records").scalar() == before
    assert isinstance(run(locked, "keys create demo laptop").exception, RecoveryOff)
    assert run(locked, "projects create other").exit_code == 0


def test_a_command_that_forgets_to_record_fails(instance: Instance) -> None:
    @click.command()
    @needs("policy.publish", host="it is a test")
    def forgetful() -> None:
        """Publish and say nothing."""

    assert isinstance(CliRunner().invoke(forgetful, [], obj=instance).exception, RuntimeError)


def test_the_host_cannot_act_under_the_name_of_a_person(instance: Instance) -> None:
    refused = run(instance, "projects create demo --by pe_1")
    assert refused.exit_code == 2
    assert "nobody is signed in here" in refused.output
