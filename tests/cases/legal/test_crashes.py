"""A process that is killed between production and record leaves both or neither; what was lost can be made again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from seawall.cases.legal import State, intake, producing, reviewing, verifying
from seawall.cases.legal.rows import find
from seawall.store import Database
from seawall.vocabulary.clock import system_clock
from tests.access.conftest import person
from tests.cases.conftest import counted
from tests.cases.legal.conftest import AGREED, CALL, Desk, scope
from tests.cases.legal.crashing import bureau


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_is_killed_leaves_production_and_record_or_neither(
    database: Database, database_url: str, desk: Desk, tmp_path: Path, when: str
) -> None:
    made, now = bureau(tmp_path / "keystore"), system_clock()
    desk.edges, desk.bureau, desk.clock = made.edges, made, system_clock  # type: ignore[assignment]
    wide = scope(*desk.asked().scope.categories, since=now - timedelta(days=1), until=now + timedelta(days=1))
    asked = msgspec.structs.replace(desk.asked(), nondisclosure=True, scope=wide)
    with database.begin() as tx:
        lea, leo = (person(tx, made.edges, name, "legal") for name in ("lea", "leo"))
        desk.exchange(tx, "ex_1", now)
        found = intake.take(tx, made, asked, by=lea.id)
        verifying.call_back(tx, made, found.id, CALL, by=lea.id)
        reviewing.accept(tx, made, found.id, scope=None, reason="It holds.", by=lea.id)
        reviewing.approve(tx, made, found.id, by=leo.id)
        digest = producing.prepare(tx, made, found.id, to="x", in_clear_because="It is.", by=lea.id).manifest_sha256
    words = [sys.executable, "-m", "tests.cases.legal.crashing", when, database_url, str(tmp_path / "keystore")]
    killed = subprocess.run([*words, found.id, leo.id], env=os.environ, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    done = when == "after"
    with database.begin() as tx:
        assert find(tx, found.id).state is (State.PRODUCED if done else State.APPROVED)
        assert counted(tx, "legal_productions WHERE produced_at IS NOT NULL") == done
        assert counted(tx, "ledger_records WHERE kind = 'legal_request.produced'") == done
        assert counted(tx, "legal_events WHERE what = 'produced'") == done
    with database.begin() as tx:
        file = producing.produce(tx, made, found.id, digest, AGREED, by=leo.id)
        assert b"Said in ex_1." in file
    with database.begin() as tx:
        assert counted(tx, "ledger_records WHERE kind = 'legal_request.produced'") == 1 + done
        producing.deliver(tx, made, found.id, at=now, by=lea.id)
