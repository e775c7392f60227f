"""`seawall ledger` on a real instance: verify, prove, check, disclose, recover, from processes that share nothing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from click.testing import CliRunner, Result
from sqlalchemy import text

from seawall.access import projects
from seawall.app.commands.ledger import ledger
from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.app.settings import Settings
from seawall.ledger.write import batch
from seawall.vocabulary.ids import ExchangeId
from tests.app.running import Home, Running, until

EXCHANGES = [ExchangeId(f"ex_{n}") for n in range(5)]


class Log:
    """An instance with a published log."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.directory = instance.ledger_dir
        self.key = ""

    def publish(self) -> "Log":
        """Write a record with a private field and a batch of exchanges, and publish both."""
        with self.instance.database().begin() as tx:
            projects.create(tx, "demo", by="ada", record=self.instance.record, clock=self.instance.clock)
            told = {"outcome": "answered", "measure": "allow"}
            batch(tx, [(each, rfc8785.dumps({"id": each, **told})) for each in EXCHANGES], clock=self.instance.clock)
        assert publish_once(self.instance) == 2
        self.key = self.instance.ledger_key()
        return self

    def record(self, kind: str) -> str:
        """Return the name of the record of a kind."""
        with self.instance.database().begin() as tx:
            return str(tx.scalar(text("SELECT id FROM ledger_records WHERE kind = :kind"), {"kind": kind}))

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(ledger, list(words), obj=self.instance)

    def json(self, *words: str, status: int = 0) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == status, (result.output, result.exception)
        return json.loads(result.output)


