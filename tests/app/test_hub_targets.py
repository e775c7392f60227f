"""Editions go to the targets of the settings by a job: once looked through again, tried again, on whatever host."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.app import hub_delivering, hubbing
from seawall.app.cli import cli
from seawall.app.hub_targets import targets
from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.app.settings import BadSettings, Settings, read
from seawall.hub.deliveries import DeliveryRuns, alone, every
from seawall.hub.folder import read_all
from seawall.hub.targets import TargetInUse
from seawall.store.jobs import queued
from tests.app.test_hub import Press
from tests.conftest import FrozenClock

TOML = """
[[hub_targets]]
name = "www"
kind = "directory"
path = "{place}"
"""


@pytest.fixture
def told(tmp_path: Path, database_url: str) -> Settings:
    """Settings out of a file, with one target."""
    file = tmp_path / "seawall.toml"
    file.write_text(TOML.format(place=tmp_path / "www"))
    stated = {"SEAWALL_DATA_DIR": str(tmp_path / "data"), "SEAWALL_DATABASE_URL": database_url}
    return read(stated, tmp_path)


@pytest.fixture
def press(told: Settings, clock: FrozenClock) -> Iterator[Press]:
    instance = Instance(told, clock)
    yield Press(instance, clock)
    instance.close()


def asked(instance: Instance) -> list[dict[str, Any]]:
    with instance.database().begin() as tx:
        return [each.arguments for each in queued(tx) if each.name == hub_delivering.JOB]


def test_a_published_edition_is_asked_of_each_target_once_and_a_job_brings_it(press: Press, tmp_path: Path) -> None:
    instance, www = press.instance, tmp_path / "www"
    done = press.edition()
    assert asked(instance) == [{"target": "www"}]
    publish_once(instance)
    assert hub_delivering.ask_all(instance) == []
    assert asked(instance) == [{"target": "www"}]
    (job, look) = hub_delivering.delivery_jobs(instance)
    look.run()
    assert not www.exists()
    job.run(target="www")
    assert read_all(www) == read_all(instance.hub_dir)
    assert press.verify("--key", instance.ledger_key(), source=www).exit_code == 0
    with instance.database().begin() as tx:
        (found,) = every(tx).values()
    assert (found.shown, found.begun, found.delivered_at) == (done["digest"], None, press.clock())
    second = press.edition()
    job.run(target="www")
    assert www.readlink().name == second["digest"]


def test_what_was_changed_or_must_not_leave_goes_to_no_target(press: Press, tmp_path: Path) -> None:
    press.edition()
    page = press.instance.hub_dir / "index.html"
    page.write_text(page.read_text() + "ada@people.test")
    with pytest.raises(hubbing.DraftLost):
        hub_delivering.deliver(press.instance, "www")
    assert not (tmp_path / "www").exists()


def test_one_delivery_to_a_target_goes_on_at_a_time_and_what_broke_off_is_known(press: Press, tmp_path: Path) -> None:
    instance = press.instance
    with pytest.raises(hub_delivering.NothingShown):
        hub_delivering.deliver(instance, "www")
    press.edition()
    with instance.database().begin() as tx:
        alone(tx, "www")
        with pytest.raises(DeliveryRuns):
            hub_delivering.deliver(instance, "www")
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "theirs").touch()
    with pytest.raises(TargetInUse):
        hub_delivering.deliver(instance, "www")
    told = json.loads(_host(instance, "hub", "targets").output)
    assert (told[0]["begun"], told[0]["current"], told[0]["shown"]) == (True, False, None)
    (tmp_path / "www" / "theirs").unlink()
    hub_delivering.deliver(instance, "www")
    told = json.loads(_host(instance, "hub", "targets").output)
    assert (told[0]["begun"], told[0]["current"]) == (False, True)


def test_the_host_delivers_at_once_and_is_told_what_failed(press: Press, tmp_path: Path) -> None:
    instance = press.instance
    press.edition()
    done = _host(instance, "hub", "deliver")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)[0]["target"] == "www"
    assert press.office.kinds()[-1] == "host.acted"
    wrong = _host(instance, "hub", "deliver", "--target", "wwww")
    assert isinstance(wrong.exception, hub_delivering.NoSuchTarget)
    assert "Known: www" in wrong.exception.hint


def _host(instance: Instance, *words: str) -> Result:
    told = instance.settings
    env = {"SEAWALL_DATA_DIR": told.data_dir, "SEAWALL_DATABASE_URL": told.database_url,
           "SEAWALL_CONFIG": str(Path(told.data_dir).parent / "seawall.toml")}  # fmt: skip
    return CliRunner().invoke(cli, [*words, "--json"], env=env)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ('name = "a"\nkind = "ftp"', r"hub_targets\[0\]"),
        ('name = "a"\nkind = "directory"', "path"),
        ('name = "a"\nkind = "directory"\npath = "relative"', r"hub_targets\[0\].path"),
        ('name = "a"\nkind = "rsync"\nto = "-e sh"', r"hub_targets\[0\].to"),
        ('name = "a"\nkind = "rsync"\nto = "host:/srv/www/"', r"hub_targets\[0\].to"),
        ('name = "a"\nkind = "git"\nrepository = "https://ada:secret@git.test/x"', r"hub_targets\[0\].repository"),
        ('name = "a"\nkind = "git"\nrepository = "ext::sh -c x"', r"hub_targets\[0\].repository"),
        ('name = "a"\nkind = "s3"\nbucket = "b"\nendpoint = "http://a:b@s3.test"', "endpoint|bucket"),
        ('name = "a"\nkind = "s3"\nbucket = "bucket"\nsecret_key = "x"', "secret_key"),
    ],
)
def test_what_is_wrong_with_a_target_is_named_with_its_place(given: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "seawall.toml").write_text(f"[[hub_targets]]\n{given}\n")
    with pytest.raises(BadSettings, match=says) as refused:
        read({}, tmp_path)
    assert "secret@" not in refused.value.message


def test_what_opens_a_target_comes_from_the_environment_and_is_asked_for_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "seawall.toml"
    s3 = '[[hub_targets]]\nname = "cdn"\nkind = "s3"\nbucket = "bucket"\naccess_key_env = "A"\nsecret_key_env = "B"\n'
    file.write_text(s3)
    with pytest.raises(BadSettings, match="cdn: secret_key_env names the variable B, which is empty"):
        targets(read({}, tmp_path), {"A": "key"})
    made = targets(read({}, tmp_path), {"A": "key", "B": "hush"})["cdn"]
    assert "hush" not in repr(read({}, tmp_path))
    assert made.name == "cdn"
    file.write_text(s3 + s3)
    with pytest.raises(BadSettings, match="share a name"):
        targets(read({}, tmp_path), {"A": "key", "B": "hush"})
    git = '[[hub_targets]]\nname = "pages"\nkind = "git"\nrepository = "/srv/x.git"\ntoken_env = "A"\n'
    file.write_text(git)
    with pytest.raises(BadSettings, match="pages: token_env opens https addresses alone"):
        targets(read({}, tmp_path), {"A": "key"})
