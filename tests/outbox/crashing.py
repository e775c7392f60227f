"""A process that tries a delivery: `python -m tests.outbox.crashing URL KEYSTORE DELIVERY killed|lives`.

It is killed by a signal that no program can catch, once the other side took what was sent and before that is written.
"""

import os
import signal
import sys
from pathlib import Path

from seawall.outbox.deliver import attempt
from seawall.outbox.kinds import Delivery, Event
from seawall.outbox.sending import Sender
from seawall.store import Database, Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.clock import system_clock


def main(url: str, keystore: str, delivery: str, when: str) -> None:
    """Try it, and die."""

    def never(*_: object) -> None:
        raise AssertionError("no letter is written here")

    sender = Sender(Vault(Keystore(Path(keystore)), system_clock), system_clock, server=None, compose=never)  # type: ignore[arg-type]

    def send(tx: Transaction, found: Delivery, event: Event) -> int:
        status = sender(tx, found, event)
        if when == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        return status

    attempt(Database(url), send, delivery, system_clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
