"""Measure the vault and print a table for docs/vault.md: `python -m tests.vault.figures`."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seawall.store import Database, embedded
from seawall.store.migrate import migrate
from seawall.vault import Content, Keystore, Retention, Vault, sweep
from seawall.vocabulary.clock import system_clock

ITEMS, BATCH, SIZE = 20_000, 100, 1024


@contextmanager
def _timed(what: str, per: int) -> Iterator[None]:
    start, cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(f"| {what} | {1e6 * seconds / per:,.0f} µs | {1e6 * cpu / per:,.0f} µs | {per / seconds:,.0f} |")


def main() -> None:
    """Store, read, erase one, sweep the rest to a new key, rotate."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-figures-"))
    folder.chmod(0o755)
    server = embedded.start(folder)
    database = Database(server.get_uri())
    try:
        migrate(database)
        _measure(database, Vault(Keystore(folder / "keys"), system_clock))
    finally:
        database.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(database: Database, vault: Vault) -> None:
    content = Content(content=bytes(SIZE), owner="acc_1", retention=Retention.EXCHANGE)
    ids = []
    print("| what | each | CPU of our process | per second |\n|---|---|---|---|")
    with _timed(f"put_many, {BATCH} at a time, committed", ITEMS):
        for _ in range(ITEMS // BATCH):
            with database.begin() as tx:
                ids += vault.put_many(tx, [content] * BATCH)
    with _timed("put, committed", 500):
        for _ in range(500):
            with database.begin() as tx:
                vault.put(tx, content.content, owner="acc_1", retention=Retention.EXCHANGE)
    with _timed("get", 1000), database.begin() as tx:
        for item in ids[:1000]:
            vault.get(tx, item)
    with _timed("erase, committed", 200):
        for item in ids[:200]:
            with database.begin() as tx:
                vault.erase(tx, item, by="host:ada", reason_code="figures")
    with _timed("sweep after erasures, for each other item of the month", ITEMS + 300):
        sweep(vault, database, system_clock)


if __name__ == "__main__":
    main()
