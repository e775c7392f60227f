"""A process that settles a case and is killed: `python -m tests.cases.crashing WHEN URL KEYSTORE CASE PERSON`.

WHEN is `before` or `after` the commit. It is killed by a signal that no program can catch.
"""

import os
import signal
import sys
from pathlib import Path

from seawall.access.people import Edges
from seawall.access.rights import load as rights
from seawall.cases import Office, deciding, load
from seawall.ledger.write import record
from seawall.store import Database
from seawall.vault import Keystore, Vault
from seawall.vocabulary.clock import system_clock
from tests.cases.conftest import ruling, without_samples


def main(when: str, url: str, keystore: str, case: str, person: str) -> None:
    """Settle the case, and die."""

    def write(tx: object, body: object) -> None:
        record(tx, body, clock=system_clock)  # type: ignore[arg-type]

    edges = Edges(
        record=write, vault=Vault(Keystore(Path(keystore)), system_clock), clock=system_clock, secret=b"s" * 32
    )
    office = Office(edges=edges, rights=rights(), rules=without_samples(load()), exchanges=lambda _tx, _name: None)
    database = Database(url)
    with database.begin() as tx:
        deciding.decide(tx, office, case, ruling("warn"), by=person)
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
