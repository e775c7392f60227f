"""One instance to a data directory: a lock that the kernel gives back when its holder ends, however it ends.

Limits: it holds on one machine; a data directory on a network file system is not protected from another machine.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from seawall.vocabulary.errors import SeawallError


class AlreadyRunning(SeawallError):
    """Another process works on this data directory."""

    code, status = "store.already_running", 409

    def __init__(self, data_dir: Path, pid: str) -> None:
        super().__init__(
            f"Seawall already runs on {data_dir} (process {pid}).",
            hint=f"Stop it first: kill {pid}. Or give this one a data directory of its own: SEAWALL_DATA_DIR.",
        )


class InstanceLock:
    """The right to be the one instance on a data directory; a context manager, or `acquire` and `release`."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "instance.lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock and write this process's number into it. Raises AlreadyRunning."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise AlreadyRunning(self.path.parent, pid) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two processes lock two files of one name."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