@pytest.fixture
def log(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    monkeypatch.chdir(tmp_path)
    instance = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url))
    yield Log(instance).publish()
    instance.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Home:
    """A place that knows nothing of the instance, not even a database."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return Home(folder, database_url="postgresql://127.0.0.1:1/nowhere")


def test_a_directory_is_verified_by_a_process_that_shares_nothing(log: Log, elsewhere: Home) -> None:
    told = elsewhere.told("ledger", "verify", str(log.directory), "--key", log.key, "--state", "seen")
    assert (told["verified"], told["size"], told["entries"], told["problems"]) == (True, 2, 2, [])

    log.json("recover", "--yes")
    publish_once(log.instance)
    assert elsewhere.run("ledger", "verify", str(log.directory), "--state", "seen").returncode == 1


def test_an_address_is_verified_while_the_log_grows(shared: Running, elsewhere: Home) -> None:
    key = shared.home.told("ledger", "key")["key"]
    source = shared.home.url + "/ledger"
    until(lambda: shared.home.get("/ledger/checkpoint")[0] == 200, "the first checkpoint")
    before = elsewhere.told("ledger", "verify", source, "--key", key, "--state", "seen")
    assert before["verified"]

    shared.home.told("projects", "create", "grown")
    until(lambda: elsewhere.told("ledger", "verify", source, "--state", "seen")["size"] > before["size"], "the growth")
    assert "Verified" in elsewhere.run("ledger", "verify", source, "--state", "seen").stdout


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("checkpoint", "signature"),
        ("tile/0/000.p/2", "does not fit entry"),
        ("tile/entries/000.p/2", "does not add up|do not add up|does not fit"),
    ],
)
def test_a_changed_byte_is_found_and_its_place_is_told(log: Log, elsewhere: Home, path: str, wrong: str) -> None:
    changed = bytearray((log.directory / path).read_bytes())
    # Another letter of base64, so that a signature stays one.
    changed[-9] = ord("A") if changed[-9] != ord("A") else ord("B")
    (log.directory / path).write_bytes(changed)
    done = elsewhere.run("ledger", "verify", str(log.directory), "--key", log.key)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT verified")
    told = json.loads(elsewhere.run("ledger", "verify", str(log.directory), "--key", log.key, "--json").stdout)
    assert told["verified"] is False
    assert any(each["where"] == path or path == "tile/entries/000.p/2" for each in told["problems"]), told
    assert any(word in each["what"] for each in told["problems"] for word in wrong.split("|")), told


def test_a_missing_file_is_named(log: Log) -> None:
    (log.directory / "tile" / "0" / "000.p" / "2").unlink()
    told = log.json("verify", str(log.directory), "--key", log.key, status=1)
    assert told["problems"] == [{"what": "the tile is missing", "where": "tile/0/000.p/2"}]


def test_an_older_log_is_not_the_one_seen_before(log: Log, tmp_path: Path) -> None:
    shutil.copytree(log.directory, tmp_path / "older")
    with log.instance.database().begin() as tx:
        projects.create(tx, "more", by="ada", record=log.instance.record, clock=log.instance.clock)
    publish_once(log.instance)
    log.json("verify", str(log.directory), "--key", log.key, "--state", "seen")
    told = log.json("verify", str(tmp_path / "older"), "--state", "seen", status=1)
    assert "has shrunk: 3 were seen, now 2" in told["problems"][0]["what"]
    (tmp_path / "seen").write_text("{}")
    assert "is not what an earlier verification wrote" in str(log.run("verify", "older", "--state", "seen").exception)


def test_a_record_is_proven_offline_and_a_private_field_disclosed(log: Log, elsewhere: Home) -> None:
    name = log.record("project.created")
    made = log.json("prove", name)
    proof = Path(made["file"]).absolute()
    assert made["key"] == log.key
    told = elsewhere.told("ledger", "check", str(proof), "--key", log.key)
    assert (told["record"]["kind"], told["record"]["id"]) == ("project.created", name)
    assert "demo" not in json.dumps(told)

    field = elsewhere.folder / "field.json"
    field.write_text(log.run("disclose", name, "name").output)
    checked = elsewhere.run("ledger", "check", str(proof), "--key", log.key, "--field", str(field))
    assert "name is 'demo'" in checked.stdout

    field.write_text(field.read_text().replace("demo", "memo"))
    refused = elsewhere.run("ledger", "check", str(proof), "--key", log.key, "--field", str(field), "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"].startswith("ledger.")


def test_an_exchange_is_proven_through_both_trees(log: Log) -> None:
    proof = log.json("prove", EXCHANGES[3], "--out", "-")["proof"]
    Path("one.tlog-proof").write_text(proof)
    told = log.json("check", "one.tlog-proof", "--key", log.key)
    assert told["record"]["kind"] == "exchanges.batched"
    assert told["exchange"]["id"] == EXCHANGES[3]
    assert f"exchange {EXCHANGES[3]}: answered, allow" in log.run("check", "one.tlog-proof", "--key", log.key).output
    assert log.run("prove", EXCHANGES[3], "--out", "-").output == proof + "\n" * (not proof.endswith("\n"))


def test_what_cannot_be_proven_or_read_says_why(log: Log) -> None:
    with log.instance.database().begin() as tx:
        projects.create(tx, "young", by="ada", record=log.instance.record, clock=log.instance.clock)
        young = str(tx.scalar(text("SELECT id FROM ledger_records WHERE sequence IS NULL")))
    for words, what in (
        (("prove", young), "written but not published yet"),
        (("prove", "re_none"), "There is no record 're_none'"),
        (("prove", "ex_none"), "in no batch"),
        (("disclose", log.record("project.created"), "nothing"), "nothing"),
    ):
        assert what in str(log.run(*words).exception)
    Path("no-proof").write_bytes(b"\xff")
    assert "is no text" in str(log.run("check", "no-proof", "--key", log.key).exception)
    assert log.run("check", "nowhere", "--key", log.key).exit_code == 2


def test_an_older_database_is_refused_and_recovered_under_a_new_origin(log: Log) -> None:
    with log.instance.database().begin() as tx:
        tx.execute(text("DELETE FROM ledger_records WHERE sequence = 1"))
    with pytest.raises(Exception, match="Signing now would fork the log"):
        publish_once(log.instance)
    done = log.json("recover", "--yes", "--by", "ada")
    assert (done["old_size"], done["origin"]) == (2, done["old_origin"] + "/2")
    publish_once(log.instance)
    assert log.json("verify", str(log.directory), "--key", log.json("key")["key"])["verified"]
    assert log.json("verify", done["kept_in"], "--key", log.key)["verified"]
    assert log.run("verify", str(log.directory), "--key", log.key).exit_code == 1
