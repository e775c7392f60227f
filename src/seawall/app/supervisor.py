"""`seawall up`: start the processes, say when they are ready, start again what dies, leave none behind.

    lock -> port -> processes load their code while the database starts -> begin -> ready -> … -> stop in order

The supervisor holds the listening socket, so a gateway that dies takes no waiting connection with it. What ends before
Seawall was ready for the first time ends Seawall: the cause is a setting, not chance.
"""

import fcntl
import http.client
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket
from types import FrameType

import click

from seawall.app.children import Child
from seawall.app.instance import Instance
from seawall.app.listening import shown, sole
from seawall.store.embedded import EmbeddedStartFailed, Server
from seawall.store.lock import InstanceLock
from seawall.vocabulary.errors import SeawallError

_LOOK_S = 0.05
_STOPS_S = 25.0
_LEFT_S = 40.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


class NotReady(SeawallError):
    """A process ended before Seawall was ready for the first time."""

    code, status = "app.not_ready", 503

    def __init__(self, child: Child) -> None:
        super().__init__(f"Seawall is not up: the process `{child.name}` {child.fate()}.", hint="It says why above.")


class StillEnding(SeawallError):
    """Processes of a Seawall that was killed have not ended yet."""

    code, status = "app.still_ending", 409

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"Processes of a Seawall that was killed still work on {data_dir}.",
            hint="They end by themselves within a minute; then start it again.",
        )


class _Told:
    """How often this process was told to stop. The first time it stops in order, the second time at once."""

    def __init__(self) -> None:
        self.times = 0
        self._event = threading.Event()

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.times += 1
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until told."""
        return self._event.wait(seconds)


def supervise(instance: Instance) -> int:
    """Run everything until told to stop; return the exit status.

    Raises AlreadyRunning, StillEnding, PortInUse, EmbeddedStartFailed, NotReady.
    """
    settings = instance.settings
    with _told_by_signals() as told, ExitStack() as stack:
        stack.enter_context(InstanceLock(instance.data_dir))
        stack.callback(instance.close)  # the database goes last
        left = stack.enter_context(_none_left(instance.data_dir, told))
        listening = stack.enter_context(sole(settings.host, settings.port))
        children = _children(instance, listening, left)
        stack.callback(_stop, children, told)
        server = instance.server()
        if told.times:
            return 0
        for child in children:
            child.begin()
        _until_ready(children, told, settings.host, settings.port)
        # After the gateways, which are waited for: loading code takes a core, and there may be two.
        children += _later(instance, left)
        _keep(children, server, told)
    return 0


def _children(instance: Instance, listening: socket, left: int) -> list[Child]:
    environment = dict(os.environ) | {"SEAWALL_DATA_DIR": str(instance.data_dir)}
    files, now = [listening.fileno(), left], time.monotonic()
    serve = ("gateway", "--socket", str(files[0]), "--web", str(_pages_at(instance)))
    return [Child("gateway", serve, environment, files, now) for _ in range(instance.settings.gateways)]


def _later(instance: Instance, left: int) -> list[Child]:
    environment = dict(os.environ) | {"SEAWALL_DATA_DIR": str(instance.data_dir)}
    pages = ("web", "--unix", str(_pages_at(instance)))
    made = [Child(words[0], words, environment, [left], time.monotonic()) for words in (("work",), pages)]
    for child in made:
        child.begin()
    return made


def _pages_at(instance: Instance) -> Path:
    return instance.data_dir / "web.socket"


@contextmanager
def _none_left(data_dir: Path, told: "_Told") -> Iterator[int]:
    """Wait for the processes of a supervisor that was killed, and give the open file by which they are known.

    They inherit it with its lock, which is free when the last of them has ended.
    """
    file = os.open(data_dir / "processes.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + _LEFT_S
        while not _locked(file):
            if time.monotonic() > until or told.wait(_LOOK_S):
                raise StillEnding(data_dir)
        yield file
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _until_ready(children: Sequence[Child], told: _Told, host: str, port: int) -> None:
    while not told.wait(_LOOK_S):
        ended = next((child for child in children if child.ended), None)
        if ended is not None:
            raise NotReady(ended)
        if _answers(host, port):
            click.echo(f"Seawall is ready: http://{shown(host, port)}")
            return


def _keep(children: Sequence[Child], server: Server | None, told: _Told) -> None:
    reviving, again_at = threading.Thread(), 0.0
    while not told.wait(_LOOK_S):
        now = time.monotonic()
        for child in children:
            child.keep(now)
        if server is None or reviving.is_alive() or server.alive() or now < again_at:
            continue
        # Beside the rest: a server that replays its log for minutes must not keep a gateway from saying so.
        again_at = now + 1.0
        reviving = threading.Thread(target=_revive, args=[server], daemon=True)
        reviving.start()


def _revive(server: Server) -> None:
    _log.warning("PostgreSQL has ended; it is started again")
    try:
        server.start()
    except EmbeddedStartFailed:
        _log.exception("PostgreSQL did not start; it is tried again")


def _stop(children: Sequence[Child], told: _Told) -> None:
    """Stop what serves, then what publishes its last records."""
    for group in ([each for each in children if each.name != "work"], children):
        for child in group:
            child.tell(signal.SIGTERM)
            child.let_go()
        until = time.monotonic() + _STOPS_S
        while not all(child.ended for child in group):
            if time.monotonic() > until or told.times > 1:
                for child in group:
                    child.tell(signal.SIGKILL)
            time.sleep(_LOOK_S)


@contextmanager
def _told_by_signals() -> Iterator[_Told]:
    told = _Told()
    before = [(each, signal.signal(each, told)) for each in _SIGNALS]
    try:
        yield told
    finally:
        for each, handler in before:
            signal.signal(each, handler)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=0.5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
