"""Seawall as its users run it: real processes in a directory of their own, on a port of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

LONG_S = 60.0


def until(met: Callable[[], object], what: str = "it", seconds: float = LONG_S) -> None:
    """Wait until something holds; fail when it does not in a time far beyond what it needs."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come about in {seconds:.0f} s")
        time.sleep(0.02)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Home:
    """A working directory with settings, in which commands are run."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.port = folder, free_port()
        self.data_dir = folder / "seawall-data"
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")}
        given = {"port": self.port, "batch_every_s": 0.2, "classifiers": "false", **settings}
        self.environment = kept | {f"SEAWALL_{name.upper()}": str(value) for name, value in given.items()}

    def start(self, *arguments: str, **variables: str) -> "Running":
        """Start a command that runs until told."""
        return Running(self, arguments, self.environment | variables)

    def up(self) -> "Running":
        """Run everything, and wait until it is ready."""
        running = self.start("up")
        running.ready()
        return running

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        command = [sys.executable, "-m", "seawall.app", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment | variables, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=LONG_S, check=False,
        )  # fmt: skip

    def told(self, *arguments: str) -> Any:
        """Run a command with --json and return what it says. Fails when the command does."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def get(self, path: str) -> tuple[int, str]:
        """Ask the gateway for a path; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        """Tell whether a gateway is ready."""
        return self.get("/readyz")[0] == 200

    def postmaster(self) -> int:
        """Return the number of the embedded server's process."""
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


class Running:
    """A command that runs. What it says is kept in files, as a pipe that nobody reads would stop it."""

    def __init__(self, home: Home, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.home = home
        stem = home.folder / f"{arguments[0]}-{time.monotonic_ns()}"
        self._out, self._err = stem.with_suffix(".out"), stem.with_suffix(".err")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "seawall.app", *arguments],
                cwd=home.folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        """Return what stands on standard output."""
        return self._out.read_text()

    @property
    def logged(self) -> str:
        """Return what stands on standard error."""
        return self._err.read_text()

    def ready(self) -> None:
        """Wait for the line that says so."""
        until(lambda: "is ready" in self.said or self.process.poll() is not None, "the ready line")
        assert "is ready" in self.said, self.logged

    def family(self) -> list[psutil.Process]:
        """Return every process that it started, PostgreSQL among them."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def named(self, name: str) -> psutil.Process:
        """Return its process of that name."""
        return next(each for each in self.family() if name in words(each))

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(LONG_S)

    def swept(self) -> None:
        """End it and whatever it left, so that a test that fails leaves nothing behind."""
        left = self.family() if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(LONG_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for each in left:
            if each.is_running():
                each.kill()


def all_gone(processes: Sequence[psutil.Process]) -> bool:
    """Tell whether none of them runs."""
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


def words(process: psutil.Process) -> list[str]:
    """Return the arguments of a process; none when it has ended."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
