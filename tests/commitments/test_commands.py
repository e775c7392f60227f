"""`seawall commitments` and `seawall activities` on the host: what they print, as sentences and as JSON."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.app.commands.activities import activities
from seawall.app.commands.commitments import commitments
from seawall.app.committing import commitment_jobs
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.commitments.activities import BadActivity
from seawall.commitments.importing import BadFile
from seawall.commitments.problems import BadRegister, NoSuchName
from tests.commitments.conftest import ADOPTS, published
from tests.conftest import FrozenClock

LETTER = b"a letter"


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Instance]:
    folder = tmp_path / "commitments"
    folder.mkdir()
    (folder / "commitments.yaml").write_text(ADOPTS)
    settings = Settings(data_dir=str(tmp_path / "data"), database_url=database_url, commitments_dir=str(folder))
    made = Instance(settings, clock)
    with made.database().begin() as tx:
        made.record(tx, published())
    made.sequencer().step()
    yield made
    made.close()


def run(instance: Instance, *words: str) -> Result:
    group = {"commitments": commitments, "activities": activities}[words[0]]
    return CliRunner().invoke(group, words[1:], obj=instance)


def told(instance: Instance, *words: str) -> Any:
    result = run(instance, *words, "--json")
    assert result.exit_code == 0, (words, result.output, result.exception)
    return json.loads(result.stdout)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(LETTER)
    return path


def stated(instance: Instance, letter: Path, *more: str) -> Any:
    words = ("--kind", "membership", "--title", "Member", "--begins", "2025-12-01", "--document", str(letter))
    return told(instance, "activities", "add", "P045", *words, *more)


def test_status_reads_what_was_numbered_up_to_now(instance: Instance) -> None:
    found = told(instance, "commitments", "status")
    states = {each["practice"]: each["state"] for each in found["practices"]}
    assert (states["P079"], states["P045"]) == ("kept", "not_started")
    assert {each["framework"] for each in found["frameworks"] if each["stands_by"]} == {"hiroshima", "munich"}
    said = run(instance, "commitments", "status", "--framework", "munich").stdout
    assert "munich.3  not started  Detect distribution" in said
    assert "P079  kept  Public usage policy" in said


def test_explain_names_the_records_that_carry_a_state(instance: Instance) -> None:
    found = told(instance, "commitments", "explain", "P111")
    assert found["state"] == "kept"
    (record,) = found["records"]
    said = run(instance, "commitments", "explain", "P111").stdout
    assert record in said
    assert "(until 2027-01-02" in said
    served = told(instance, "commitments", "explain", "hiroshima.3")
    assert record in served["records"]
    assert isinstance(run(instance, "commitments", "explain", "P1111").exception, NoSuchName)


def test_due_lists_what_ran_out_and_what_does_soon(instance: Instance, letter: Path, clock: FrozenClock) -> None:
    stated(instance, letter, "--expires", "2026-01-20")
    assert [each["practice"] for each in told(instance, "commitments", "due")] == ["P045"]
    assert told(instance, "commitments", "due", "--owner", "legal") == []
    clock.advance(days=400)
    assert {"P045", "P111"} <= {each["practice"] for each in told(instance, "commitments", "due")}
    assert "P111  lapsed (lapsed 2027-01-02" in run(instance, "commitments", "due").stdout


def test_check_needs_no_server_and_names_what_is_wrong(tmp_path: Path) -> None:
    found = CliRunner().invoke(commitments, ["check", "--json"], obj=None)
    assert json.loads(found.stdout)["practices"] == 151
    (tmp_path / "commitments.yaml").write_text("adopts: {hirosima: {since: 2024-01-01}}\n")
    refused = CliRunner().invoke(commitments, ["check", str(tmp_path)], obj=None)
    assert isinstance(refused.exception, BadRegister)
    assert "Did you mean 'hiroshima'?" in refused.exception.message


def test_check_takes_the_directory_of_the_settings(instance: Instance) -> None:
    assert told(instance, "commitments", "check")["adopted"] == ["hiroshima", "munich"]
    assert "Adopted: hiroshima, munich." in run(instance, "commitments", "check").stdout


def test_no_worker_starts_on_a_directory_that_cannot_be_used(instance: Instance) -> None:
    (Path(instance.settings.commitments_dir) / "commitments.yaml").write_text("adopt: {}\n")
    with pytest.raises(BadRegister, match="no key 'adopt'"):
        commitment_jobs(instance)


@pytest.mark.parametrize("form", ["csv", "json", "ciso"])
def test_the_register_is_exported(instance: Instance, tmp_path: Path, form: str) -> None:
    words = ("commitments", "export", "--format", form, "--framework", "thorn")
    whole = run(instance, *words).stdout
    told(instance, *words, "--out", str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == whole
    assert len(whole) > 1000


def test_an_activity_is_stated_listed_and_withdrawn_and_the_host_is_recorded(instance: Instance, letter: Path) -> None:
    made = stated(instance, letter)
    assert made["document_digest"] == sha256(LETTER).hexdigest()
    assert (made["document_name"], made["by"][:5]) == ("letter.pdf", "host:")
    assert [each["id"] for each in told(instance, "activities", "list", "--practice", "P045")] == [made["id"]]
    assert told(instance, "activities", "list", "--practice", "P046") == []
    done = told(instance, "activities", "withdraw", made["id"], "--reason-code", "replaced")
    assert done["reason_code"] == "replaced"
    with instance.database().begin() as tx:
        kinds = list(tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id").scalars())
    assert kinds[-4:] == ["activity.recorded", "host.acted", "activity.withdrawn", "host.acted"]


def test_an_activity_without_a_document_is_refused(instance: Instance) -> None:
    words = ("--kind", "membership", "--title", "Member", "--begins", "2025-12-01")
    assert isinstance(run(instance, "activities", "add", "P045", *words).exception, BadActivity)


def test_a_file_is_looked_at_and_taken(instance: Instance, tmp_path: Path) -> None:
    digest = sha256(LETTER).hexdigest()
    file = tmp_path / "activities.csv"
    line = f"P045,membership,Member,2025-12-01,{digest}\n"
    file.write_text("practice,kind,title,begins,document_digest\n" + line + line.replace("P045", "P999"))
    looked = run(instance, "activities", "import", str(file), "--preview")
    assert (looked.exit_code, "line 3: practice: there is no practice 'P999'." in looked.stdout) == (1, True)
    assert isinstance(run(instance, "activities", "import", str(file)).exception, BadFile)
    assert told(instance, "activities", "list") == []
    file.write_text("practice,kind,title,begins,document_digest\n" + line)
    assert [each["practice"] for each in told(instance, "activities", "import", str(file), "--preview")] == ["P045"]
    assert [each["practice"] for each in told(instance, "activities", "import", str(file))] == ["P045"]


def test_the_job_puts_changes_on_record(instance: Instance) -> None:
    (job,) = commitment_jobs(instance)
    job.run()
    with instance.database().begin() as tx:
        kinds = set(tx.exec_driver_sql("SELECT kind FROM ledger_records").scalars())
    assert {"commitment.register_changed", "commitment.state_changed"} <= kinds
