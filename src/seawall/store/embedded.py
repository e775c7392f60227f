"""The embedded PostgreSQL: a real server under the data directory, on a Unix socket only.

Whoever uses it holds a lock that the kernel gives back however the holder ends; the last to let go stops the server.
Limits: if every holder is killed at once the server stays until the next one comes and goes.
"""

import atexit
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seawall.store.cluster import Cluster, EmbeddedStartFailed, Running, address, answers

__all__ = ["EmbeddedStartFailed", "Server", "start"]

_STARTS_S = 300.0  # after a crash it replays its log before it is ready
_STOPS_S = 30.0
_TRIES = 5
_LOOK_S = 0.01


class Server:
    """A running server and the right to use it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._cluster = Cluster(data_dir)
        self._process: subprocess.Popen[bytes] | None = None
        self._running: Running | None = None
        self._held: int | None = None

    def get_uri(self) -> str:
        """Return the address for libpq."""
        if self._running is None:
            raise EmbeddedStartFailed(self._data_dir, "it was stopped.")
        return address(self._running.socket_dir)

    def start(self) -> None:
        """Start the server, or join the one that runs. May be called again when it has died.

        Raises EmbeddedStartFailed.
        """
        with _alone(self._data_dir):
            if self._held is None:
                self._held = _open(self._data_dir / "postgres.users")
                fcntl.flock(self._held, fcntl.LOCK_SH)
            self._running = self._join() or self._launch()

    def alive(self) -> bool:
        """Tell whether the server's process is there."""
        if self._process is not None:
            return self._process.poll() is None
        return self._running is not None and _exists(self._running.pid)

    def cleanup(self) -> None:
        """Let go of the server; the last one stops it."""
        atexit.unregister(self.cleanup)
        if self._held is None:
            return
        with _alone(self._data_dir):
            with suppress(BlockingIOError):
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()
            os.close(self._held)
            self._held = self._running = None

    def _join(self) -> Running | None:
        """Return the server that runs already, once it is ready; None where there is none."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        found = self._cluster.running()
        if found is None:
            return None
        if found.ready and answers(found.socket_dir):
            return found
        if _is_postgres(found.pid):
            return self._ready(lambda: _is_postgres(found.pid))
        if _exists(found.pid) and not _at_work_in(self._cluster.folder):
            # After a restart of the machine another process may have its number: PostgreSQL would not start then.
            # While any process of the old server lives the file must stay: it is what keeps two servers apart.
            self._cluster.forget()
        return None

    def _launch(self) -> Running:
        self._cluster.make()
        for _ in range(_TRIES):
            process = self._process = self._cluster.launch()
            found = self._ready(lambda process=process: process.poll() is None)  # type: ignore[misc]
            if found is not None:
                return found
            # Processes of a server that was killed may still be on their way out.
            time.sleep(0.5)
        raise EmbeddedStartFailed(self._data_dir, self._cluster.last_words() or "it ended at once.")

    def _ready(self, alive: Callable[[], bool]) -> Running | None:
        until = time.monotonic() + _STARTS_S
        while time.monotonic() < until:
            found = self._cluster.running()
            if found is not None and found.ready and answers(found.socket_dir):
                return found
            if not alive():
                return None
            time.sleep(_LOOK_S)
        raise EmbeddedStartFailed(self._data_dir, f"it was not ready after {_STARTS_S:.0f} s.")

    def _stop(self) -> None:
        found = self._cluster.running()
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if found is None or not _is_postgres(found.pid):
                break
            with suppress(ProcessLookupError):
                os.kill(found.pid, how)
            if _within(_STOPS_S, lambda: self._gone(found)):
                break
        if self._process is not None:
            self._process.wait()
            self._process = None

    def _gone(self, found: Running) -> bool:
        # Its file goes last but one; as a child that nobody waited for it would stay in the list of processes.
        if self._process is not None and self._process.pid == found.pid:
            return self._process.poll() is not None
        now = self._cluster.running()
        return now is None or now.pid != found.pid or not _is_postgres(found.pid)


def start(data_dir: Path) -> Server:
    """Start, or join, the PostgreSQL of a data directory; it stops when the last process that holds it ends.

    Works as root too: the server then runs as a system user of its own. Raises EmbeddedStartFailed.
    """
    server = Server(data_dir.absolute())
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        server.start()
    except OSError as error:
        server.cleanup()
        raise EmbeddedStartFailed(data_dir, f"{error.strerror}: {error.filename}") from error
    except BaseException:
        server.cleanup()
        raise
    atexit.register(server.cleanup)
    return server


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of a data directory."""
    file = _open(data_dir / "postgres.lock")
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _within(seconds: float, met: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not met():
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_S)
    return True


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _at_work_in(folder: Path) -> bool:
    """Tell whether any process of a server works in a folder, its postmaster or what that one left."""
    import psutil  # type: ignore[import-untyped]

    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if process.info["name"] == "postgres" and process.cwd() == str(folder):
                return True
    return False


def _is_postgres(pid: int) -> bool:
    import psutil  # here: only a file that an earlier server left asks for it

    try:
        process = psutil.Process(pid)
        return bool(process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
