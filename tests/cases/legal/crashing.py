"""A process that hands data over and is killed.

`python -m tests.cases.legal.crashing WHEN URL KEYSTORE REQUEST PERSON`.
WHEN is `before` or `after` the commit. It is killed by a signal that no program can catch.
"""

import os
import signal
import sys
from pathlib import Path

from seawall.access.people import Edges
from seawall.access.rights import load as rights
from seawall.cases.legal import Bureau, producing
from seawall.gateway.producible import producible, used_through
from seawall.ledger.write import record
from seawall.store import Database
from seawall.vault import Keystore, Vault
from seawall.vocabulary.clock import system_clock
from tests.cases.legal.conftest import AGREED


def bureau(keystore: Path) -> Bureau:
    """Return a bureau that writes the real ledger, by the real clock."""

    def write(tx: object, body: object) -> None:
        record(tx, body, clock=system_clock)  # type: ignore[arg-type]

    edges = Edges(record=write, vault=Vault(Keystore(keystore), system_clock), clock=system_clock, secret=b"s" * 32)
    return Bureau(edges=edges, rights=rights(), sources=(producible,), used_through=used_through)


def main(when: str, url: str, keystore: str, request: str, person: str) -> None:
    """Hand the data over, and die."""
    made, database = bureau(Path(keystore)), Database(url)
    with database.begin() as tx:
        prepared = producing.of_request(tx, request)
        assert prepared is not None
        producing.produce(tx, made, request, prepared.manifest_sha256, AGREED, by=person)
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
