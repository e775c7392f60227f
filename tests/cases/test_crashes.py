"""A process that is killed between decision and notice leaves both or neither, and nothing is done twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from seawall import enforce
from seawall.access.people import Edges
from seawall.access.rights import load as rights
from seawall.cases import Office, Origin, State, claims, deciding, load, open_case
from seawall.cases.errors import CaseClosed
from seawall.cases.notices import given, waiting
from seawall.cases.opening import of_exchange
from seawall.cases.rows import find
from seawall.ledger.write import record
from seawall.outbox import endpoints
from seawall.store import Database, Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.clock import system_clock
from seawall.vocabulary.records import Record
from tests.access.conftest import person
from tests.cases.conftest import ACCOUNT, THROUGH, Bench, counted, ruling, without_samples

TABLES = ("cases_decisions", "cases_notices", "cases_proposals", "enforce_acts", "outbox_deliveries")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that writes the real ledger, by the real clock."""

    def write(tx: Transaction, body: Record) -> None:
        record(tx, body, clock=system_clock)

    vault = Vault(Keystore(tmp_path / "keystore"), system_clock)
    edges = Edges(record=write, vault=vault, clock=system_clock, secret=b"s" * 32)
    return Office(edges=edges, rights=rights(), rules=without_samples(load()), exchanges=lambda _tx, _name: None)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_is_killed_leaves_decision_and_notice_or_neither(
    database: Database, database_url: str, office: Office, bench: Bench, tmp_path: Path, when: str
) -> None:
    found = msgspec.structs.replace(bench.exchange(), at=system_clock())
    with database.begin() as tx:
        ada = person(tx, office.edges, "ada", "reviewer")
        case, _ = open_case(tx, office, of_exchange(found, Origin.FINDING, "killed"), by="seawall")
        claims.claim(tx, office, case.id, by=ada.id)
        endpoints.add(
            tx, project=THROUGH.project, url="https://product.example", kinds=("notice.laid",), private=False, by="t",
            vault=office.edges.vault, record=office.edges.record, clock=system_clock,
        )  # fmt: skip
        records = counted(tx, "ledger_records")
    words = [sys.executable, "-m", "tests.cases.crashing", when, database_url, str(tmp_path / "keystore")]
    killed = subprocess.run([*words, case.id, ada.id], env=os.environ, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    if when == "before":
        with database.begin() as tx:
            assert [counted(tx, each) for each in TABLES] == [0, 0, 0, 0, 0]
            assert (find(tx, case.id).state, counted(tx, "ledger_records")) == (State.CLAIMED, records)
        with database.begin() as tx:
            deciding.decide(tx, office, case.id, ruling("warn"), by=ada.id)
    with database.begin() as tx, pytest.raises(CaseClosed):
        deciding.decide(tx, office, case.id, ruling("warn"), by=ada.id)
    with database.begin() as tx:
        assert [counted(tx, each) for each in TABLES] == [1, 1, 1, 1, 1]
        assert counted(tx, "ledger_records WHERE kind = 'case.decided'") == 1
        assert enforce.standing(tx, ACCOUNT, now=system_clock()).state == "warned"
        (notice,) = waiting(tx, office, through=THROUGH)
        assert given(tx, office, notice.id, through=THROUGH) == given(tx, office, notice.id, through=THROUGH)
        assert waiting(tx, office, through=THROUGH) == []
        assert counted(tx, "ledger_records WHERE kind = 'case.notice_given'") == 1
