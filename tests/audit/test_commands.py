"""`seawall audit` and `seawall recertify` on a real instance."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from seawall.access import keys, projects
from seawall.access.people import roles
from seawall.access.recertify import SOURCES, campaigns
from seawall.access.recertify.model import NotYours
from seawall.app.commands.audit import audit
from seawall.app.commands.ledger import ledger
from seawall.app.commands.people import people
from seawall.app.commands.recertify import recertify
from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.app.recertifying import recertify_once
from seawall.app.settings import Settings
from seawall.audit.sending import BadTarget
from seawall.audit.setting_up import SecretMissing
from tests.audit.receivers import Hook
from tests.conftest import FrozenClock


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Instance]:
    settings = Settings(data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False)
    instance = Instance(settings, clock)
    yield instance
    instance.close()


def run(instance: Instance, group: click.Group, *words: str, **variables: str) -> Result:
    return CliRunner().invoke(group, list(words), obj=instance, env=variables)


def told(instance: Instance, group: click.Group, *words: str, **variables: str) -> Any:
    result = run(instance, group, *words, "--json", **variables)
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


@pytest.fixture
def ada(instance: Instance) -> str:
    """Somebody who did a few things that are published."""
    made: str = told(instance, people, "add", "Ada", "--role", "auditor")["id"]
    # On the host nobody can be a person: this is what they did signed in.
    ours: dict[str, Any] = {"by": made, "record": instance.record, "clock": instance.clock}
    with instance.database().begin() as tx:
        projects.create(tx, "demo", **ours)
        keys.create_key(tx, "demo", "one", **ours)
    publish_once(instance)
    return made


def test_records_are_found_shown_and_taken_out(instance: Instance, ada: str, tmp_path: Path) -> None:
    found = told(instance, audit, "search", "--actor", ada)
    assert [each["kind"] for each in found] == ["project.created", "key.created"]
    assert f"key.created  {ada}" in run(instance, audit, "search", "--newest", "--limit", "1").output
    out = tmp_path / "out.jsonl"
    made = told(instance, audit, "export", "--out", str(out), "--kind", "key.*")
    assert (made["lines"], len(out.read_bytes().splitlines())) == (1, 1)
    assert out.stat().st_mode & 0o077 == 0
    printed = run(instance, audit, "export", "--out", "-", "--form", "csv").stdout
    assert printed.startswith("index,previous,")
    publish_once(instance)
    kinds = [each["kind"] for each in told(instance, audit, "search", "--kind", "audit.*")]
    assert kinds == ["audit.searched"] * 2 + ["audit.exported"] * 2


def test_a_file_is_checked_for_gaps_and_against_the_published_log(instance: Instance, ada: str, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    told(instance, audit, "export", "--out", str(out))
    words = ("check", str(out), "--source", str(instance.ledger_dir), "--key", instance.ledger_key())
    assert told(instance, audit, *words)["faults"] == []
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:1] + lines[2:]))
    cut = run(instance, audit, "check", str(out))
    assert (cut.exit_code, "entry 0 came before" in cut.output) == (1, True)
    out.write_bytes(b"".join(lines).replace(b'"kind":"project.created","name"', b'"kind":"project.changed","name"'))
    changed = run(instance, audit, *words)
    assert changed.exit_code == 1
    assert "does not open entry" in changed.output


def test_whoever_follows_sees_what_comes_and_is_recorded(instance: Instance, ada: str) -> None:
    shown = run(instance, audit, "follow", "--after", "-1", "--count", "3", "--form", "ocsf").output.splitlines()
    assert [json.loads(line)["metadata"]["sequence"] for line in shown] == [0, 1, 2]
    publish_once(instance)
    (followed,) = told(instance, audit, "search", "--kind", "audit.followed")
    assert followed["fields"]["first"] == 0


def test_a_stream_is_added_sent_listed_and_removed(instance: Instance, ada: str) -> None:
    with Hook() as hook:
        words = ("stream-add", "webhook", hook.url, "--secret-env", "HOOK_SECRET", "--private", "--form", "jsonl")
        stream = told(instance, audit, *words, HOOK_SECRET="s" * 32)["stream"]
        told(instance, audit, "stream-send")
        assert len(hook.got) == 1
    (shown,) = told(instance, audit, "streams")
    assert (shown["id"], shown["error"], "secret" in shown) == (stream, None, False)
    assert (
        "0 behind  ok" in run(instance, audit, "streams").output
        or "1 behind  ok" in run(instance, audit, "streams").output
    )
    told(instance, audit, "stream-remove", stream)
    publish_once(instance)
    kinds = [each["kind"] for each in told(instance, audit, "search", "--kind", "audit.*", "--kind", "vault.*")]
    assert kinds == ["audit.stream_added", "audit.stream_removed", "vault.item_erased"]
    assert run(instance, audit, "streams").stdout == "Records flow nowhere.\n"


def test_a_webhook_without_a_secret_and_a_target_that_is_none_are_refused(instance: Instance) -> None:
    short = run(instance, audit, "stream-add", "webhook", "https://hook.test", "--secret-env", "HOOK", HOOK="short")
    assert isinstance(short.exception, SecretMissing)
    assert "short" not in str(short.exception).partition("holds")[0]
    assert isinstance(run(instance, audit, "stream-add", "syslog", "http://x.test").exception, BadTarget)


def test_opening_a_private_field_is_a_record(instance: Instance, ada: str) -> None:
    (created,) = told(instance, audit, "search", "--kind", "project.created")
    opened = told(instance, ledger, "disclose", created["id"], "name", "--by", "host:ada")
    assert opened["value"] == "demo"
    publish_once(instance)
    (disclosed,) = told(instance, audit, "search", "--kind", "ledger.field_disclosed")
    assert (disclosed["fields"]["record"], disclosed["actor"]) == (created["id"], "host:ada")


def test_a_campaign_is_run_from_the_host_and_by_the_worker(instance: Instance, ada: str, clock: FrozenClock) -> None:
    boss = told(instance, people, "add", "Boss", "--role", "administrator")["id"]
    with instance.database().begin() as tx:
        roles.grant(tx, instance.edges(), ada, "legal", by=boss)
    clock.advance(days=160)
    campaign = told(instance, recertify, "begin", "--days", "7")["campaign"]["id"]
    listed = told(instance, recertify, "report", campaign)["items"]
    (legal,) = [each for each in listed if each["what"] == "legal"]
    assert legal["owner"] == boss
    with pytest.raises(NotYours), instance.database().begin() as tx:
        campaigns.confirm(tx, instance.edges(), SOURCES, legal["id"], by=ada, administers=lambda _: False)
    assert told(instance, recertify, "confirm", legal["id"])["state"] == "confirmed"
    recertify_once(instance)
    clock.advance(days=7)
    recertify_once(instance)
    outcome = told(instance, recertify, "report", campaign)["outcome"]
    assert (outcome["confirmed"], outcome["kept"], outcome["open"]) == (1, 1, 0)
    assert told(instance, people, "show", ada)["roles"] == ["legal"]
    assert told(instance, people, "show", boss)["roles"] == ["administrator"]
    publish_once(instance)
    kinds = [each["kind"] for each in told(instance, audit, "search", "--kind", "recertification.*")]
    assert (kinds[0], set(kinds[1:-1])) == ("recertification.begun", {"recertification.reminded"})
    assert kinds[-1] == "recertification.closed"
