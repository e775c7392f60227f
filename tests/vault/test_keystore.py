"""Keys are files that only their owner can read, written whole, and gone when destroyed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seawall.vault import Keystore
from seawall.vault.errors import BadName, KeyDamaged, KeyGone, KeystoreExposed


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_directories_are_0700_and_files_0600(keystore: Keystore) -> None:
    keystore.create("case.2026-01")
    keystore.secret("accounts")

    folders = [keystore.directory, *(path for path in keystore.directory.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in _files(keystore.directory)} == {0o600}


def test_a_secret_is_made_once_and_the_same_after_a_restart(keystore: Keystore) -> None:
    first = keystore.secret("accounts")

    assert len(first) == 32
    assert Keystore(keystore.directory).secret("accounts") == first
    assert keystore.secret("other") != first


def test_processes_that_ask_for_a_new_secret_at_once_get_the_same(tmp_path: Path) -> None:
    stores = [Keystore(tmp_path / "keys") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda store: store.secret("accounts"), stores))

    assert len(found) == 1
    assert [path.name for path in _files(tmp_path)] == ["accounts.key"]


def test_a_destroyed_key_is_gone_and_destroying_it_again_does_nothing(keystore: Keystore) -> None:
    name = keystore.create("case.2026-01")
    assert len(keystore.wrapping_key(name)) == 32

    keystore.destroy(name)
    keystore.destroy(name)

    assert keystore.names() == frozenset()
    with pytest.raises(KeyGone, match=r"has no key 'case\.2026-01") as caught:
        keystore.wrapping_key(name)
    assert "erasure" in caught.value.hint


def test_a_destroyed_key_is_overwritten_before_it_is_unlinked(keystore: Keystore, tmp_path: Path) -> None:
    name = keystore.create("case.2026-01")
    other_name = tmp_path / "link"
    other_name.hardlink_to(keystore.directory / "wrapping" / f"{name}.key")

    keystore.destroy(name)

    assert other_name.read_bytes() == bytes(32)


@pytest.mark.parametrize("loosened", ["directory", "file"])
def test_a_keystore_that_others_can_read_is_refused(keystore: Keystore, loosened: str) -> None:
    name = keystore.create("case.2026-01")
    path = keystore.directory if loosened == "directory" else keystore.directory / "wrapping" / f"{name}.key"
    path.chmod(path.stat().st_mode | 0o044)

    with pytest.raises(KeystoreExposed, match=str(path)) as caught:
        Keystore(keystore.directory).wrapping_key(name)
    assert caught.value.hint.startswith(f"chmod {'0700' if loosened == 'directory' else '0600'} {path}")


def test_a_key_file_of_another_size_is_refused(keystore: Keystore) -> None:
    keystore.secret("accounts")
    (keystore.directory / "secrets" / "accounts.key").write_bytes(b"short")

    with pytest.raises(KeyDamaged, match="5 bytes"):
        keystore.secret("accounts")


@pytest.mark.parametrize("name", ["", "../out", "a/b", ".hidden", "UPPER", "a" * 81, "ends-"])
def test_a_name_that_is_not_safe_as_a_file_name_is_refused(keystore: Keystore, name: str) -> None:
    with pytest.raises(BadName):
        keystore.secret(name)
    assert _files(keystore.directory) == []
