"""The published log as plain files. A file is there whole or not at all; the checkpoint comes last."""

import os
from collections.abc import Mapping
from pathlib import Path

from seawall.vocabulary.errors import SeawallError


class NotPublished(SeawallError):
    """A file of the log could not be written. Nothing that was published has changed."""

    code, status = "ledger.not_published", 503


class Files:
    """A directory of a log."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None where there is none."""
        try:
            return (self.directory / path).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, each at once and for good before this returns. Raises NotPublished."""
        folders = set()
        try:
            for path, held in files.items():
                target = self.directory / path
                target.parent.mkdir(parents=True, exist_ok=True)
                _replace(target, held)
                folders.add(target.parent)
            for folder in folders:
                _sync(folder)
        except OSError as error:
            raise NotPublished(
                f"The log could not be written under {self.directory}: {error.strerror}.",
                hint="Make room or mend the rights; the next step goes on where this one stopped.",
            ) from error


def _replace(target: Path, held: bytes) -> None:
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        view = memoryview(held)
        while view:
            view = view[os.write(file, view) :]
        os.fsync(file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)
    fresh.replace(target)


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
