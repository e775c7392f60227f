"""Sealing opens for what it was sealed for, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.vault.errors import ItemTampered
from seawall.vault.sealing import Label, seal, unseal, unwrap, wrap
from seawall.vocabulary.retention import Retention

LABEL = Label(item="it_1", owner="acc_1", retention=Retention.CASE)
WRAPPING = bytes(range(32))


@given(st.binary(max_size=300), st.text(), st.text())
def test_what_was_sealed_opens_again(content: bytes, item: str, owner: str) -> None:
    label = Label(item=item, owner=owner, retention=Retention.CASE)
    key, sealed = seal(content, label)

    assert unseal(sealed, label, unwrap(wrap(key, label, "k", WRAPPING), label, "k", WRAPPING)) == content


def test_every_flipped_bit_and_every_cut_is_detected() -> None:
    key, sealed = seal(b"a mild sentence", LABEL)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(ItemTampered, match="content of item 'it_1'"):
            unseal(bytes(changed), LABEL, key)
        with pytest.raises(ItemTampered):
            unseal(sealed[:position], LABEL, key)


@pytest.mark.parametrize(
    "other",
    [
        Label(item="it_2", owner="acc_1", retention=Retention.CASE),
        Label(item="it_1", owner="acc_2", retention=Retention.CASE),
        Label(item="it_1", owner="acc_1", retention=Retention.EVIDENCE),
    ],
)
def test_another_item_owner_or_class_does_not_open_it(other: Label) -> None:
    key, sealed = seal(b"a mild sentence", LABEL)
    wrapped = wrap(key, LABEL, "k", WRAPPING)

    with pytest.raises(ItemTampered):
        unseal(sealed, other, key)
    with pytest.raises(ItemTampered, match="wrapped key"):
        unwrap(wrapped, other, "k", WRAPPING)


def test_a_wrapped_key_does_not_open_under_the_name_of_another_wrapping_key() -> None:
    key, _ = seal(b"", LABEL)
    with pytest.raises(ItemTampered):
        unwrap(wrap(key, LABEL, "one", WRAPPING), LABEL, "two", WRAPPING)


def test_equal_contents_have_different_keys_and_ciphertexts() -> None:
    one, other = seal(b"same", LABEL), seal(b"same", LABEL)
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_owner_and_item_cannot_be_shifted_into_each_other() -> None:
    one = Label(item='a","b', owner="c", retention=Retention.CASE)
    other = Label(item="a", owner='b","c', retention=Retention.CASE)
    assert one.bind("content") != other.bind("content")
