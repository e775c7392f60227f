"""The vault as the recorder writes to it: contents come back, and a key that was retired is never used again."""

import psycopg
import pytest

from seawall.store import Database
from seawall.vault import Retention, Vault, Writer
from tests.conftest import FrozenClock


def keep(database: Database, writer: Writer, *contents: bytes) -> list[str]:
    line = database.line()
    try:
        with line.begin() as tx:
            writer.ready(tx)
            return [str(item) for item in writer.keep(tx, [(content, "ac_1") for content in contents])]
    finally:
        line.close()


def test_what_was_written_comes_back_under_its_class(database: Database, vault: Vault) -> None:
    items = keep(database, Writer(vault, Retention.EXCHANGE), b"first", b"", b"third" * 1000)
    with database.begin() as tx:
        assert [vault.get(tx, item) for item in items] == [b"first", b"", b"third" * 1000]  # type: ignore[arg-type]


def test_nothing_to_write_asks_nothing(database: Database, vault: Vault) -> None:
    assert keep(database, Writer(vault, Retention.EXCHANGE)) == []


def test_a_retired_key_is_refused_by_the_database_until_the_writer_renews(database: Database, vault: Vault) -> None:
    writer = Writer(vault, Retention.EXCHANGE)
    keep(database, writer, b"before")
    with database.begin() as tx:
        vault.rotate(tx)
    with pytest.raises(psycopg.errors.NotNullViolation):
        keep(database, writer, b"after")
    writer.renew()
    (item,) = keep(database, writer, b"after")
    with database.begin() as tx:
        assert vault.get(tx, item) == b"after"  # type: ignore[arg-type]


def test_a_new_month_brings_a_new_key(database: Database, vault: Vault, clock: FrozenClock) -> None:
    writer = Writer(vault, Retention.EXCHANGE)
    keep(database, writer, b"in January")
    clock.advance(days=31)
    keep(database, writer, b"in February")
    assert len({name for name in vault.keystore.names() if name.startswith("exchange.")}) == 2
