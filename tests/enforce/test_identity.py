"""Who an account is, without saying who it is."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from seawall.enforce import account_id
from seawall.enforce.errors import AccountSecretTooShort
from seawall.store import Transaction, metadata
from seawall.vocabulary.ids import KeyId
from tests.enforce.conftest import Court, violation

SECRET = bytes(range(32))
# All of Unicode, half surrogate pairs among them: JSON carries them.
NAMES = st.text(st.characters(), min_size=1)


def test_an_account_is_a_keyed_digest_of_key_and_end_user() -> None:
    message = b"seawall/account/v1\x00" + b"\x00\x00\x00\x05key_1" + b"ann"
    digits = base64.b32hexencode(hmac.new(SECRET, message, hashlib.sha256).digest()).decode().lower()

    assert account_id(SECRET, KeyId("key_1"), "ann") == f"ac_{digits[:26]}"


@pytest.mark.parametrize("end_user", [None, ""])
def test_without_an_end_user_the_account_is_the_key(end_user: str | None) -> None:
    assert account_id(SECRET, KeyId("key_1"), end_user) == "key_1"


@given(NAMES, NAMES)
def test_two_end_users_are_two_accounts_and_one_is_always_the_same(one: str, other: str) -> None:
    ids = {account_id(SECRET, KeyId("key_1"), name) for name in (one, other, one)}
    assert len(ids) == len({one, other})
    assert all(len(each) == 29 and each.isascii() for each in ids)


def test_where_the_key_ends_and_the_end_user_begins_makes_a_difference() -> None:
    assert account_id(SECRET, KeyId("key_1"), "1ann") != account_id(SECRET, KeyId("key_11"), "ann")


def test_another_key_or_another_secret_is_another_account() -> None:
    ids = {
        account_id(SECRET, KeyId("key_1"), "ann"),
        account_id(SECRET, KeyId("key_2"), "ann"),
        account_id(SECRET[::-1], KeyId("key_1"), "ann"),
    }
    assert len(ids) == 3


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(AccountSecretTooShort, match="31 bytes"):
        account_id(SECRET[:31], KeyId("key_1"), "ann")


def test_the_end_users_own_identifier_is_in_no_table_and_no_record(tx: Transaction, court: Court) -> None:
    name = "ann.canary@example.org"
    account = account_id(SECRET, KeyId("key_1"), name)
    court.holds(tx, violation(1, 2), account=account)
    court.reverses(tx, "de_1")

    rows = ""
    for table in metadata.tables:
        if table.startswith("enforce_"):
            rows += str(tx.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - our own tables
    assert account in rows
    assert "canary" not in rows + str(court.records)
