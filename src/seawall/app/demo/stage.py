"""The stage: a whole Seawall in a directory of its own, on a port that was free."""

import http.client
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec

from seawall.app.demo.children import Child
from seawall.app.demo.errors import NotSeen
from seawall.app.instance import Instance
from seawall.app.settings import PREFIX, Settings

HOST = "127.0.0.1"
_STARTS_S = 120.0
_KNOWN_S = 30.0
_TURN_S = 0.05
_WRITTEN = ("data_dir", "host", "port", "ledger_origin", "batch_every_s", "ledger_release_after_s", "hub_name")


class Stage:
    """A running Seawall. `environment` is what commands need to find it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.url = f"http://{HOST}:{port}"
        self.config, self.logs = folder / "seawall.toml", folder / "logs"
        self.settings = Settings(
            data_dir=str(folder),
            host=HOST,
            port=port,
            ledger_origin="localhost/seawall-demo",
            batch_every_s=1.0,
            ledger_release_after_s=0.0,
            hub_name="Seawall demo",
        )
        self.instance = Instance(self.settings)
        self.environment = environment() | {PREFIX + "CONFIG": str(self.config)}

    def start(self, stack: ExitStack) -> Child:
        """Write the settings and start `seawall up`, which is stopped when the stack closes."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self.config.write_text(_toml(self.settings))
        # The database goes last: this process holds it too.
        stack.callback(self.instance.close)
        return stack.enter_context(Child("Seawall", ["seawall.app", "up"], self.logs / "seawall.log", self.environment))

    def ready(self, process: Child) -> None:
        """Wait until the gateway answers. Raises NotStarted."""
        until = time.monotonic() + _STARTS_S
        while not self._answers("/readyz"):
            if not process.alive or time.monotonic() > until:
                raise process.failed()
            time.sleep(_TURN_S)

    def await_key(self, secret: str) -> None:
        """Wait until the gateway knows a key. Raises NotSeen."""
        until = time.monotonic() + _KNOWN_S
        while not self._answers("/v1/models", {"x-api-key": secret}):
            if time.monotonic() > until:
                raise NotSeen("A fresh key", self.logs / "seawall.log")
            time.sleep(_TURN_S)

    def _answers(self, path: str, headers: Mapping[str, str] | None = None) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2.0)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def environment() -> dict[str, str]:
    """Return this process's environment without settings of any other instance."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def free_port(wanted: int, warn: Callable[[str], None]) -> int:
    """Return the wanted port, or another one where somebody listens there already, and say so."""
    try:
        return _bound(wanted)
    except OSError:
        other = _bound(0)
        warn(f"Port {wanted} is taken; this Seawall listens on {other}.")
        return other


def _bound(port: int) -> int:
    # Without SO_REUSEPORT: gateways share ports, and this one must not share that of another instance.
    with socket.socket() as probe:
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])


def _toml(settings: Settings) -> str:
    given = {name: getattr(settings, name) for name in _WRITTEN}
    lines = [f"{name} = {msgspec.json.encode(value).decode()}" for name, value in given.items()]
    return "\n".join(["# Written by `seawall demo`, anew at every start.", *lines, ""])
