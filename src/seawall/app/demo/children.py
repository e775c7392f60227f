"""Processes that the demo starts: each in a group of its own, each ended with the demo, however that ends.

A Ctrl-C at the terminal reaches the demo only, which then stops the others in order. Limits: where the kernel cannot
end a child with its parent (anything but Linux), a demo that is killed leaves its children.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from seawall.app.demo.errors import NotStarted

READY = "ready "
_PR_SET_PDEATHSIG = 1
_STOPS_S = 25.0


class Child:
    """One process with its log. As a context manager it is stopped at the end."""

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str], *, says: bool = False
    ) -> None:
        self.name, self.log = name, log
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if says else written,
                stderr=written,
                preexec_fn=_end_with_parent,
                process_group=0,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self.process.poll() is None

    def ready(self, within_s: float) -> str:
        """Return what the process says after `ready` on its first line. Raises NotStarted."""
        said = _line(self.process.stdout, within_s) if self.process.stdout else ""
        if not said.startswith(READY):
            raise self.failed()
        return said.removeprefix(READY).strip()

    def failed(self) -> NotStarted:
        """Return the error that tells that this process did not come up, with its last words."""
        lines = self.log.read_text("utf-8", "replace").strip().splitlines() if self.log.exists() else []
        return NotStarted(self.name, lines[-1].strip()[:300] if lines else "", self.log)

    def stop(self) -> None:
        """Ask the process to end, wait, and kill it with its group when it takes too long."""
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self.alive:
            self.process.terminate()
        try:
            self.process.wait(_STOPS_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _line(stream: IO[bytes], within_s: float) -> str:
    """Return the first line of a pipe; empty when the other end closes it or is late."""
    until, said = time.monotonic() + within_s, b""
    while not said.endswith(b"\n"):
        if not select.select([stream], [], [], max(0.0, until - time.monotonic()))[0]:
            return ""
        portion = os.read(stream.fileno(), 1024)
        if not portion:
            return ""
        said += portion
    return said.decode("utf-8", "replace")


def run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python module to its end, in a process that shares nothing with this one, and return what it said."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        process_group=0,
        check=False,
    )


def _end_with_parent() -> None:
    """Ask the kernel to end this child when the demo ends in whatever way (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
