"""Records to a published log, and every way in which the log can be wrong."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from seawall.ledger.commitment import CommitmentWrong, NotCanonical, check_disclosure
from seawall.ledger.errors import BehindPublished, NotSequenced, PublishedDiffers, ReleaseLost
from seawall.ledger.files import Files, NotPublished
from seawall.ledger.note import NoteInvalid
from seawall.ledger.proof import Proof, check
from seawall.ledger.prove import disclosed, prove
from seawall.ledger.recover import recover
from seawall.ledger.sequencer import Sequencer
from seawall.ledger.signer import Signer
from seawall.ledger.source import reader
from seawall.ledger.verify import Report, Seen, verify
from seawall.ledger.write import batch, record, record_many
from seawall.store import Database
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import ExchangeDecided, ExchangesBatched
from tests.conftest import FrozenClock

ORIGIN = "log.test/seawall"


class Log:
    """A log under test: its database, its files, its key."""

    def __init__(self, database: Database, folder: Path, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        self.directory = folder / "ledger"
        self.signer = Signer.load_or_create(folder / "keys", ORIGIN)
        self.sequencer = Sequencer(database, self.signer, self.directory, clock)

    def write(self, count: int, body: Callable[[int], Record] | None = None) -> list[str]:
        make = body or (lambda n: ExchangesBatched(batch=f"ba_{n}", size=n, root="00"))
        with self.database.begin() as tx:
            return [*record_many(tx, [make(n) for n in range(count)], clock=self.clock)]

    def verify(self, seen: Seen | None = None) -> Report:
        return verify(reader(str(self.directory)), self.signer.verifier, seen)

    def published(self, count: int) -> "Log":
        """Publish so many public records and release their bodies."""
        self.write(count)
        self.sequencer.step()
        self.clock.advance(hours=2)
        self.sequencer.step()
        return self


@pytest.fixture
def log(database: Database, tmp_path: Path, clock: FrozenClock) -> Log:
    return Log(database, tmp_path, clock)


def decided(n: int) -> ExchangeDecided:
    return ExchangeDecided(
        decision=DecisionId(f"de_{n}"),
        exchange=ExchangeId(f"ex_{n}"),
        project=ProjectId("pr_1"),
        account=AccountId(f"ac_{n}"),
        measure=Measure.WARN,
        because=(RuleId("rule.one"),),
        policy_digest="00",
    )


def test_an_empty_log_is_published_and_verifies(log: Log) -> None:
    assert log.sequencer.step() == 0
    assert log.verify().verified


@pytest.mark.parametrize("steps", [[1], [255, 1], [256], [257, 255, 1], [3, 600, 1, 300]])
def test_a_log_verifies_whatever_the_steps_it_grew_in(log: Log, steps: list[int]) -> None:
    seen = None
    for count in steps:
        log.write(count)
        assert log.sequencer.step() == count
        report = log.verify(seen)
        assert report.problems == []
        seen = report.seen
    assert log.verify(seen).size == sum(steps)


def test_bodies_of_public_records_come_out_after_the_delay_and_others_never(log: Log) -> None:
    log.write(3)
    log.write(2, decided)
    log.sequencer.step()
    assert log.verify().bodies == 0
    log.clock.advance(hours=2)
    log.sequencer.step()
    report = log.verify()
    assert (report.verified, report.bodies, report.size) == (True, 3, 5)
    assert b"ac_1" not in b"".join(path.read_bytes() for path in log.directory.rglob("*") if path.is_file())


def test_entries_have_one_size_and_show_nothing(log: Log) -> None:
    log.write(2, decided)
    log.write(1)
    log.sequencer.step()
    bundle = (log.directory / "tile/entries/000.p/3").read_bytes()
    assert len(bundle) == 3 * (2 + 48)
    assert b"ex_" not in bundle


def _files(log: Log) -> list[Path]:
    return sorted(path for path in log.directory.rglob("*") if path.is_file())


def test_any_flipped_byte_is_found_with_its_place(log: Log) -> None:
    log.published(300)
    stale = {"tile/entries/000.p/1", "tile/0/000.p/1"}
    for path in _files(log):
        name = str(path.relative_to(log.directory))
        if name in stale:
            continue
        held = path.read_bytes()
        for at in {0, len(held) // 3, len(held) // 2, len(held) - 1}:
            path.write_bytes(held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :])
            report = log.verify()
            assert not report.verified, (name, at)
            assert report.problems[0].where
        path.write_bytes(held)
    assert log.verify().verified


def test_any_dropped_file_is_found(log: Log) -> None:
    log.published(300)
    for path in _files(log):
        name = str(path.relative_to(log.directory))
        if name == "bodies/checkpoint":
            continue
        held = path.read_bytes()
        path.unlink()
        report = log.verify()
        assert any(name in problem.where or "checkpoint" in problem.where for problem in report.problems), name
        path.write_bytes(held)


def test_dropping_all_bodies_is_found_by_who_saw_them(log: Log) -> None:
    seen = log.published(4).verify().seen
    shutil.rmtree(log.directory / "bodies")
    assert "has shrunk" in log.verify(seen).problems[0].what


def test_two_entries_that_change_places_are_found(log: Log) -> None:
    log.published(4)
    path = log.directory / "tile/entries/000.p/4"
    held = path.read_bytes()
    path.write_bytes(held[50:100] + held[:50] + held[100:])
    assert "entry 0" in log.verify().problems[0].what


def test_a_signed_fork_is_found_by_who_saw_the_first(log: Log, tmp_path: Path) -> None:
    seen = log.published(5).verify().seen
    with log.database.begin() as tx:
        tx.exec_driver_sql("TRUNCATE ledger_records, ledger_state")
    shutil.rmtree(log.directory)
    log.write(9)
    log.sequencer.step()
    assert log.verify().verified
    assert "not the one seen before" in log.verify(seen).problems[0].what


def test_a_shorter_log_is_found_by_who_saw_the_longer(log: Log) -> None:
    log.write(5)
    log.sequencer.step()
    kept = (log.directory / "checkpoint").read_bytes()
    log.write(1)
    log.sequencer.step()
    seen = log.verify().seen
    (log.directory / "checkpoint").write_bytes(kept)
    assert "has shrunk: 6 were seen, now 5" in log.verify(seen).problems[0].what


def test_a_key_of_another_log_does_not_verify(log: Log, tmp_path: Path) -> None:
    log.published(1)
    other = Signer.load_or_create(tmp_path / "other", ORIGIN)
    report = verify(reader(str(log.directory)), other.verifier)
    assert not report.verified
    assert report.problems[0].where == "checkpoint"


def test_a_restored_older_database_stops_the_sequencer_until_a_new_origin_says_so(log: Log) -> None:
    log.write(5)
    log.sequencer.step()
    with log.database.begin() as tx:
        tx.exec_driver_sql("DELETE FROM ledger_records WHERE sequence >= 3")
    log.write(1)
    with pytest.raises(BehindPublished, match=r"5 records were published.*has 3"):
        log.sequencer.step()
    done = recover(log.database, log.signer, log.directory, by="host:test", clock=log.clock)
    assert (done.origin, done.old_size) == (f"{ORIGIN}/2", 5)
    assert log.sequencer.step() == 5
    log.clock.advance(hours=2)
    log.sequencer.step()
    renewed = log.signer.named(done.origin)
    report = verify(reader(str(log.directory)), renewed.verifier)
    assert (report.verified, report.size) == (True, 5)
    first = (log.directory / "bodies/000.jsonl").read_bytes().splitlines()[0]
    assert b"ledger.recovered" in first
    assert verify(reader(done.kept_in), log.signer.verifier).verified


def test_rows_changed_behind_its_back_stop_the_sequencer(log: Log) -> None:
    log.write(5)
    log.sequencer.step()
    with log.database.begin() as tx:
        tx.exec_driver_sql("UPDATE ledger_records SET entry = '\\x00' WHERE sequence = 4")
    log.write(1)
    with pytest.raises(PublishedDiffers):
        log.sequencer.step()


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_lost_directory_is_rebuilt_byte_for_byte(log: Log) -> None:
    for count in (300, 40, 5):
        log.published(count)
    seen, before = log.verify().seen, held(log.directory)
    shutil.rmtree(log.directory)
    log.sequencer.step()
    assert log.verify(seen).verified
    again = held(log.directory)
    # Partial tiles of sizes that were only passed through are not made again: nobody needs them to verify.
    assert again.items() <= before.items()
    assert [name for name in before if name.startswith("bodies/")] == [
        n for n in before if n in again and "bodies" in n
    ]
    log.published(3)
    assert log.verify(seen).verified


def test_one_lost_release_is_made_again_before_more_is_signed(log: Log) -> None:
    log.published(30)
    seen = log.verify().seen
    release = next(log.directory.glob("bodies/**/*.jsonl"))
    told = release.read_bytes()
    release.unlink()
    assert not log.verify(seen).verified
    log.published(3)
    assert release.read_bytes() == told
    assert log.verify(seen).verified


def test_a_lost_release_of_unknown_end_stops_the_releases(log: Log) -> None:
    log.published(30)
    with log.database.begin() as tx:
        tx.execute(text("UPDATE ledger_state SET ends = '{}'"))
    next(log.directory.glob("bodies/**/*.jsonl")).unlink()
    with pytest.raises(ReleaseLost, match="is missing"):
        log.published(3)


def test_a_crash_at_any_write_converges(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = None
    real = Files.write
    for survive in range(3):
        left = [survive]

        def write(self: Files, files: dict[str, bytes], left: list[int] = left) -> None:
            if not left[0]:
                raise NotPublished("the disk is full")
            left[0] -= 1
            real(self, files)

        log.write(130)
        monkeypatch.setattr(Files, "write", write)
        steps = (log.sequencer.step() or log.clock.advance(hours=2) for _ in range(4))
        with pytest.raises(NotPublished):
            list(steps)
        monkeypatch.setattr(Files, "write", real)
        log.sequencer.step()
        report = log.verify(seen)
        assert report.problems == []
        seen = report.seen
    assert seen is not None
    assert seen.size == 390


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_publishes_nothing_by_half(log: Log) -> None:
    log.write(2)
    log.sequencer.step()
    seen = log.verify().seen
    small = log.directory.with_name("small")
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        shutil.copytree(log.directory, small / "ledger")
        full = Sequencer(log.database, log.signer, small / "ledger", log.clock)
        log.write(3000)
        with pytest.raises(NotPublished, match="No space left"):
            full.step()
        assert verify(reader(str(small / "ledger")), log.signer.verifier, seen).verified
        assert log.sequencer.step() == 3000
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_only_committed_rows_get_a_number_and_late_ones_come_after(log: Log) -> None:
    with log.database.begin() as slow:
        record(slow, ExchangesBatched(batch="ba_slow", size=1, root="00"), clock=log.clock)
        log.write(2)
        assert log.sequencer.step() == 2
    assert log.sequencer.step() == 1
    assert log.verify().size == 3


def test_a_batch_is_proven_through_both_trees(log: Log) -> None:
    bodies = [(ExchangeId(f"ex_{n}"), b'{"id":"ex_%d","measure":"allow","outcome":"answered"}' % n) for n in range(7)]
    log.write(3)
    with log.database.begin() as tx:
        batch(tx, bodies, clock=log.clock)
    with log.database.begin() as tx, pytest.raises(NotSequenced, match="not published yet"):
        prove(tx, Files(log.directory), "ex_3")
    log.sequencer.step()
    for n in range(7):
        with log.database.begin() as tx:
            text = prove(tx, Files(log.directory), f"ex_{n}").encode()
        proven = check(Proof.parse(text), log.signer.verifier)
        assert proven.exchange == {"id": f"ex_{n}", "measure": "allow", "outcome": "answered"}
        assert proven.record["size"] == 7


def test_a_proof_of_something_else_does_not_hold(log: Log) -> None:
    with log.database.begin() as tx:
        batch(tx, [(ExchangeId(f"ex_{n}"), b'{"id":"ex_%d"}' % n) for n in range(4)], clock=log.clock)
    log.sequencer.step()
    with log.database.begin() as tx:
        proof = prove(tx, Files(log.directory), "ex_1")
    lying = msgspec.structs.replace(proof, extra=proof.extra.replace(b"ex_1", b"ex_9"))
    with pytest.raises(CommitmentWrong, match="place 1 of its batch"):
        check(lying, log.signer.verifier)
    with pytest.raises(CommitmentWrong, match="index 0"):
        check(msgspec.structs.replace(proof, path=(*proof.path, bytes(32))), log.signer.verifier)
    with pytest.raises(NoteInvalid):
        check(
            msgspec.structs.replace(proof, checkpoint=proof.checkpoint.replace("\n1\n", "\n2\n")), log.signer.verifier
        )


def test_one_private_field_is_disclosed_without_the_others(log: Log) -> None:
    (name,) = log.write(1, decided)
    log.sequencer.step()
    with log.database.begin() as tx:
        told = disclosed(tx, name, "account")
        body = check(prove(tx, Files(log.directory), name), log.signer.verifier).record
    assert told.value == "ac_0"
    assert "ac_0" not in str(body)
    check_disclosure(body, told)
    with pytest.raises(CommitmentWrong, match="not the one"):
        check_disclosure(body, msgspec.structs.replace(told, value="ac_1"))
    with log.database.begin() as tx, pytest.raises(CommitmentWrong, match="no private field 'measure'"):
        disclosed(tx, name, "measure")


def test_fractions_do_not_enter_bodies(log: Log) -> None:
    with pytest.raises(NotCanonical, match="size"):
        log.write(1, lambda n: ExchangesBatched(batch="b", size=0.5, root="00"))  # type: ignore[arg-type]


def test_verifying_needs_nothing_of_the_server() -> None:
    code = (
        "import sys, seawall.ledger.verify, seawall.ledger.proof, seawall.ledger.source, seawall.app.commands.ledger;"
        "sys.exit(any(name.split('.')[0] in ('sqlalchemy', 'psycopg', 'aiohttp') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_sequencers_at_once_publish_each_record_once(log: Log) -> None:
    log.write(500)
    second = Sequencer(log.database, log.signer, log.directory, log.clock, release_after=timedelta(0))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda each: each.step(), [log.sequencer, second]))
    assert sum(counts) == 500
    assert log.verify().size == 500
