"""`seawall up`: start the processes, say when they are ready, start again what dies, leave none behind."""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import threading
import time

import click

from seawall.app.instance import Instance
from seawall.app.wiring import prepare
from seawall.store.lock import InstanceLock

_LONGEST_PAUSE_S = 10.0
_STOP_S = 15.0
_PR_SET_PDEATHSIG = 1


class _Child:
    """One process that is to run all the time."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self.name, self._environment = name, environment
        self._pause_s, self._again_at = 0.2, 0.0
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        self._began = time.monotonic()
        command = [sys.executable, "-m", "seawall.app", self.name]
        # A process group of its own: a Ctrl-C at the terminal reaches this process only, which then stops the child.
        return subprocess.Popen(command, env=self._environment, preexec_fn=_die_with_parent, process_group=0)

    def look(self) -> None:
        """Start the process again, after a pause, when it has died."""
        status = self.process.poll()
        if status is None:
            return
        now = time.monotonic()
        if not self._again_at:
            if now - self._began > 30:
                self._pause_s = 0.2
            click.echo(
                f"{self.name} ended with status {status}; it is started again in {self._pause_s:.1f} s.", err=True
            )
            self._again_at = now + self._pause_s
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        elif now >= self._again_at:
            self._again_at = 0.0
            self.process = self._start()

    def stop(self, until: float) -> None:
        """Wait for the process to end after it was told to; kill it when it takes too long."""
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(instance: Instance) -> int:
    """Run everything until told to stop; return the exit status. Raises AlreadyRunning."""
    settings = instance.settings
    told = threading.Event()
    with InstanceLock(instance.data_dir):
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: told.set())
        prepare(instance)
        environment = dict(os.environ)
        environment |= {
            "SEAWALL_DATABASE_URL": instance.database().url,
            "SEAWALL_DATA_DIR": str(instance.data_dir),
        }
        children = [_Child("gateway", environment) for _ in range(settings.gateways)]
        children.append(_Child("work", environment))
        try:
            ready = False
            while not told.wait(0.1):
                for child in children:
                    child.look()
                if not ready and _answers(settings.host, settings.port):
                    ready = True
                    click.echo(f"Seawall is ready: http://{settings.host}:{settings.port}")
        finally:
            _stop(children)
    return 0


def _stop(children: list[_Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + _STOP_S
    for child in children:
        child.stop(until)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=0.5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _die_with_parent() -> None:
    """Ask the kernel to end this child when its parent ends in whatever way (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
