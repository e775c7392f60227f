"""Processes under measurement: start them, wait until they answer, read their CPU and memory, end them."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str],
    ready: str,
    *,
    environment: Mapping[str, str] | None = None,
    log: Path,
    wait_s: float = 120.0,
) -> Iterator[psutil.Process]:
    """Run a command while the block lasts; it begins once `ready`, an address, answers."""
    with log.open("wb") as out:
        started = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _await(started, ready, wait_s, log)
            yield psutil.Process(started.pid)
        finally:
            for each in _tree(started.pid):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(15)
            started.kill()
            started.wait()


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return []


def _await(started: "subprocess.Popen[bytes]", ready: str, wait_s: float, log: Path) -> None:
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if started.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(ready, timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{started.args!r} did not become ready; see {log}")


def cpu_s(process: psutil.Process) -> float:
    """Return the CPU seconds, user and system, that a process and its children have used."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
    return total


def resident_mb(process: psutil.Process) -> float:
    """Return the resident memory of a process in megabytes, without its children."""
    return float(process.memory_info().rss / 1e6)


def children_mb(process: psutil.Process) -> float:
    """Return the resident memory of a process's children in megabytes."""
    return sum(each.memory_info().rss for each in process.children(recursive=True)) / 1e6
