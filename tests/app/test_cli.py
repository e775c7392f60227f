"""The command line: every command helps, speaks JSON, names what is wrong, and gives its lists page by page."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from seawall.access import keys, projects
from seawall.access.people import Kind, people, tokens
from seawall.access.people.model import Profile
from seawall.app.cli import cli, main
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.store.jobs import enqueue, rescue_stalled
from seawall.vault import Retention
from tests.app.running import Home

PROCESSES = {"seawall up", "seawall gateway", "seawall web", "seawall work"}
LISTS = {
    "seawall projects list",
    "seawall keys list",
    "seawall policy list",
    "seawall accounts list",
    "seawall jobs list",
    "seawall people list",
    "seawall tokens list",
    "seawall approvals list",
    "seawall cases list",
    "seawall legal list",
    "seawall directories list",
    "seawall testers list",
    "seawall privacy list",
    "seawall jobs dead",
    "seawall vault holds",
    "seawall organisations list",
    "seawall notices list",
    "seawall releases list",
    "seawall activities list",
    "seawall metrics list",
    "seawall rules list",
    "seawall filers list",
    "seawall webhooks list",
    "seawall feedback list",
    "seawall investigations list",
    "seawall rescreen list",
}
# Signed in, over the API alone.
REMOTE = {
    "seawall approvals list", "seawall cases list", "seawall legal list", "seawall investigations list",
    "seawall rescreen list",
}  # fmt: skip


def _walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _walk(found, f"{path} {name}")


TREE = dict(_walk(cli, "seawall"))
COMMANDS = {path: command for path, command in TREE.items() if not isinstance(command, click.Group)}


def _options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if isinstance(parameter, click.Option)}


@pytest.fixture
def instance(database_url: str, tmp_path: Path) -> Iterator[Instance]:
    instance = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url))
    yield instance
    instance.close()


def _run(instance: Instance, *words: str) -> Result:
    group = TREE[f"seawall {words[0]}"]
    return CliRunner().invoke(group, list(words[1:]), obj=instance)


def _json(instance: Instance, *words: str) -> Any:
    result = _run(instance, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("path", TREE)
def test_every_command_has_help_that_says_what_it_and_its_options_do(path: str) -> None:
    command = TREE[path]
    result = CliRunner().invoke(cli, [*path.split()[1:], "--help"])
    assert result.exit_code == 0
    assert len((command.help or "").split()) >= 4
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts}"
        else:
            named = (parameter.metavar or str(parameter.name)).upper().rstrip(".")
            assert named in (command.help or ""), f"{path} does not say what {named} is"


@pytest.mark.parametrize("path", sorted(set(COMMANDS) - PROCESSES))
def test_every_command_but_the_processes_speaks_json(path: str) -> None:
    assert "--json" in _options(COMMANDS[path])


@pytest.mark.parametrize("path", sorted(LISTS))
def test_every_list_is_limited_and_can_be_gone_on_with(path: str) -> None:
    assert {"--limit", "--after"} <= _options(COMMANDS[path])


def test_what_is_named_as_a_list_is_one_of_those() -> None:
    assert {path for path in COMMANDS if path.endswith((" list", "s dead", " holds"))} == LISTS


def _fill(instance: Instance) -> None:
    """Make three of everything that lists show."""
    ours: dict[str, Any] = {"by": "test", "record": instance.record}
    with instance.database().begin() as tx:
        for number in range(3):
            projects.create(tx, f"p{number}", clock=instance.clock, **ours)
            keys.create_key(tx, "p0", f"k{number}", clock=instance.clock, **ours)
            item = instance.vault().put(tx, b"x", owner="acc_1", retention=Retention.EXCHANGE)
            instance.vault().hold(tx, item, reason="a test", by="test")
            enqueue(tx, "waits", n=number)
        ada, _ = (people.add(tx, instance.edges(), Profile(name=name), by="test") for name in ("Ada", "Bob"))
        robot = people.add(tx, instance.edges(), Profile(name="Robot"), by="test", kind=Kind.SERVICE, human=ada.id)
        for number in range(3):
            tokens.make(tx, instance.edges(), robot, f"t{number}", owner=ada, by="test")


NAMED = {
    ("projects", "list"): "id",
    ("keys", "list"): "key",
    ("people", "list"): "id",
    ("tokens", "list"): "id",
    ("vault", "holds"): "hold",
    ("jobs", "list"): "id",
    ("jobs", "dead"): "id",
}


@pytest.mark.parametrize(("words", "name"), NAMED.items(), ids=" ".join)
def test_the_pages_of_a_list_are_the_list(instance: Instance, words: tuple[str, str], name: str) -> None:
    _fill(instance)
    if words[1] == "dead":
        _let_jobs_die(instance)
    whole = _json(instance, *words)
    assert len(whole) == 3
    found: list[Any] = []
    while page := _json(instance, *words, "--limit", "2", *(["--after", str(found[-1][name])] if found else [])):
        assert len(page) <= 2
        found += page
    assert found == whole

    shown = _run(instance, *words, "--limit", "2").output
    assert shown.endswith(f"--after {whole[1][name]}\n")
    assert "--after" not in _run(instance, *words).output


def _let_jobs_die(instance: Instance) -> None:
    with instance.database().begin() as tx:
        tx.connection.driver_connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")  # type: ignore[union-attr]
        rescue_stalled(tx, {}, 0.0)


@pytest.mark.parametrize("words", [key for key in NAMED if key[0] != "jobs"], ids=" ".join)
def test_a_list_cannot_go_on_after_what_is_not_in_it(instance: Instance, words: tuple[str, str]) -> None:
    result = _run(instance, *words, "--after", "nothing")
    assert "'nothing' is not in this list" in str(result.exception)


@pytest.mark.parametrize("words", [("jobs", "list"), ("jobs", "dead")], ids=" ".join)
@pytest.mark.parametrize("value", ["x", "-1", "9" * 30])
def test_a_number_that_is_none_is_refused(instance: Instance, words: tuple[str, str], value: str) -> None:
    result = _run(instance, *words, "--after", value)
    assert result.exit_code == 2
    assert "is no number of a job" in result.output


@pytest.mark.parametrize("path", sorted(LISTS))
@pytest.mark.parametrize("limit", ["0", "-1", "1000000", "x"])
def test_a_limit_that_is_none_is_refused(path: str, limit: str) -> None:
    result = CliRunner().invoke(cli, [*path.split()[1:], "--limit", limit])
    assert result.exit_code == 2
    assert "Invalid value for '--limit'" in result.output


@pytest.mark.parametrize("path", sorted(LISTS - REMOTE))
def test_a_list_of_nothing_says_so(instance: Instance, path: str) -> None:
    assert _json(instance, *path.split()[1:]) == []
    assert len(_run(instance, *path.split()[1:]).stdout.splitlines()) == 1


def test_a_project_is_made_shown_changed_and_archived(instance: Instance) -> None:
    made = _json(instance, "projects", "create", "demo", "--country", "DE")
    mapped = ("projects", "model-add", "demo", "small", "--base-url", "http://127.0.0.1:9", "--private")
    assert _json(instance, *mapped)["models"]["small"]["base_url"] == "http://127.0.0.1:9"
    shown = _json(instance, "projects", "show", "demo")
    assert (shown["id"], shown["country"]) == (made["id"], "DE")
    assert "small leads to small at http://127.0.0.1:9 (chat)" in _run(instance, "projects", "show", "demo").output
    assert _json(instance, "projects", "set", "demo", "--zero-retention")["zero_retention"] is True
    assert _json(instance, "projects", "model-remove", "demo", "small")["models"] == {}
    assert _json(instance, "projects", "archive", "demo", "--yes")["name"] == "demo"
    assert _json(instance, "projects", "list") == []


def test_a_credential_is_shown_nowhere(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSTREAM_CREDENTIAL", "a-credential")
    _json(instance, "projects", "create", "demo")
    words = ("projects", "model-add", "demo", "m", "--base-url", "https://api.example.com", "--credential-env")
    outputs = [_run(instance, *words, "UPSTREAM_CREDENTIAL", "--json").output]
    for each in (("projects", "show", "demo"), ("projects", "list")):
        outputs += [_run(instance, *each).output, _run(instance, *each, "--json").output]
    assert all("a-credential" not in output for output in outputs)
    refused = _run(instance, *words, "NO_SUCH_VARIABLE")
    assert "The variable NO_SUCH_VARIABLE is empty" in refused.output


def test_a_key_is_shown_once_and_ends(instance: Instance) -> None:
    _json(instance, "projects", "create", "demo")
    made = _json(instance, "keys", "create", "demo", "first", "--zero-retention")
    (listed,) = _json(instance, "keys", "list", "--project", "demo")
    assert listed["key"] == made["key"]
    assert made["secret"] not in json.dumps(listed)
    assert _json(instance, "keys", "revoke", made["key"]) == {"revoked": made["key"]}
    assert "revoked" in _run(instance, "keys", "list").output


def _main(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("projets", "list"), 2, "app.usage"),
        (("projects", "lst"), 2, "app.usage"),
        (("projects", "create"), 2, "app.usage"),
        (("projects", "create", "x", "--nope"), 2, "app.usage"),
        (("ledger", "verify", "/nowhere"), 1, "ledger.no_key"),
        (("ledger", "verify", "/nowhere", "--key", "x"), 1, "ledger.note_invalid"),
    ],
)
def test_every_error_is_one_object_with_json_and_a_sentence_without(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, code: str
) -> None:
    told, out, err = _main(capsys, *words, "--json")
    assert told == status
    assert err == ""
    error = json.loads(out)["error"]
    assert error["code"] == code
    assert error["message"]

    told, out, err = _main(capsys, *words)
    assert (told, out) == (status, "")
    assert "Error: " in err
    assert "Traceback" not in err


def test_a_command_that_is_nearly_right_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean 'projects'?" in _main(capsys, "projets")[2]
    assert "Did you mean" in _main(capsys, "jobs", "lists")[2]
    assert "--zero-retention" in _main(capsys, "projects", "create", "x", "--zero-retenton")[2]


def test_what_nobody_expected_is_told_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"SEAWALL_DATABASE_URL": "postgresql://127.0.0.1:1/x"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "seawall-data").write_text("a file where a directory should be")
    status, out, _ = _main(capsys, "ledger", "key", "--json")
    assert status == 1
    assert json.loads(out)["error"]["code"] in ("app.file", "store.unavailable")

    status, _, err = _main(capsys, "projects", "create", "\udcff")
    assert status == 1
    assert "Traceback" not in err


def test_help_and_verification_need_no_settings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seawall.toml").write_text("prot = 1")
    assert _main(capsys, "gateway", "--help")[0] == 0
    (tmp_path / "log").mkdir()
    status, out, _ = _main(capsys, "ledger", "verify", "log", "--key", _a_key(), "--json")
    assert status == 1
    assert json.loads(out)["problems"] == [{"what": "there is no checkpoint", "where": "checkpoint"}]
    assert "Did you mean port?" in _main(capsys, "projects", "list")[2]


def _a_key() -> str:
    from seawall.ledger.note import Verifier

    return str(Verifier("example.org/log", bytes(range(32))))


def test_help_loads_nothing_that_is_heavy() -> None:
    program = "import sys; from seawall.app.cli import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {"sqlalchemy", "psycopg", "numpy", "aiohttp", "hyperscan", "yaml", "procrastinate", "nacl", "msgspec"}
    assert not heavy & loaded


def test_a_supervisor_loads_nothing_that_only_its_processes_need() -> None:
    program = "import sys; import seawall.app.supervisor, seawall.app.commands.processes; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "psycopg", "numpy", "aiohttp", "hyperscan"} & set(done.stdout.split())


def test_a_gateway_loads_nothing_of_console_hub_and_sign_in() -> None:
    program = "import sys; import seawall.app.serving, seawall.app.wiring; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    rooms = {f"seawall.{room}" for room in ("commitments", "hub.build", "investigations", "metrics", "risk", "web")}
    others = {"aiosmtplib", "argon2", "jinja2", "markdown_it", "onnxruntime", "pyrage", "webauthn"}
    assert not (rooms | others) & loaded


def test_version_is_shown(fresh: Home) -> None:
    done = fresh.run("--version")
    assert done.stdout.startswith("seawall ")


def test_the_same_command_works_as_a_process_of_its_own(home: Home) -> None:
    made = home.told("projects", "create", "demo")
    assert [each["id"] for each in home.told("projects", "list")] == [made["id"]]
    again = home.run("projects", "create", "demo", "--json")
    assert again.returncode == 1
    assert json.loads(again.stdout)["error"]["hint"] == "Take another name."
    assert not (home.data_dir / "postgres" / "postmaster.pid").exists()
