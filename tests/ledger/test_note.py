"""Signed notes and checkpoints: the example of the specification's first implementation, and every way to break one."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.ledger.note import Checkpoint, NoteInvalid, Verifier, key_id, open_note, sign

# From the documentation of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ESSAY = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def verifier(key: Ed25519PrivateKey) -> Verifier:
    return Verifier("seawall.example/ledger", key.public_key().public_bytes_raw())


def test_the_published_example_verifies() -> None:
    assert open_note(ESSAY, Verifier.parse(PETER)).startswith("If you think cryptography")
    assert str(Verifier.parse(PETER)) == PETER


def test_a_changed_text_is_refused() -> None:
    with pytest.raises(NoteInvalid, match="was changed"):
        open_note(ESSAY.replace("problem is", "problem was"), Verifier.parse(PETER))


def test_a_key_id_that_is_not_of_the_key_is_refused() -> None:
    with pytest.raises(NoteInvalid, match="key id"):
        Verifier.parse(PETER.replace("c74f20a3", "c74f20a4"))


def test_a_checkpoint_survives_signing_and_opening(key: Ed25519PrivateKey, verifier: Verifier) -> None:
    checkpoint = Checkpoint(verifier.name, 70_000, bytes(32))
    note = sign(checkpoint.text(), verifier.name, key)
    assert Checkpoint.parse(open_note(note, verifier)) == checkpoint
    assert key_id(verifier.name, verifier.public).hex() in str(verifier)


def test_lines_of_other_keys_are_passed_over_but_one_of_ours_there_must_be(
    key: Ed25519PrivateKey, verifier: Verifier
) -> None:
    note = sign("text\n", verifier.name, key)
    witnessed = note + ESSAY.rpartition("\n\n")[2]
    assert open_note(witnessed, verifier) == "text\n"
    with pytest.raises(NoteInvalid, match="no signature of"):
        open_note(note, Verifier.parse(PETER))


@pytest.mark.parametrize(
    "broken", ["text", "text\n", "text\n\n", "text\n\nx\n", "text\n\n— name !!\n", "te\x01xt\n\n— a b\n"]
)
def test_a_malformed_note_is_refused(broken: str, verifier: Verifier) -> None:
    with pytest.raises(NoteInvalid):
        open_note(broken, verifier)


@pytest.mark.parametrize(
    "broken", ["", "origin\n", "o\n01\n" + "A" * 43 + "=\n", "o\n-1\n" + "A" * 43 + "=\n", "o\n1\nAAAA\n"]
)
def test_a_malformed_checkpoint_is_refused(broken: str) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint.parse(broken)
