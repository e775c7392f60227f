"""Keys as files: one directory apart from the database, so that no backup of the database can open what it holds.

    keys/wrapping/<class>.<period>.<random>.key     wrap data keys; destroyed when nothing needs them
    keys/secrets/<name>.key                         other 32-byte secrets, made on first use
    keys/secrets/<name>.v2.key, …                   their later versions; the newest counts

Directories are 0700, files 0600, written whole or not at all. Limits: a destroyed key is overwritten and unlinked;
a copying file system, a snapshot or a flash drive may keep the old blocks, so the keystore's own disk should be
encrypted and its own backups short-lived. Keys are not held in memory between calls.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from seawall.vault.errors import BadName, KeyDamaged, KeyGone, KeystoreExposed

_SIZE = 32
_VERSION = re.compile(r"(.+?)(?:\.v([1-9][0-9]{0,5}))?")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?")


class Keystore:
    """The keys of one Seawall. Every process on the machine may open the same directory."""

    def __init__(self, directory: Path) -> None:
        """Open the keystore, making it when there is none. Raises KeystoreExposed."""
        self.directory = directory
        self._wrapping = directory / "wrapping"
        self._secrets = directory / "secrets"
        for folder in (directory, self._wrapping, self._secrets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_exposed(folder, 0o700)

    def secret(self, name: str) -> bytes:
        """Return the 32-byte secret of that name, the same for every process and every time.

        Raises BadName, KeystoreExposed, KeyDamaged.
        """
        return self.every(name)[0]

    def every(self, name: str) -> list[bytes]:
        """Return all versions of a secret, newest first; the first one is made where there is none.

        Raises BadName, KeystoreExposed, KeyDamaged.
        """
        return [_read(self._version(name, number)) for number in self.versions(name)]

    def versions(self, name: str) -> list[int]:
        """Return which versions of a secret there are, newest first; the first is made where there is none."""
        found = self._found(name)
        if not found:
            with suppress(FileExistsError):  # another process was first: its secret counts
                _write(self._version(name, 1), secrets.token_bytes(_SIZE))
            found = self._found(name)
        return found

    def renew(self, name: str) -> int:
        """Make another version of a secret and return its number; it is on disk before this returns.

        Raises FileExistsError where another process did so at this moment.
        """
        number = self.versions(name)[0] + 1
        _write(self._version(name, number), secrets.token_bytes(_SIZE))
        return number

    def discard(self, name: str, number: int) -> None:
        """Overwrite and remove a version of a secret that is not the newest; nothing happens when it is gone."""
        if number == self.versions(name)[0]:
            raise BadName("version to discard", str(number))
        _shred(self._version(name, number))

    def secret_names(self) -> list[str]:
        """Return the names of the secrets that were made."""
        found = (_VERSION.fullmatch(path.name.removesuffix(".key")) for path in self._secrets.glob("*.key"))
        return sorted({each[1] for each in found if each})

    def _found(self, name: str) -> list[int]:
        first = [1] if self._version(name, 1).exists() else []
        later = (_VERSION.fullmatch(path.name.removesuffix(".key")) for path in self._secrets.glob(f"{name}.v*.key"))
        return sorted([*first, *(int(each[2]) for each in later if each and each[1] == name and each[2])], reverse=True)

    def _version(self, name: str, number: int) -> Path:
        return _file(self._secrets, name if number == 1 else f"{name}.v{number}")

    def create(self, prefix: str) -> str:
        """Make a wrapping key and return its name; it is on disk before this returns. Raises BadName."""
        name = f"{prefix}.{secrets.token_hex(8)}"
        _write(_file(self._wrapping, name), secrets.token_bytes(_SIZE))
        return name

    def wrapping_key(self, name: str) -> bytes:
        """Return a wrapping key. Raises KeyGone, KeystoreExposed, KeyDamaged."""
        try:
            return _read(_file(self._wrapping, name))
        except FileNotFoundError:
            raise KeyGone(name) from None

    def destroy(self, name: str) -> None:
        """Overwrite and remove a wrapping key; nothing happens when it is gone already."""
        _shred(_file(self._wrapping, name))

    def names(self) -> frozenset[str]:
        """Return the names of the wrapping keys there are."""
        return frozenset(path.name.removesuffix(".key") for path in self._wrapping.glob("*.key"))


def _shred(path: Path) -> None:
    with suppress(FileNotFoundError):
        with path.open("r+b", buffering=0) as file:
            file.write(bytes(_SIZE))
            os.fsync(file.fileno())
        path.unlink()
        _sync(path.parent)


def _file(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise BadName("key name", name)
    return folder / f"{name}.key"


def _refuse_exposed(path: Path, wanted: int) -> None:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeystoreExposed(path, mode, wanted)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    _refuse_exposed(path, 0o600)
    if len(key) != _SIZE:
        raise KeyDamaged(path, len(key))
    return key


def _write(path: Path, key: bytes) -> None:
    """Write beside and link, so that nobody ever reads half a key and no key is ever replaced."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, key)
        os.fsync(file)
        os.link(beside, path)
    finally:
        os.close(file)
        beside.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
